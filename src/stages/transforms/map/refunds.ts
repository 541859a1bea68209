import { Decimal } from "../../../records/money.ts";
import type { RefundedLine, RefundLink } from "../../../records/refund_link.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import type { UnusableRefund } from "../../contract.ts";
import type { ProductLine } from "./items.ts";

/**
 * The order that a refund credits: `creditorderid`, else what the till wrote down, else none. Never
 * itself, and never a guess.
 */
export function originalOf(order: SitooOrder): number | undefined {
  const original = order.creditorderid ??
    readId(order.additionaldata["pos-originalsales-orderid"]);
  return original === order.orderid ? undefined : original;
}

/** What a refund gives back, for its original to take up. */
export function linkTo(
  original: number,
  refund: number,
  returned: readonly ProductLine[],
): RefundLink {
  return { original, refund, lines: returned.map(refundedLine) };
}

function refundedLine(line: ProductLine): RefundedLine {
  const { item } = line;
  const index = readId(item.additionaldata["pos-originalsales-orderitemid"]);
  const back = line.gross.sign > 0 ? Decimal.zero : line.gross.negated();
  return {
    ...(index === undefined ? {} : { index }),
    sku: item.sku.trim(),
    quantity: Math.abs(item.quantity),
    amount: back.toString(),
  };
}

function readId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

/** What has come back of one line. */
export interface LineRefund {
  readonly quantity: number;
  /** Including tax; at most the line's total. */
  readonly amount: Decimal;
}

/** What has come back of an order. */
export interface Returned {
  /** By position in the order's product lines; nothing for lines of which all was kept. */
  readonly lines: ReadonlyMap<number, LineRefund>;
  readonly unusable: readonly UnusableRefund[];
}

/** Nothing has come back. */
export const nothingReturned: Returned = { lines: new Map(), unusable: [] };

/**
 * Finds the line of every refunded piece, refund by refund in the order of their ids, so that the
 * result is the same in whichever order the refunds came in. Amounts are not capped yet.
 */
export function allocate(
  orderId: number,
  lines: readonly ProductLine[],
  links: readonly RefundLink[],
): Returned {
  const own = links.filter((link) => link.original === orderId)
    .toSorted((left, right) => left.refund - right.refund);
  let taken: ReadonlyMap<number, LineRefund> = new Map();
  const unusable: UnusableRefund[] = [];
  for (const link of own) {
    const next = takeUp(link, lines, taken);
    if (typeof next === "string") {
      unusable.push({ refund: link.refund, reason: "refund-line-unclear", detail: next });
    } else taken = next;
  }
  return { lines: taken, unusable };
}

/** What is taken after one more refund, or why it cannot be told which lines it is about. */
function takeUp(
  link: RefundLink,
  lines: readonly ProductLine[],
  before: ReadonlyMap<number, LineRefund>,
): ReadonlyMap<number, LineRefund> | string {
  const taken = new Map(before);
  for (const refunded of link.lines.toSorted(byCertainty)) {
    const position = positionByIndex(lines, refunded) ?? positionBySku(lines, refunded, taken);
    if (position === undefined) {
      return `Order ${link.original} has no single line with SKU "${refunded.sku}" and ` +
        `${refunded.quantity} left to give back, and refund ${link.refund} names no line`;
    }
    const held = taken.get(position);
    const amount = Decimal.parse(refunded.amount);
    taken.set(position, {
      quantity: (held?.quantity ?? 0) + refunded.quantity,
      amount: held === undefined ? amount : held.amount.plus(amount),
    });
  }
  return taken;
}

/** Lines that name their original first; the rest in an order that does not depend on the till. */
function byCertainty(left: RefundedLine, right: RefundedLine): number {
  return (left.index ?? Infinity) < (right.index ?? Infinity)
    ? -1
    : (left.index ?? Infinity) > (right.index ?? Infinity)
    ? 1
    : left.sku < right.sku
    ? -1
    : left.sku > right.sku
    ? 1
    : right.quantity - left.quantity;
}

function positionByIndex(
  lines: readonly ProductLine[],
  { index }: RefundedLine,
): number | undefined {
  const position = lines.findIndex((line) => line.item.orderitemid === index);
  return position < 0 ? undefined : position;
}

/** The one line with this SKU that has enough left. */
function positionBySku(
  lines: readonly ProductLine[],
  { sku, quantity }: RefundedLine,
  taken: ReadonlyMap<number, LineRefund>,
): number | undefined {
  if (sku === "") return undefined;
  const found = lines.flatMap((line, position) => {
    const left = line.item.quantity - (taken.get(position)?.quantity ?? 0);
    return line.item.sku.trim() === sku && left >= quantity ? [position] : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** A line's refund as it is sent: never more than was sold. The rest of the money is the excess. */
export function capRefund(
  line: ProductLine,
  refund: LineRefund,
  digits: number,
): { readonly refund: LineRefund; readonly excess: Decimal } {
  const sold = line.gross.round(digits);
  const paid = sold.isNegative ? Decimal.zero : sold;
  const back = refund.amount.round(digits);
  const amount = back.min(paid);
  return {
    refund: { quantity: Math.min(refund.quantity, line.item.quantity), amount },
    excess: back.minus(amount),
  };
}

/** Whether every piece has come back. */
export function allReturned(
  lines: readonly { readonly line: ProductLine; readonly refund: LineRefund | undefined }[],
): boolean {
  const sold = lines.filter(({ line }) => line.item.quantity > 0);
  return sold.length > 0 &&
    sold.every(({ line, refund }) => (refund?.quantity ?? 0) >= line.item.quantity);
}
