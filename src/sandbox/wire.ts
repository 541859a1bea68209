import { formatMinor } from "./money.ts";
import { isGiftCard } from "./lines.ts";
import { type LineModel, type OrderModel, receiptIdOf, totalOf } from "./order_model.ts";
import { hash } from "./random.ts";

type Field = (order: OrderModel) => unknown;

/** What a list gives when `fields` is not asked for. */
export const DEFAULT_FIELDS: readonly string[] = [
  "orderid",
  "eshopid",
  "email",
  "namefirst",
  "namelast",
  "company",
  "moneyfinal_net",
  "moneyfinal_vat",
  "moneytotal_gross_roundoff",
  "moneytotal_gross_all",
  "checkouttypename",
  "deliverytypename",
  "orderdate",
  "orderstateid",
  "paymentstateid",
  "ordertypeid",
  "registerid",
  "warehouseid",
  "datereserved",
  "currencycode",
  "additionaldata",
  "checkoutmethodid",
  "orderitems",
  "payments",
];

const FIELDS = new Map<string, Field>(Object.entries<Field>({
  orderid: (order) => order.id,
  eshopid: (order) => order.site.eshopid,
  externalid: (order) => order.externalid ?? null,
  creditorderid: (order) => order.link === "pos" ? null : order.original ?? null,
  email: (order) => order.person?.email ?? "",
  namefirst: (order) => order.person?.first ?? "",
  namelast: (order) => order.person?.last ?? "",
  company: () => "",
  phone: (order) => order.person === undefined ? "" : phoneOf(order.id),
  personalid: () => "",
  invoice_address: () => "",
  invoice_zip: () => "",
  invoice_city: () => "",
  invoice_state: () => "",
  invoice_countryid: (order) => order.store.countryid.toLowerCase(),
  delivery_address: (order) => order.delivery ? "Example Street 5" : "",
  delivery_zip: (order) => order.delivery ? "11122" : "",
  delivery_city: (order) => order.delivery ? "Exampleton" : "",
  delivery_state: () => "",
  delivery_countryid: (order) => order.delivery ? order.store.countryid.toLowerCase() : "",
  comment: () => "",
  customerref: () => "",
  moneytotal_net: (order) => formatMinor(sum(order, (line) => line.net)),
  moneytotal_vat: (order) => formatMinor(sum(order, (line) => line.gross - line.net)),
  moneycheckout_net: (order) => formatMinor(order.checkout?.net ?? 0),
  moneycheckout_vat: (order) => formatMinor(order.checkout?.vat ?? 0),
  moneytotal_gross_checkout: (order) => formatMinor(feeOf(order.checkout)),
  moneydelivery_net: (order) => formatMinor(order.delivery?.net ?? 0),
  moneydelivery_vat: (order) => formatMinor(order.delivery?.vat ?? 0),
  moneytotal_gross_delivery: (order) => formatMinor(feeOf(order.delivery)),
  moneyfinal_net: (order) =>
    formatMinor(
      sum(order, (line) => line.net) + (order.delivery?.net ?? 0) + (order.checkout?.net ?? 0),
    ),
  moneyfinal_vat: (order) =>
    formatMinor(
      sum(order, (line) => line.gross - line.net) + (order.delivery?.vat ?? 0) +
        (order.checkout?.vat ?? 0),
    ),
  moneyfinal_salestax: () => "0.00",
  moneytotal_gross_roundoff: (order) => formatMinor(order.roundoff),
  moneytotal_gross_all: (order) => formatMinor(totalOf(order)),
  checkouttypename: (order) => CHECKOUT_NAMES[order.paidBy],
  deliverytypename: (order) => order.delivery ? "Parcel" : "",
  orderdate: (order) => order.date,
  orderstateid: (order) => order.state,
  paymentstateid: (order) => order.payment,
  ordertypeid: (order) => order.type,
  userid_staff: () => null,
  registerid: (order) => order.register?.registerid ?? null,
  warehouseid: (order) => {
    if (order.register === undefined) return null;
    const { warehouseid } = order.store;
    return order.id % 23 === 0 ? String(warehouseid) : warehouseid;
  },
  datereserved: () => null,
  currencycode: (order) => order.site.currency,
  checkoutmethodid: () => 0,
  additionaldata: additionalData,
  orderitems: (order) => order.lines.map((line, index) => itemOf(order, line, index)),
  payments: paymentsOf,
  reservedpayments: () => [],
}));

const CHECKOUT_NAMES: Readonly<Record<OrderModel["paidBy"], string>> = {
  card: "Sitoo POS - Card",
  cash: "Sitoo POS - Cash",
  exchange: "Sitoo POS - Card",
  none: "",
};

/** Gives orders the form of a list row with the named fields; unknown names are passed over. */
export function rowMaker(names: readonly string[]): (order: OrderModel) => Record<string, unknown> {
  const makers = names.flatMap((name) => {
    const field = FIELDS.get(name);
    return field === undefined ? [] : [{ name, field }];
  });
  return function toRow(order: OrderModel): Record<string, unknown> {
    const row: Record<string, unknown> = {};
    for (const { name, field } of makers) row[name] = field(order);
    if (row["additionaldata"] === undefined) delete row["additionaldata"];
    return row;
  };
}

const whole = rowMaker([...FIELDS.keys()]);

