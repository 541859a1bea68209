import { BLOCK } from "./ids.ts";
import type { LineModel } from "./order_model.ts";
import { DISTANCES, type Planner, returnsSomething, type Role } from "./plan.ts";
import { at, hash } from "./random.ts";

/** What one refund takes back of one line: `quantity` pieces after `already` went back before. */
export interface Piece {
  readonly line: number;
  readonly already: number;
  readonly quantity: number;
}

/** Which order a refund credits, by index, and what of it. */
export interface GivenBack {
  readonly original: number;
  readonly refund: number;
  readonly pieces: readonly Piece[];
}

interface Claim {
  readonly refund: number;
  readonly role: Role;
}

/**
 * Ties refunds to originals that have what is given back. All refunds of a block's orders are dealt
 * out together, in order, so any order or refund can be asked about without walking the history.
 */
export class Allocator {
  readonly #seed: number;
  readonly #planner: Planner;
  readonly #linesOf: (index: number) => readonly LineModel[];
  readonly #cache = new Map<number, readonly GivenBack[]>();

  constructor(
    seed: number,
    planner: Planner,
    linesOf: (index: number) => readonly LineModel[],
  ) {
    this.#seed = seed;
    this.#planner = planner;
    this.#linesOf = linesOf;
  }

  /** What a refund order gives back; `undefined` when no original had anything left. */
  ofRefund(refund: number): GivenBack | undefined {
    const block = Math.floor(refund / BLOCK);
    const { back } = at(this.#planner.plan(block), refund - block * BLOCK);
    return this.givenBack(block - back).find((given) => given.refund === refund);
  }

  /** Everything that is ever given back of a block's orders, by ascending refund. */
  givenBack(block: number): readonly GivenBack[] {
    const known = this.#cache.get(block);
    if (known !== undefined) return known;
    const dealt = this.#deal(block);
    if (this.#cache.size >= 2000) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        if (this.#cache.size < 1500) break;
      }
    }
    this.#cache.set(block, dealt);
    return dealt;
  }

  #deal(block: number): readonly GivenBack[] {
    const returned = new Map<number, number[]>();
    const dealt: GivenBack[] = [];
    for (const claim of this.#claims(block)) {
      const h = hash(this.#seed, claim.refund, 11);
      const original = this.#choose(block, claim, h, returned);
      if (original === undefined) continue;
      const lines = this.#linesOf(original);
      const gone = returned.get(original) ?? lines.map(() => 0);
      returned.set(original, gone);
      const pieces = takePieces(lines, gone, { h: h >>> 8, one: claim.role === "mixed" });
      dealt.push({ original, refund: claim.refund, pieces });
    }
    return dealt;
  }

  #claims(block: number): Claim[] {
    const claims: Claim[] = [];
    for (const distance of DISTANCES) {
      for (const [position, slot] of this.#planner.plan(block + distance).entries()) {
        if (slot.back !== distance || !returnsSomething(slot.role)) continue;
        claims.push({ refund: (block + distance) * BLOCK + position, role: slot.role });
      }
    }
    return claims;
  }

  /** An order of the right sort, made before the refund, with something left to give back. */
  #choose(
    block: number,
    claim: Claim,
    h: number,
    returned: ReadonlyMap<number, readonly number[]>,
  ): number | undefined {
    const wanted = claim.role === "web-refund" ? "web" : "sale";
    const hasLeft = (index: number): boolean => {
      const gone = returned.get(index);
      return gone === undefined ||
        this.#linesOf(index).some((line, n) => line.quantity > (gone[n] ?? 0));
    };
    const slots = this.#planner.plan(block);
    const fits = (index: number): boolean =>
      index < claim.refund && at(slots, index - block * BLOCK).role === wanted && hasLeft(index);
    if (h % 10 < 4) {
      for (const index of returned.keys()) if (fits(index)) return index;
    }
    for (let n = 0; n < BLOCK; n++) {
      const index = block * BLOCK + (h + n) % BLOCK;
      if (fits(index)) return index;
    }
    return undefined;
  }
}

/** Takes all that is left, one line, or one piece of a line; marks it in `gone`. */
function takePieces(
  lines: readonly LineModel[],
  gone: number[],
  options: { readonly h: number; readonly one: boolean },
): Piece[] {
  const left = lines.flatMap((line, index) => {
    const already = gone[index] ?? 0;
    return line.quantity > already
      ? [{ line: index, already, quantity: line.quantity - already }]
      : [];
  });
  const dice = options.h % 100;
  const first = at(left, options.h % left.length);
  const several = left.find((piece) => piece.quantity > 1) ?? first;
  const taken = options.one || dice >= 70
    ? [{ ...several, quantity: 1 }]
    : dice < 45
    ? left
    : [first];
  for (const piece of taken) gone[piece.line] = piece.already + piece.quantity;
  return taken;
}
