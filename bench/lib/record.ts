/**
 * The smallest record that Ometria takes of an order: no checks, no catalogue, no hashes, money as a float.
 * What bounds and peers make of an order, so that they do less than the product and not more. Loads nothing
 * and can be erased to JavaScript, since Node runs it as well as Deno.
 *
 * @module
 */

/** A line of an order, of what Sitoo sends. */
export interface Line {
  readonly sku: string;
  readonly productname: string;
  readonly quantity: number | string;
  readonly moneyitemtotal_net: string;
  readonly moneyitemtotal_vat: string;
}

/** An order, of what Sitoo sends. */
export interface Order {
  readonly orderid: number;
  readonly email: string | null;
  readonly orderdate: number;
  readonly orderstateid: number;
  readonly ordertypeid: number;
  readonly registerid: string | null;
  readonly currencycode: string;
  readonly moneyfinal_net: string;
  readonly moneyfinal_vat: string;
  readonly orderitems: readonly Line[];
}

/** What has to be asked for, to get an {@linkcode Order}. */
export const fields = "orderid,email,orderdate,orderstateid,ordertypeid,registerid,currencycode," +
  "moneyfinal_net,moneyfinal_vat,orderitems";

/** Whether it was sold at a till, and paid. */
export function isSale(order: Order): boolean {
  return order.ordertypeid === 10 && order.orderstateid === 10 && order.registerid !== null;
}

/** The record of an order. Stands by itself: its text also goes into a flow of Node-RED. */
export function recordOf(order: Order): unknown {
  const money = (value: number): number => Math.round(value * 100) / 100;
  const email = (order.email ?? "").trim().toLowerCase();
  const [subtotal, tax] = [Number(order.moneyfinal_net), Number(order.moneyfinal_vat)];
  return {
    "@type": "order",
    id: `till-${order.orderid}`,
    timestamp: new Date(order.orderdate * 1000).toISOString().replace(".000", ""),
    is_valid: true,
    status: "complete",
    channel: "in store",
    store: "s",
    currency: order.currencycode,
    grand_total: money(subtotal + tax),
    subtotal,
    tax,
    shipping: 0,
    ...(email === "" ? {} : { customer: { email }, customer_identified: true }),
    lineitems: order.orderitems.map((line) => ({
      product_id: line.sku === "" ? "none" : line.sku,
      quantity: Math.round(Number(line.quantity)),
      unit_price: Number(line.moneyitemtotal_net),
      total: money(Number(line.moneyitemtotal_net) + Number(line.moneyitemtotal_vat)),
    })),
  };
}
