import { decide } from "../../src/engine/decide.ts";
import { pointerTo } from "../../src/engine/work.ts";
import type { Decided, Item } from "../../src/engine/work.ts";
import type { RefundLink } from "../../src/records/refund_link.ts";
import type { PipelineContext } from "../../src/runtime/context.ts";
import { lawsBroken } from "./laws.ts";

/** What came of a run over all orders. */
export interface Proof {
  readonly read: number;
  /** Orders by outcome: `sent`, `skipped open`, `dead no-product`, `linked` … */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Records looked at, those of orders that refunds changed among them. */
  readonly records: number;
  /** What does not hold, with the order; the first few. */
  readonly broken: readonly string[];
}

const perPage = 100;
const brokenShown = 20;

/**
 * Brings every order of a pipeline's Sitoo through its compiled stages twice: at first as it comes, then with
 * the refunds that were found. Holds each record against the laws; nothing is pushed.
 */
export async function prove(
  context: PipelineContext,
  onPage: (read: number) => void,
  signal: AbortSignal,
): Promise<Proof> {
  const links = new Map<number, RefundLink[]>();
  const ids = new Map<number, string>();
  const judged = new Set<number>();
  const broken: string[] = [];
  const outcomes = new Map<string, number>();
  let [read, records] = [0, 0];
  const wrong = (orderId: number, what: string): void => {
    if (broken.length < brokenShown) broken.push(`Order ${orderId} ${what}`);
  };
  for (const run of [1, 2]) {
    for await (const decided of pages(context, run === 1 ? new Map() : links, signal)) {
      for (const { item, decision } of decided) {
        const { orderId } = item.pointer;
        if (run === 1 && (decision.kind === "link" || decision.kind === "send")) {
          for (const link of decision.links) remember(links, link);
        }
        if (decision.kind === "send" && item.reading.kind === "order") {
          const { id } = decision.encoded;
          if (run === 1) ids.set(orderId, id);
          else if (ids.get(orderId) !== id) wrong(orderId, "has another id in the second run");
          for (const body of decision.encoded.bodies) {
            records++;
            for (const law of lawsBroken(body, item.reading.order)) wrong(orderId, law);
          }
        }
        if (run === 1) continue;
        if (judged.has(orderId)) wrong(orderId, "has two outcomes");
        judged.add(orderId);
        const name = outcomeOf(decision);
        outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
      }
      if (run === 1) read += decided.length;
      onPage(decided.length);
    }
  }
  const counted = [...outcomes.values()].reduce((sum, figure) => sum + figure, 0);
  if (counted !== read) broken.push(`${read} orders were read, and ${counted} have an outcome`);
  return { read, outcomes, records, broken };
}

async function* pages(
  { sitoo, pipeline }: PipelineContext,
  links: ReadonlyMap<number, readonly RefundLink[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly Decided[]> {
  for (let from = 0;;) {
    const answer = await sitoo.readPage({ from, sites: [], size: perPage }, signal);
    const last = answer.at(-1);
    if (last === undefined) return;
    const items = answer.map((one): Item => ({
      pointer: pointerTo(one.orderId, "history"),
      reading: one.ok
        ? { kind: "order", order: one.order }
        : { kind: "unreadable", detail: one.detail },
      links: links.get(one.orderId) ?? [],
    }));
    yield await decide(items, pipeline, signal);
    from = last.orderId + 1;
  }
}

function remember(links: Map<number, RefundLink[]>, link: RefundLink): void {
  if (link.lines.length === 0) return;
  const known = links.get(link.original) ?? [];
  links.set(link.original, [...known.filter(({ refund }) => refund !== link.refund), link]);
}

function outcomeOf(decision: Decided["decision"]): string {
  switch (decision.kind) {
    case "skip":
      return `skipped ${decision.rule}`;
    case "wait":
      return `waiting ${decision.reason}`;
    case "dead":
      return `dead ${decision.reason}`;
    case "link":
      return "linked";
    case "send":
      return "sent";
    case "missing":
      return "missing";
  }
}
