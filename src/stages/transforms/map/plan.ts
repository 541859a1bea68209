import { normaliseEmail } from "../../../records/email.ts";
import { Decimal } from "../../../records/money.ts";
import type { RefundLink } from "../../../records/refund_link.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import type { Input } from "../../contract.ts";
import { type OrderContent, type ProductLine, readContent } from "./items.ts";
import type { MapOptions } from "./options.ts";
import { linkTo, originalOf } from "./refunds.ts";
import { orderStates, skip, type Stop, stopByHead, stopByState, waitOpen } from "./select.ts";
import { mismatchOf } from "./totals.ts";

/** An order of which something is to be sent. */
export interface Plan {
  readonly kind: "send";
  readonly input: Input<SitooOrder>;
  readonly content: OrderContent;
  /** Lines of the record with the order's own id: the sold ones, or those of an unlinked refund. */
  readonly lines: readonly ProductLine[];
  /** `return`: all of it is a refund that names no original. */
  readonly direction: "sale" | "return";
  /** Lines that come back in an order that also sells, name no original and become an order of their own. */
  readonly returned: readonly ProductLine[];
  /** Where lines belong that do name one. */
  readonly links: readonly RefundLink[];
  /** The address, if it is usable. */
  readonly email: string | undefined;
}

/** An order's lines by the sign of their quantity. */
interface Signed {
  readonly content: OrderContent;
  readonly sold: readonly ProductLine[];
  readonly returned: readonly ProductLine[];
  readonly original: number | undefined;
}

/** Decides what is to become of an order, without anything but the order and what the store knows of it. */
export function planOrder(input: Input<SitooOrder>, options: MapOptions): Plan | Stop {
  const order = input.record;
  const stop = stopByHead(order, options);
  if (stop !== undefined) return stop;
  const signed = readSigned(order);
  if (isRefund(order, signed)) return planRefund(input, signed, options);
  return signed.returned.length > 0
    ? planMixed(input, signed, options)
    : planSale(input, signed, options);
}

function readSigned(order: SitooOrder): Signed {
  const content = readContent(order);
  return {
    content,
    sold: content.products.filter((line) => line.item.quantity >= 0),
    returned: content.products.filter((line) => line.item.quantity < 0),
    original: originalOf(order),
  };
}

/** Nothing is sold: lines without a quantity say nothing either way. */
function isRefund(order: SitooOrder, { sold, returned }: Signed): boolean {
  if (returned.length > 0) return sold.every((line) => line.item.quantity === 0);
  return sold.length === 0 && Decimal.parse(order.moneytotal_gross_all).isNegative;
}

function planSale(input: Input<SitooOrder>, signed: Signed, options: MapOptions): Plan | Stop {
  return stopByState(input.record, input.facts, options) ??
    stopByMoney(input.record, signed.content) ??
    sendUnlessAnonymous(sendPlan(input, signed), options);
}

function planRefund(input: Input<SitooOrder>, signed: Signed, options: MapOptions): Plan | Stop {
  const order = input.record;
  const { original, returned } = signed;
  // Until it is closed no money has gone back, whatever is done with open sales.
  if (order.orderstateid === orderStates.open) return waitOpen;
  const cancelled = order.orderstateid === orderStates.cancelled;
  if (original !== undefined && cancelled) return linkNothing(original, order.orderid);
  if (original === undefined) {
    if (cancelled && !input.facts.delivered) return skip("cancelled");
    if (!cancelled && options.unlinked_refunds === "skip") return skip("unlinked-refund");
  }
  const stop = stopByMoney(order, signed.content);
  if (stop !== undefined) return stop;
  if (original === undefined) {
    const plan = { ...sendPlan(input, signed), lines: returned, direction: "return" } as const;
    return sendUnlessAnonymous(plan, options);
  }
  if (returned.length > 0) {
    return { kind: "link", links: [linkTo(original, order.orderid, returned)] };
  }
  return {
    kind: "dead",
    reason: "refund-line-unclear",
    detail: `Refund ${order.orderid} gives money back for order ${original} without a product line`,
  };
}

function planMixed(input: Input<SitooOrder>, signed: Signed, options: MapOptions): Plan | Stop {
  const order = input.record;
  const { original, returned } = signed;
  const closed = order.orderstateid === orderStates.closed;
  const stop = stopByState(order, input.facts, options);
  if (stop?.kind === "skip" && original !== undefined) return linkNothing(original, order.orderid);
  if (stop !== undefined) return stop;
  const links = original === undefined
    ? []
    : [closed ? linkTo(original, order.orderid, returned) : noLines(original, order.orderid)];
  return stopByMoney(order, signed.content) ??
    sendUnlessAnonymous({
      ...sendPlan(input, signed),
      links,
      returned: original === undefined && options.unlinked_refunds === "negative-order" &&
          order.orderstateid !== orderStates.open
        ? returned
        : [],
    }, options);
}

function sendPlan(input: Input<SitooOrder>, { content, sold }: Signed): Plan {
  return {
    kind: "send",
    input,
    content,
    lines: sold,
    direction: "sale",
    returned: [],
    links: [],
    email: normaliseEmail(input.record.email),
  };
}

/** What an order gives back goes into its original, also where the order itself is not sent. */
function sendUnlessAnonymous(plan: Plan, options: Pick<MapOptions, "anonymous">): Plan | Stop {
  if (plan.email !== undefined || options.anonymous === "send") return plan;
  return plan.links.length > 0 ? { kind: "link", links: plan.links } : skip("anonymous");
}

function stopByMoney(order: SitooOrder, content: OrderContent): Stop | undefined {
  const detail = mismatchOf(order, content);
  return detail === undefined ? undefined : { kind: "dead", reason: "money-mismatch", detail };
}

/** A refund that did not come about: what it linked before is taken back. */
function linkNothing(original: number, refund: number): Stop {
  return { kind: "link", links: [noLines(original, refund)] };
}

function noLines(original: number, refund: number): RefundLink {
  return { original, refund, lines: [] };
}
