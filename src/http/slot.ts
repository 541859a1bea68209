import { abortable } from "../std/async.ts";
import type { Clock } from "../time/clock.ts";

/** Lets tasks run one at a time, in the order in which they came. */
export interface Slot {
  /**
   * Runs `task` when it is its turn. Rejects with the signal's reason when aborted while waiting; a
   * task that has begun has to watch the signal itself.
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Options of {@linkcode createSlot}. */
export interface SlotOptions {
  /** ms to leave between the end of a task and the start of the next one. */
  readonly gap: number;
  readonly clock: Clock;
}

/** A slot for this process: Sitoo refuses two requests at the same time. */
export function createSlot(options: SlotOptions): Slot {
  const { gap, clock } = options;
  let tail: Promise<void> = Promise.resolve();
  let freeAt = -Infinity;
  return { run };

  async function run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const turn = tail;
    const done = Promise.withResolvers<void>();
    tail = turn.then(() => done.promise);
    try {
      await abortable(turn, signal);
      const wait = Math.ceil(freeAt - clock.monotonic());
      if (wait > 0) await clock.sleep(wait, signal);
      try {
        return await task();
      } finally {
        freeAt = clock.monotonic() + gap;
      }
    } finally {
      done.resolve();
    }
  }
}
