import { metricsAreOn, recordWait } from "../telemetry/metrics.ts";
import type { Clock } from "../time/clock.ts";
import type { Pace } from "./rate_limiter.ts";
import type { Slot } from "./slot.ts";

/** How waits are noted. */
export interface ObserveOptions {
  /** The name that waits are noted under: `sitoo`, or `push`, `read`, `email` of Ometria. */
  readonly budget: string;
  readonly clock: Pick<Clock, "monotonic">;
}

/** The pace, with how long calls waited for their turn noted when somebody collects metrics. */
export function observedPace(pace: Pace, { budget, clock }: ObserveOptions): Pace {
  if (!metricsAreOn()) return pace;
  return {
    take: async (signal, options) => {
      const start = clock.monotonic();
      await pace.take(signal, options);
      recordWait(budget, (clock.monotonic() - start) / 1000);
    },
  };
}

/** The slot, with how long tasks waited for their turn noted when somebody collects metrics. */
export function observedSlot(slot: Slot, { budget, clock }: ObserveOptions): Slot {
  if (!metricsAreOn()) return slot;
  return {
    run: (task, signal) => {
      const start = clock.monotonic();
      return slot.run(() => {
        recordWait(budget, (clock.monotonic() - start) / 1000);
        return task();
      }, signal);
    },
  };
}
