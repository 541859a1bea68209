import { decide } from "../../engine/decide.ts";
import { decideEach } from "../../engine/decide_each.ts";
import type { Decision, Item } from "../../engine/work.ts";
import { ApiError } from "../../http/error.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { Side } from "./side.ts";

/** What a pipeline would make of one order. */
export interface Outlook {
  /** `sent`, or how the order ends otherwise: `skipped web-copy`, `dead bad-date`. */
  readonly end: string;
  /** The records and the contact, as they would be pushed. */
  readonly sent?: {
    readonly id: string;
    readonly order: unknown;
    readonly unlinkedReturn?: unknown;
    readonly contact?: unknown;
  };
  /** Whether a receipt would go out: by itself, when the till asks for one, or why not. */
  readonly receipt: "by itself" | "when asked for" | "none" | `none: ${string}`;
  readonly email?: unknown;
}

/** Runs a batch through one of the pipelines, and says what would become of each order. */
export async function outlooksOf(
  items: readonly Item[],
  side: Side,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Outlook>> {
  const taken = items.filter(({ reading }) =>
    reading.kind !== "order" || side.takes(reading.order.eshopid)
  );
  const decided = await decideEach(taken, {
    run: (some) => decide(some, side.pipeline, signal),
    isFatal: (error) => signal.aborted || error instanceof ApiError,
  });
  const outlooks = new Map<number, Outlook>();
  for (const { pointer } of items) {
    outlooks.set(pointer.orderId, { end: "skipped other-site", receipt: "none" });
  }
  for (const { item, decision } of decided) {
    const { reading, pointer } = item;
    const receipt = reading.kind === "order"
      ? await receiptOf(reading.order, side, signal)
      : { receipt: "none" as const };
    outlooks.set(pointer.orderId, { ...endOf(decision), ...receipt });
  }
  return outlooks;
}

function endOf(decision: Decision): Pick<Outlook, "end" | "sent"> {
  switch (decision.kind) {
    case "send": {
      const { id, bodies: [order = "{}", unlinked], contact } = decision.encoded;
      const parse = (text: string): unknown => JSON.parse(text);
      return {
        end: "sent",
        sent: {
          id,
          order: parse(order),
          ...(unlinked === undefined ? {} : { unlinkedReturn: parse(unlinked) }),
          ...(contact === undefined ? {} : { contact: parse(contact) }),
        },
      };
    }
    case "skip":
      return { end: `skipped ${decision.rule}` };
    case "wait":
      return { end: `waiting ${decision.reason}` };
    case "link":
      return { end: "linked" };
    case "dead":
      return { end: `dead ${decision.reason}` };
    case "missing":
      return { end: "missing" };
  }
}

async function receiptOf(
  order: SitooOrder,
  { pipeline }: Side,
  signal: AbortSignal,
): Promise<Pick<Outlook, "receipt" | "email">> {
  const sink = pipeline.receipts;
  if (sink === undefined) return { receipt: "none" };
  // What is no sale, or not one yet, gets none in any case.
  if (order.ordertypeid !== 10 || order.orderstateid !== 10) return { receipt: "none" };
  const zone = await pipeline.transform.zone?.(order.eshopid, signal);
  const built = await sink.build(order, zone);
  if ("none" in built) return { receipt: `none: ${built.none}` };
  return { receipt: sink.on === "sale-closed" ? "by itself" : "when asked for", email: built };
}
