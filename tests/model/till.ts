import { sitooItem, sitooOrder } from "../../src/records/testing.ts";
import type { SitooOrder, SitooOrderItem } from "../../src/records/sitoo_order.ts";

/** What a till and its cashiers do. Orders are named by their place among those that there are. */
export type Deed =
  | {
    readonly kind: "sell";
    readonly pieces: readonly number[];
    readonly state: "closed" | "open";
    readonly web: boolean;
  }
  | {
    readonly kind: "refund";
    readonly of: number;
    readonly pieces: readonly number[];
    /** Whether the till noted which lines came back. */
    readonly named: boolean;
    readonly state: "closed" | "open";
    /** Something is bought along with it. */
    readonly mixed: boolean;
  }
  /** A refund of an order that Sitoo never answers. */
  | { readonly kind: "orphan" }
  | { readonly kind: "close"; readonly of: number }
  | { readonly kind: "cancel"; readonly of: number }
  /** The till corrects what was sold, or what came back. */
  | { readonly kind: "edit"; readonly of: number; readonly piece: number };

const skus = ["TEE-RED-M", "CAP-NAVY-OS", "TEE-RED-M"];
/** An id far above all others: no order ever has it. */
export const nobody = 9_000;
/** Unix seconds; the first few orders are older than `min_age` when the first program starts, the rest is not. */
const placed = Date.UTC(2026, 0, 15, 12) / 1_000 - 164;

/** The orders of a Sitoo account, as deeds leave them. */
export class Till {
  readonly orders: SitooOrder[] = [];
  #nextId = 101;

  /** Does it; the order that came of it, or `undefined` where there is nothing to do it to. */
  do(deed: Deed): SitooOrder | undefined {
    switch (deed.kind) {
      case "sell":
        return this.#add({
          orderstateid: deed.state === "closed" ? 10 : 0,
          orderitems: sold(deed.pieces),
          ...(deed.web ? { registerid: "" } : {}),
        });
      case "orphan":
        return this.#add({ creditorderid: nobody, orderitems: [back(0, 1, true)] });
      case "refund": {
        const original = this.#find(deed.of);
        if (original === undefined) return undefined;
        const returned = deed.pieces.flatMap((pieces, index) =>
          pieces === 0 ? [] : [back(index, pieces, deed.named)]
        );
        if (returned.length === 0) return undefined;
        return this.#add({
          creditorderid: original.orderid,
          orderstateid: deed.state === "closed" ? 10 : 0,
          orderitems: deed.mixed ? [...returned, ...sold([0, 0, 1])] : returned,
        });
      }
      case "close":
        return this.#change(
          deed.of,
          (order) => order.orderstateid === 0 ? { ...order, orderstateid: 10 } : order,
        );
      case "cancel":
        return this.#change(deed.of, (order) => ({ ...order, orderstateid: 20 }));
      case "edit":
        return this.#change(deed.of, (order) =>
          withTotals({
            ...order,
            orderitems: order.orderitems.map((item) =>
              item.orderitemid === deed.piece % 3
                ? priced(item, item.quantity + Math.sign(item.quantity))
                : item
            ),
          }));
    }
  }

  #find(place: number): SitooOrder | undefined {
    return this.orders[place % Math.max(1, this.orders.length)];
  }

  #add(fields: Partial<SitooOrder>): SitooOrder {
    const orderid = this.#nextId++;
    // By the order's id, since it is a part of what is compared.
    const orderdate = placed + orderid;
    const { registerid, ...order } = withTotals(sitooOrder({ orderid, orderdate, ...fields }));
    const made = registerid === "" || registerid === undefined ? order : { ...order, registerid };
    this.orders.push(made);
    return made;
  }

  #change(place: number, change: (order: SitooOrder) => SitooOrder): SitooOrder | undefined {
    const before = this.#find(place);
    if (before === undefined) return undefined;
    const after = change(before);
    this.orders[this.orders.indexOf(before)] = after;
    return after;
  }
}

function sold(pieces: readonly number[]): SitooOrderItem[] {
  return pieces.flatMap((quantity, index) =>
    quantity === 0
      ? []
      : [priced(sitooItem({ orderitemid: index, sku: skus[index] ?? "" }), quantity)]
  );
}

function back(index: number, pieces: number, named: boolean): SitooOrderItem {
  return priced(
    sitooItem({
      orderitemid: index,
      sku: skus[index] ?? "",
      additionaldata: named ? { "pos-originalsales-orderitemid": String(index) } : {},
    }),
    -pieces,
  );
}

/** Every piece is 80.00 and 20.00 of VAT. */
function priced(item: SitooOrderItem, quantity: number): SitooOrderItem {
  return {
    ...item,
    quantity,
    moneynetpriceperunit: "80.00",
    moneyoriginalprice: "80.00",
    moneyitemtotal_net: `${quantity * 80}.00`,
    moneyitemtotal_vat: `${quantity * 20}.00`,
  };
}

function withTotals(order: SitooOrder): SitooOrder {
  const pieces = order.orderitems.reduce((sum, item) => sum + item.quantity, 0);
  return {
    ...order,
    moneyfinal_net: `${pieces * 80}.00`,
    moneyfinal_vat: `${pieces * 20}.00`,
    moneytotal_gross_all: `${pieces * 100}.00`,
  };
}
