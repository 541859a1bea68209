import type { RefundLink } from "../records/refund_link.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type { AnyOrderSink, Input, Verdict } from "../stages/contract.ts";
import { inSpan } from "../telemetry/spans.ts";
import type { CompiledPipeline } from "./compiled.ts";
import type { Decided, Decision, Item } from "./work.ts";

interface Known {
  readonly item: Item;
  readonly order: SitooOrder;
}

/**
 * Runs a batch through the stages. A refund whose original is in the same batch is joined at once, so
 * that the original goes out with it; the stages are pure, so running an original again costs nothing
 * but time.
 */
export async function decide(
  items: readonly Item[],
  pipeline: CompiledPipeline,
  signal: AbortSignal,
): Promise<readonly Decided[]> {
  const known = items.flatMap((item): Known[] =>
    item.reading.kind === "order" ? [{ item, order: item.reading.order }] : []
  );
  const verdicts = new Map<number, Verdict<unknown>>();
  const applied = new Map(items.map((item) => [item.pointer.orderId, item.links]));
  await apply(known);
  const fresh = linksFound(verdicts);
  const joined = known.filter(({ item }) => {
    const before = applied.get(item.pointer.orderId) ?? [];
    const after = mergeLinks(item.pointer.orderId, before, fresh);
    if (after === before) return false;
    applied.set(item.pointer.orderId, after);
    return true;
  });
  await apply(joined);
  return items.map((item) => ({
    item,
    decision: decisionOf(item, verdicts.get(item.pointer.orderId), pipeline.orders),
    applied: applied.get(item.pointer.orderId) ?? [],
  }));

  async function apply(group: readonly Known[]): Promise<void> {
    if (group.length === 0) return;
    const inputs = group.map(({ item, order }): Input<SitooOrder> => ({
      record: order,
      facts: factsOf(item, applied.get(item.pointer.orderId) ?? []),
    }));
    const results = await inSpan(
      "run stages",
      { attributes: { "tillpipe.orders": inputs.length } },
      () => pipeline.transform.apply(inputs, signal),
    );
    group.forEach(({ item }, index) => {
      const verdict = results[index];
      if (verdict === undefined) throw new TypeError("Stages answered fewer orders than they got");
      verdicts.set(item.pointer.orderId, verdict);
    });
  }
}

/** What the stages are told of an order beside the order itself. */
export function factsOf(
  { pointer, row, consent }: Item,
  links: readonly RefundLink[],
): Input<SitooOrder>["facts"] {
  return {
    origin: pointer.origin,
    // What is sent by force may be at Ometria, although the ledger does not know it.
    delivered: row?.acceptedAt !== undefined || pointer.force,
    links,
    ...(consent === undefined ? {} : { consent }),
  };
}

/** Links by the refund that made them. A refund that has none any more maps to an empty list. */
function linksFound(
  verdicts: ReadonlyMap<number, Verdict<unknown>>,
): ReadonlyMap<number, readonly RefundLink[]> {
  const found = new Map<number, readonly RefundLink[]>();
  for (const [orderId, verdict] of verdicts) {
    if (verdict.kind === "link") found.set(orderId, verdict.links);
    else if (verdict.kind === "pass" && verdict.links !== undefined) {
      found.set(orderId, verdict.links);
    }
  }
  return found;
}

/** An order's links with those of its batch put in; the same array when nothing changes. */
function mergeLinks(
  original: number,
  before: readonly RefundLink[],
  fresh: ReadonlyMap<number, readonly RefundLink[]>,
): readonly RefundLink[] {
  const kept = before.filter((link) => !fresh.has(link.refund));
  const added = [...fresh.values()].flat().filter((link) => link.original === original);
  if (added.length === 0 && kept.length === before.length) return before;
  return [...kept, ...added].toSorted((a, b) => a.refund - b.refund);
}

/** What is decided for an item, given what the stages said of it. */
export function decisionOf(
  item: Pick<Item, "reading">,
  verdict: Verdict<unknown> | undefined,
  sink: AnyOrderSink | undefined,
): Decision {
  if (item.reading.kind === "missing") return item.reading;
  if (item.reading.kind === "unreadable") {
    return { kind: "dead", reason: "unreadable-order", detail: item.reading.detail };
  }
  if (verdict === undefined) throw new TypeError("An order that was read went through no stage");
  if (verdict.kind !== "pass") return verdict;
  if (sink === undefined) return { kind: "skip", rule: "no-order-sink" };
  const encoded = sink.encode(verdict.record);
  if ("reason" in encoded) return { kind: "dead", ...encoded };
  return {
    kind: "send",
    encoded,
    links: verdict.links ?? [],
    unusable: verdict.unusable ?? [],
    ...(verdict.products === undefined ? {} : { products: verdict.products }),
  };
}