/** The form of a single GET: every field, with the order's log. */
export function wholeOrder(order: OrderModel): Record<string, unknown> {
  return {
    ...whole(order),
    orderlogitems: [{ datelog: order.date + 1, orderlogtypeid: 0, strvalue: null, fvalue: null }],
  };
}

function additionalData(order: OrderModel): unknown {
  const data: Record<string, string> = {};
  if (order.kind === "sale" && order.id % 67 === 0 && order.partner === undefined) {
    return emptyForm(order.id);
  }
  const bare = order.kind !== "sale" && order.kind !== "mixed" && order.kind !== "unlinked-mixed";
  const toldByCredit = order.original === undefined || order.link === "credit";
  if (bare && toldByCredit && order.partner === undefined && order.id % 3 === 0) {
    return emptyForm(order.id);
  }
  if (order.kind === "web") return order.id % 2 === 0 ? emptyForm(order.id) : { weborder: "true" };
  const receipt = order.state === 10 ? receiptIdOf(order) : undefined;
  if (receipt !== undefined) data["pos-receiptid"] = receipt;
  data["pos-timezone"] = order.site.timezone;
  data["store-externalid"] = order.store.externalid;
  data["store-name"] = order.store.name;
  data["pos-staff-externalid"] = `E${order.id % 40}`;
  if (order.source !== undefined) data["pos-sourceorderid"] = String(order.source);
  if (order.original !== undefined && order.link !== "credit") {
    data["pos-originalsales-orderid"] = String(order.original);
  }
  if (order.original !== undefined) data["refundreasoncode-reasoncode"] = `R${order.id % 4}`;
  if (order.partner?.is === "sale") data["pos-refundsales-orderid"] = String(order.partner.id);
  if (order.partner?.is === "refund") {
    data["pos-refund-orderid"] = String(order.partner.id);
    data["pos-refund-receiptid"] = order.partner.receipt;
  }
  return data;
}

/** Sitoo writes "nothing" in four ways. */
function emptyForm(n: number): unknown {
  switch (hash(0, n, 1) % 4) {
    case 0:
      return {};
    case 1:
      return [];
    case 2:
      return null;
    default:
      return undefined;
  }
}

function itemOf(order: OrderModel, line: LineModel, index: number): Record<string, unknown> {
  const odd = (order.id + index) % 19;
  const pieces = Math.abs(line.quantity);
  const original = netPrice(line.unitGross, line.vatRate);
  const discounted = line.discount > 0;
  const perUnit = discounted ? Math.round(Math.abs(line.net) / pieces) : original;
  const extra: Record<string, string> = { "product-group-name": line.variant.group };
  if (discounted) extra["orderitem-moneyrowdiscount"] = formatMinor(line.discount);
  if (line.originalLine !== undefined && line.tellsLine === true) {
    extra["pos-originalsales-orderitemid"] = String(line.originalLine);
  }
  if (line.quantity < 0) extra["reasoncode-return"] = `R${order.id % 4}`;
  const plain = !discounted && line.quantity > 0 && odd < 4 && !isGiftCard(line);
  if (isGiftCard(line)) extra["giftcard-cardnumber"] = `G${order.id}`;
  return {
    orderitemid: index,
    orderitemtype: 10,
    productid: odd === 7 ? String(line.variant.productid) : line.variant.productid,
    productname: line.variant.name,
    sku: line.variant.sku,
    productattributes: line.variant.attributes,
    externalinput: "",
    externalinputtitle: "",
    unitlabel: "",
    quantity: odd === 8 ? String(line.quantity) : line.quantity,
    decimalunitquantity: null,
    moneynetpriceperunit: formatMinor(perUnit),
    moneypriceorg: "0.00",
    vatvalue: odd === 9 ? `${line.vatRate}.00` : line.vatRate,
    deliveryinfo: "",
    moneyitemtotal_net: formatMinor(line.net),
    moneyitemtotal_vat: formatMinor(line.gross - line.net),
    voucherid: line.voucher?.id ?? 0,
    vouchercode: line.voucher?.code ?? "",
    vouchername: line.voucher?.name ?? "",
    moneyoriginalprice: formatMinor(original),
    moneydiscountedprice: discounted ? formatMinor(perUnit) : "0.00",
    moneydiscount: discounted ? formatMinor(original - perUnit) : "0.00",
    salestaxes: [],
    additionaldata: plain ? emptyForm(order.id + index) : extra,
    decimalquantitytotal: `${line.quantity}.000`,
    moneynetpriceperquantity: formatMinor(perUnit),
  };
}

function paymentsOf(order: OrderModel): unknown[] {
  if (order.paidBy === "none") return [];
  const name = order.paidBy === "cash" ? "Cash" : order.paidBy === "card" ? "Card" : "Exchange";
  return [{
    name,
    moneyamount: formatMinor(totalOf(order)),
    additionaldata: order.paidBy === "exchange" ? { "virtual-payment": "true" } : {},
  }];
}

function sum(order: OrderModel, amount: (line: LineModel) => number): number {
  let total = 0;
  for (const line of order.lines) total += amount(line);
  return total;
}

function feeOf(fee: OrderModel["delivery"]): number {
  return fee === undefined ? 0 : fee.net + fee.vat;
}

function netPrice(gross: number, vatRate: number): number {
  return Math.round(gross * 100 / (100 + vatRate));
}

/** A number out of the range kept free for fiction. */
function phoneOf(n: number): string {
  return `+46 70 174 06 ${String(n % 100).padStart(2, "0")}`;
}
