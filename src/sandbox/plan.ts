import { BLOCK } from "./ids.ts";
import { hash, Rng } from "./random.ts";

/** The part an order plays in its block. */
export type Role =
  | "sale"
  | "exchange-sale"
  | "gift-card-sale"
  | "refund"
  | "exchange-refund"
  | "unlinked-refund"
  | "web-refund"
  | "mixed"
  | "unlinked-mixed"
  | "web"
  | "web-open"
  | "parked"
  | "booking"
  | "open"
  | "cancelled"
  | "abandoned";

/** One slot of a block. */
export interface Slot {
  readonly role: Role;
  /** For what gives something back: how many blocks earlier its original lies. */
  readonly back: number;
}

/** How far back originals lie, in blocks; the same list read backwards finds an order's refunds. */
export const DISTANCES: readonly number[] = [0, 1, 2, 3, 7, 20, 60, 150, 300];

const SALE: Slot = { role: "sale", back: 0 };

/** Frequencies of the rarer roles, per order. */
const RARE: readonly (readonly [Role, number])[] = [
  ["mixed", 0.005],
  ["unlinked-mixed", 0.001],
  ["gift-card-sale", 0.003],
  ["web", 0.03],
  ["web-open", 0.01],
  ["parked", 0.02],
  ["booking", 0.006],
  ["open", 0.008],
  ["cancelled", 0.008],
  ["abandoned", 0.004],
];

/** Says what each order of a block is. A pure function of seed, rate and block number. */
export class Planner {
  readonly #seed: number;
  readonly #refundRate: number;
  readonly #cache = new Map<number, readonly Slot[]>();

  constructor(seed: number, refundRate: number) {
    this.#seed = seed;
    this.#refundRate = refundRate;
  }

  plan(block: number): readonly Slot[] {
    const known = this.#cache.get(block);
    if (known !== undefined) return known;
    const plan = this.#make(block);
    if (this.#cache.size >= 2000) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        if (this.#cache.size < 1500) break;
      }
    }
    this.#cache.set(block, plan);
    return plan;
  }

  #make(block: number): readonly Slot[] {
    const rng = new Rng(hash(this.#seed, block, 7));
    const slots: Slot[] = Array.from({ length: BLOCK }, () => SALE);
    const free = shuffled(rng);
    const reach = DISTANCES.filter((distance) => distance <= block);
    for (let n = amount(rng, this.#refundRate * BLOCK); n > 0; n--) {
      const position = free.pop();
      if (position === undefined) break;
      slots[position] = { role: refundRole(rng), back: rng.pick(reach) };
    }
    for (const [role, share] of RARE) {
      for (let n = amount(rng, share * BLOCK); n > 0; n--) {
        const position = free.pop();
        if (position === undefined) break;
        slots[position] = { role, back: role === "mixed" ? rng.pick(reach) : 0 };
      }
    }
    pairExchanges(slots);
    return slots;
  }
}

/** Whether a role gives back something of an original. */
export function returnsSomething(role: Role): boolean {
  return role === "refund" || role === "exchange-refund" || role === "web-refund" ||
    role === "mixed";
}

function refundRole(rng: Rng): Role {
  const dice = rng.below(100);
  if (dice < 8) return "unlinked-refund";
  if (dice < 14) return "web-refund";
  return dice < 28 ? "exchange-refund" : "refund";
}

/** An exchange's refund is followed by its sale; where the next order is no sale, it is a plain refund. */
function pairExchanges(slots: Slot[]): void {
  for (const [position, slot] of slots.entries()) {
    if (slot.role !== "exchange-refund") continue;
    if (slots[position + 1]?.role === "sale") {
      slots[position + 1] = { role: "exchange-sale", back: 0 };
    } else {
      slots[position] = { role: "refund", back: slot.back };
    }
  }
}

/** A whole number whose mean is `mean`. */
function amount(rng: Rng, mean: number): number {
  const whole = Math.floor(mean);
  return whole + (rng.chance(mean - whole) ? 1 : 0);
}

function shuffled(rng: Rng): number[] {
  const list = Array.from({ length: BLOCK }, (_, index) => index);
  for (let i = BLOCK - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const held = list[i] ?? 0;
    list[i] = list[j] ?? 0;
    list[j] = held;
  }
  return list;
}
