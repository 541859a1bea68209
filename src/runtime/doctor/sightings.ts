import type { ApiName } from "../../http/error.ts";
import type { Pace } from "../../http/rate_limiter.ts";
import type { ApiReply } from "../../http/request.ts";
import type { Slot } from "../../http/slot.ts";

/** Headers in which limits are told; what the two APIs use is not documented. */
const limitHeader = /^(?:x-)?(?:rate-?limit|queuesize)|^retry-after$/;

/** The two sides that calls go to. */
export type Side = "sitoo" | "ometria";

/** What was seen beside the answers: calls, refusals, limits, clocks. */
export class Sightings {
  readonly #calls: Record<Side, number> = { sitoo: 0, ometria: 0 };
  readonly #answers: Record<Side, number> = { sitoo: 0, ometria: 0 };
  readonly #tooMany: Record<Side, number> = { sitoo: 0, ometria: 0 };
  readonly #limits: Record<Side, Map<string, string>> = { sitoo: new Map(), ometria: new Map() };
  readonly #skew = new Map<Side, number>();

  /** Calls that were let out so far. */
  get calls(): Readonly<Record<Side, number>> {
    return { ...this.#calls };
  }

  /** Answers of any kind to what a probe asked. */
  answers(side: Side): number {
    return this.#answers[side];
  }

  /** Answers with 429. */
  tooMany(side: Side): number {
    return this.#tooMany[side];
  }

  /** Headers that name limits, in the order in which they came up: `x-queuesize-remaining: 50000`. */
  limits(side: Side): readonly string[] {
    return [...this.#limits[side]].map(([name, value]) => `${name}: ${value}`);
  }

  /** ms that the other side's clock is ahead of this machine's; about half a second is rounding. */
  skew(side: Side): number | undefined {
    return this.#skew.get(side);
  }

  /** Takes down what an answer shows beside its body. Times are epoch ms of this machine. */
  note(
    api: ApiName,
    { status, headers }: Pick<ApiReply, "status" | "headers">,
    { asked, answered }: { readonly asked: number; readonly answered: number },
  ): void {
    const side = api === "sitoo" ? "sitoo" : "ometria";
    this.#answers[side]++;
    if (status === 429) this.#tooMany[side]++;
    for (const [name, value] of headers) {
      if (limitHeader.test(name)) this.#limits[side].set(name, value.slice(0, 40));
    }
    const told = Date.parse(headers.get("date") ?? "");
    // The header has whole seconds: on average half of one has passed since.
    if (!Number.isNaN(told)) this.#skew.set(side, told + 500 - (asked + answered) / 2);
  }

  /** A slot that counts what goes through it. */
  countedSlot(slot: Slot): Slot {
    return {
      run: (task, signal) =>
        slot.run(() => {
          this.#calls.sitoo++;
          return task();
        }, signal),
    };
  }

  /** A pace that counts what goes through it. */
  countedPace(pace: Pace): Pace {
    return {
      take: async (signal, options) => {
        await pace.take(signal, options);
        this.#calls.ometria++;
      },
    };
  }
}
