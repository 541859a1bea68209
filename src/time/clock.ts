import { delay } from "../std/async.ts";

/** Where time comes from. Injected, so that tests can hold and move it. */
export interface Clock {
  /** Epoch ms, UTC. May jump when the machine's clock is set. */
  now(): number;
  /** ms since some fixed moment; never jumps. For leases and time limits. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, { signal }),
};
