import type { Fault, Sandbox } from "../../sandbox/mod.ts";
import type { Chance } from "./chance.ts";

/** A fault of one of the fakes, and how likely it is among the others. */
interface Trouble {
  readonly weight: number;
  readonly target: "sitoo" | "ometria";
  readonly fault: Fault;
}

/**
 * What goes wrong at Sitoo and Ometria. A push that is dropped without a word is not among it: only reading
 * back finds it, which takes longer than this test.
 */
const troubles: readonly Trouble[] = [
  { weight: 3, target: "sitoo", fault: { kind: "status", status: 503, times: 2 } },
  { weight: 1, target: "sitoo", fault: { kind: "status", status: 429, retryAfter: 1 } },
  { weight: 1, target: "sitoo", fault: { kind: "reset" } },
  { weight: 2, target: "sitoo", fault: { kind: "slow", ms: 1_500 } },
  { weight: 3, target: "ometria", fault: { kind: "status", status: 503, times: 2 } },
  { weight: 1, target: "ometria", fault: { kind: "status", status: 500 } },
  { weight: 2, target: "ometria", fault: { kind: "status", status: 429, retryAfter: 1 } },
  { weight: 4, target: "ometria", fault: { kind: "reset", match: "/push" } },
  { weight: 2, target: "ometria", fault: { kind: "cut", match: "/push" } },
  { weight: 2, target: "ometria", fault: { kind: "slow", match: "/push", ms: 2_000 } },
  { weight: 1, target: "ometria", fault: { kind: "lost", match: "/push" } },
  { weight: 3, target: "ometria", fault: { kind: "reject", match: "/push" } },
  { weight: 2, target: "ometria", fault: { kind: "reset", match: "transactional-email" } },
  { weight: 2, target: "ometria", fault: { kind: "cut", match: "transactional-email" } },
];

/** Calls of one API that may be bound to fail; more would pile up while nobody calls, and be an outage then. */
const bound = 2;

/** Lets the next calls of one API go wrong. */
export function makeTrouble(sandbox: Sandbox, chance: Chance): void {
  const sum = troubles.reduce((total, { weight }) => total + weight, 0);
  let left = chance.below(sum);
  const trouble = troubles.find(({ weight }) => (left -= weight) < 0);
  if (trouble === undefined) return;
  const { faults } = sandbox[trouble.target];
  if (faults.pending < bound) faults.set(trouble.fault);
}

/** Cashiers change their minds about one of the latest orders. */
export function changeSomething({ sitoo }: Sandbox, chance: Chance): void {
  const { book } = sitoo;
  const order = book.order(book.length - 1 - chance.below(Math.min(30, book.length)));
  if (order.kind !== "sale" || order.state !== 10) return;
  if (chance.happens(0.2)) sitoo.cancel(order.id);
  else sitoo.update(order.id, { email: `kim.ek.${chance.below(1_000)}@example.com` });
}
