import type { OrderHead } from "../records/order_head.ts";
import { markText } from "../records/order_mark.ts";
import { FieldProblem, integer, money, optionalId, type Row, text, textMap } from "./fields.ts";

/** What is asked of an order to count it: as for a mark, and what tells where it counts. */
export const headFields: readonly string[] = [
  ..."orderid eshopid orderdate orderstateid paymentstateid moneytotal_gross_all email".split(" "),
  ..."currencycode warehouseid additionaldata".split(" "),
];

/**
 * The head of an order. One with an odd field is counted all the same, without what cannot be read; its mark
 * then equals that of no order.
 */
export function readHead(row: Row): OrderHead {
  const warehouseid = orElse(() => optionalId(row, "warehouseid"), undefined);
  return {
    orderid: integer(row, "orderid"),
    eshopid: orElse(() => integer(row, "eshopid"), 0),
    orderdate: orElse(() => integer(row, "orderdate"), 0),
    moneytotal_gross_all: orElse(() => money(row, "moneytotal_gross_all"), "0.00"),
    currencycode: text(row, "currencycode").trim().toUpperCase(),
    additionaldata: textMap(row, "additionaldata"),
    mark: readMarkText(row),
    ...(warehouseid === undefined ? {} : { warehouseid }),
  };
}

/** What tells whether an order has changed; of an odd row, the name of its problem. */
export function readMarkText(row: Row): string {
  return orElse(
    () =>
      markText({
        orderstateid: integer(row, "orderstateid"),
        paymentstateid: integer(row, "paymentstateid", 0),
        moneytotal_gross_all: money(row, "moneytotal_gross_all"),
        email: text(row, "email"),
      }),
    (problem) => problem.message,
  );
}

function orElse<T, U>(read: () => T, other: U | ((problem: FieldProblem) => U)): T | U {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    return other instanceof Function ? other(error) : other;
  }
}
