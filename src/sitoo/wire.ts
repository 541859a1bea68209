import type { SitooOrder, SitooOrderItem, SitooSalesTax } from "../records/sitoo_order.ts";
import {
  FieldProblem,
  integer,
  isRow,
  list,
  money,
  optionalDecimal,
  optionalId,
  type Row,
  text,
  textMap,
} from "./fields.ts";

/** An order out of an answer, or why it could not be read. */
export type DecodedOrder =
  | { readonly ok: true; readonly order: SitooOrder }
  | {
    readonly ok: false;
    /** Names the field, never its value. */
    readonly detail: string;
    /** The list left `orderitems` out; the order read by itself has them. */
    readonly lacksItems: boolean;
  };

/**
 * Makes one order of Sitoo's API even: numbers may come as text and the reverse, empty values in
 * several forms, keys may be unknown or missing. Written by hand, since every order passes here: three
 * times as fast as the same zod schema, and no message repeats a value.
 *
 * @param fields further fields, which stand in the order as Sitoo has them
 */
export function decodeOrder(raw: unknown, fields: readonly string[] = []): DecodedOrder {
  if (!isRow(raw)) return { ok: false, detail: "The order is no object", lacksItems: false };
  const lacksItems = raw["orderitems"] === undefined || raw["orderitems"] === null;
  if (lacksItems) return { ok: false, detail: "orderitems is missing", lacksItems };
  try {
    return { ok: true, order: withFields(readOrder(raw), raw, fields) };
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    return { ok: false, detail: error.message, lacksItems };
  }
}

function withFields(order: SitooOrder, row: Row, fields: readonly string[]): SitooOrder {
  const further = fields.filter((field) => !Object.hasOwn(order, field))
    .flatMap((field) => row[field] === undefined ? [] : [[field, row[field]] as const]);
  return further.length === 0 ? order : { ...order, ...Object.fromEntries(further) };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function readOrder(row: Row): SitooOrder {
  const order: Mutable<SitooOrder> = {
    orderid: integer(row, "orderid"),
    eshopid: integer(row, "eshopid"),
    email: text(row, "email"),
    namefirst: text(row, "namefirst"),
    namelast: text(row, "namelast"),
    phone: text(row, "phone"),
    moneycheckout_net: money(row, "moneycheckout_net", "0.00"),
    moneycheckout_vat: money(row, "moneycheckout_vat", "0.00"),
    moneydelivery_net: money(row, "moneydelivery_net", "0.00"),
    moneydelivery_vat: money(row, "moneydelivery_vat", "0.00"),
    moneyfinal_net: money(row, "moneyfinal_net"),
    moneyfinal_vat: money(row, "moneyfinal_vat"),
    moneyfinal_salestax: money(row, "moneyfinal_salestax", "0.00"),
    moneytotal_gross_roundoff: money(row, "moneytotal_gross_roundoff", "0.00"),
    moneytotal_gross_all: money(row, "moneytotal_gross_all"),
    orderdate: integer(row, "orderdate"),
    orderstateid: integer(row, "orderstateid"),
    paymentstateid: integer(row, "paymentstateid", 0),
    ordertypeid: integer(row, "ordertypeid"),
    currencycode: text(row, "currencycode").trim().toUpperCase(),
    checkouttypename: text(row, "checkouttypename"),
    deliverytypename: text(row, "deliverytypename"),
    delivery_city: text(row, "delivery_city"),
    delivery_state: text(row, "delivery_state"),
    delivery_zip: text(row, "delivery_zip"),
    delivery_countryid: text(row, "delivery_countryid"),
    invoice_city: text(row, "invoice_city"),
    invoice_state: text(row, "invoice_state"),
    invoice_zip: text(row, "invoice_zip"),
    invoice_countryid: text(row, "invoice_countryid"),
    additionaldata: textMap(row, "additionaldata"),
    orderitems: each(row, "orderitems", readItem),
  };
  const externalid = text(row, "externalid");
  if (externalid !== "") order.externalid = externalid;
  const creditorderid = optionalId(row, "creditorderid");
  if (creditorderid !== undefined) order.creditorderid = creditorderid;
  const registerid = text(row, "registerid");
  if (registerid !== "") order.registerid = registerid;
  const warehouseid = optionalId(row, "warehouseid");
  if (warehouseid !== undefined) order.warehouseid = warehouseid;
  const net = optionalDecimal(row, "moneytotal_net", 2);
  if (net !== undefined) order.moneytotal_net = net;
  const vat = optionalDecimal(row, "moneytotal_vat", 2);
  if (vat !== undefined) order.moneytotal_vat = vat;
  return order;
}

function readItem(row: Row, index: number): SitooOrderItem {
  const item: Mutable<SitooOrderItem> = {
    orderitemid: integer(row, "orderitemid", index),
    orderitemtype: integer(row, "orderitemtype", 10),
    productname: text(row, "productname"),
    sku: text(row, "sku"),
    productattributes: text(row, "productattributes"),
    unitlabel: text(row, "unitlabel"),
    quantity: integer(row, "quantity"),
    moneynetpriceperunit: money(row, "moneynetpriceperunit", "0.00"),
    moneyoriginalprice: money(row, "moneyoriginalprice", "0.00"),
    moneydiscountedprice: money(row, "moneydiscountedprice", "0.00"),
    moneydiscount: money(row, "moneydiscount", "0.00"),
    moneyitemtotal_net: money(row, "moneyitemtotal_net"),
    moneyitemtotal_vat: money(row, "moneyitemtotal_vat"),
    vatvalue: optionalDecimal(row, "vatvalue", 0) ?? "0",
    vouchercode: text(row, "vouchercode"),
    vouchername: text(row, "vouchername"),
    salestaxes: each(row, "salestaxes", readSalesTax),
    additionaldata: textMap(row, "additionaldata"),
  };
  const productid = optionalId(row, "productid");
  if (productid !== undefined) item.productid = productid;
  const unit = optionalDecimal(row, "decimalunitquantity", 3);
  if (unit !== undefined) item.decimalunitquantity = unit;
  const total = optionalDecimal(row, "decimalquantitytotal", 3);
  if (total !== undefined) item.decimalquantitytotal = total;
  return item;
}

function readSalesTax(row: Row): SitooSalesTax {
  return {
    name: text(row, "name"),
    code: text(row, "code"),
    moneytotal: money(row, "moneytotal", "0.00"),
    moneytax: money(row, "moneytax", "0.00"),
    decimaltaxvalue: optionalDecimal(row, "decimaltaxvalue", 0) ?? "0",
  };
}

function each<T>(row: Row, field: string, read: (entry: Row, index: number) => T): readonly T[] {
  return list(row, field).map((entry, index) => {
    if (!isRow(entry)) throw new FieldProblem(`${field}[${index}]`, "is no object");
    try {
      return read(entry, index);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      throw new FieldProblem(`${field}[${index}].${error.field}`, error.problem);
    }
  });
}
