import type { Sharers } from "../http/rate_limiter.ts";
import { createSlot, type Slot } from "../http/slot.ts";
import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import { RateShare } from "./rate_share.ts";
import { SharedSlot } from "./shared_slot.ts";

/** What budgets need of the store. */
export interface BudgetsOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Names this process among others. */
  readonly process: string;
  /** There is no other process. @default false */
  readonly alone?: boolean;
}

/** What all processes on a store may use together only: slots and rates, by name. */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #shared: { close(): Promise<void> }[] = [];
  readonly #shares = new Map<string, Sharers>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
  }

  /** One slot a name; the gap is that of the first who asks. */
  slot(name: string, gap: number): Slot {
    const slot = this.#slots.get(name) ?? this.#newSlot(name, gap);
    this.#slots.set(name, slot);
    return slot;
  }

  sharers(name: string): Sharers {
    const sharers = this.#shares.get(name) ?? this.#newSharers(name);
    this.#shares.set(name, sharers);
    return sharers;
  }

  /** Gives everything back, so that other processes need not wait until it runs out. */
  async close(): Promise<void> {
    await Promise.all(this.#shared.map((budget) => budget.close()));
  }

  #newSlot(name: string, gap: number): Slot {
    const { alone, ...options } = this.#options;
    if (alone) return createSlot({ gap, clock: options.clock });
    const slot = new SharedSlot({ ...options, name, gap });
    this.#shared.push(slot);
    return slot;
  }

  #newSharers(name: string): Sharers {
    const { alone, ...options } = this.#options;
    if (alone) return () => Promise.resolve(1);
    const share = new RateShare({ ...options, name });
    this.#shared.push(share);
    return (signal) => share.count(signal);
  }
}
