import { valueAt } from "../receipt_subject.ts";
import { languageOf, type ReceiptLanguage } from "./words.ts";

/** What the default receipt is written from: a template's merge fields. */
export type ReceiptFieldsIn = Readonly<Record<string, unknown>>;

/** One sold line as it is shown. */
export interface LineView {
  readonly name: string;
  /** Variant and SKU; discount with its word. */
  readonly notes: readonly string[];
  /** `2 × 249,00 kr`. */
  readonly quantity: string;
  readonly total: string;
}

/** A receipt as it is shown, whatever in: every text plain, nothing escaped. */
export interface ReceiptView {
  readonly language: ReceiptLanguage;
  readonly title: string;
  /** Who sells: name and further lines. */
  readonly seller: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
  readonly lines: readonly LineView[];
  readonly totals: readonly (readonly [string, string])[];
  readonly total: readonly [string, string];
  readonly payment: readonly (readonly [string, string])[];
  /** Heading and rows of the tax table; no rows: there is none. */
  readonly taxes: readonly (readonly string[])[];
}

/** How the default receipt is set. */
export interface DefaultReceiptOptions {
  /** BCP 47. */
  readonly locale: string;
  /** Who sells, as the law wants it named: one text a line. */
  readonly seller: readonly string[];
}

/** Picks from the merge fields what a receipt shows, with the words of the locale's language. */
export function receiptView(data: ReceiptFieldsIn, options: DefaultReceiptOptions): ReceiptView {
  const language = languageOf(options.locale);
  const { words } = language;
  const at = (path: string): string => textAt(data, path);
  const refund = at("details.status") === "refunded";
  const taxes = rowsAt(data, "taxes");
  return {
    language,
    title: refund ? words.refund : words.receipt,
    seller: options.seller.filter((text) => text.trim() !== ""),
    facts: pairs([
      [words.store, at("store.name")],
      [words.number, at("details.orderID")],
      [words.date, at("details.creationDate")],
      [words.staff, at("details.staff")],
      [words.codes, at("details.coupons")],
    ]),
    lines: rowsAt(data, "lines").map((line) => lineView(line, words.discount)),
    totals: pairs([
      [words.shipping, unlessZero(at("totals.totalShippingCost"))],
      [words.fee, at("totals.paymentFee")],
      [words.rounding, at("totals.rounding")],
    ]),
    total: [words.total, at("totals.grandTotal")],
    payment: pairs([[words.paidBy, at("payment.paymentMethod")]]),
    taxes: taxes.length === 0 ? [] : [
      [words.taxRate, words.net, words.tax, words.gross],
      ...taxes.map((row) => [
        [textAt(row, "name"), textAt(row, "rate")].filter((text) => text !== "").join(" "),
        textAt(row, "net"),
        textAt(row, "tax"),
        textAt(row, "gross"),
      ]),
    ],
  };
}

function lineView(line: ReceiptFieldsIn, discountWord: string): LineView {
  const discount = textAt(line, "discount");
  const sku = textAt(line, "sku");
  const name = textAt(line, "name") || sku;
  return {
    name,
    notes: [
      textAt(line, "options"),
      name === sku ? "" : sku,
      discount === "" ? "" : `${discountWord}: ${discount}`,
    ].filter((text) => text !== ""),
    quantity: `${textAt(line, "quantity")} × ${textAt(line, "unitPrice")}`,
    total: textAt(line, "total"),
  };
}

function pairs(
  rows: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return rows.filter(([, value]) => value !== "");
}

/** Amounts of nothing, in whatever digits they are written. */
function unlessZero(text: string): string {
  return /[^\P{Nd}0٠۰०]/u.test(text) ? text : "";
}

function rowsAt(data: ReceiptFieldsIn, name: string): readonly ReceiptFieldsIn[] {
  const rows = data[name];
  return Array.isArray(rows) ? rows.filter(isFields) : [];
}

function textAt(data: ReceiptFieldsIn, path: string): string {
  return valueAt(data, path.split(".")).trim();
}

function isFields(value: unknown): value is ReceiptFieldsIn {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
