import type { Clock } from "../time/clock.ts";
import { createSlot } from "./slot.ts";

/** Says when the next call may go out. One in a process, or one shared through the store. */
export interface Pace {
  /** Resolves when it is this caller's turn; rejects with the signal's reason when aborted. */
  take(signal: AbortSignal): Promise<void>;
}

/** Options of {@linkcode createRateLimiter}. */
export interface RateLimiterOptions {
  /** Calls a second; `Infinity` for no limit. */
  readonly rate: number;
  readonly clock: Clock;
}

/**
 * Spaces calls evenly, in the order in which they came. Only high rates may catch up after a late
 * timer, by at most a twentieth of a second's calls: below 40 a second no two calls are ever closer
 * than `1 / rate`, so that a peer that counts by the second never sees one too many.
 *
 * @throws {RangeError} when the rate is not above zero.
 */
export function createRateLimiter(options: RateLimiterOptions): Pace {
  const { rate, clock } = options;
  if (!(rate > 0)) throw new RangeError(`Cannot limit calls to ${rate} a second`);
  if (rate === Infinity) return { take: takeAtOnce };
  const interval = 1000 / rate;
  const slack = Math.max(0, Math.floor(rate / 20) - 1) * interval;
  const line = createSlot({ gap: 0, clock });
  let next = -Infinity;
  return { take };

  function take(signal: AbortSignal): Promise<void> {
    return line.run(() => waitForNext(signal), signal);
  }

  async function waitForNext(signal: AbortSignal): Promise<void> {
    const wait = Math.ceil(next - clock.monotonic());
    if (wait > 0) await clock.sleep(wait, signal);
    next = Math.max(next, clock.monotonic() - slack) + interval;
  }
}

function takeAtOnce(signal: AbortSignal): Promise<void> {
  return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
}
