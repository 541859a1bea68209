import type { Decimal } from "../../records/money.ts";

/** Writes figures the way people of a locale read them. Exact: no amount becomes a float. */
export interface ReceiptFormat {
  /** `626,40 kr` in `sv-SE`, `£60.00` in `en-GB`. */
  money(amount: Decimal): string;
  /** `25 %` in `sv-SE`, `25%` in `en-GB`. */
  percent(value: Decimal): string;
  /** A quantity with its unit, if there is one: `0.532 kg`. */
  quantity(value: Decimal, unit: string): string;
}

/** Makes formats for a locale (BCP 47), one a currency, and keeps them. */
export function createReceiptFormats(locale: string): (currency: string) => ReceiptFormat {
  const made = new Map<string, ReceiptFormat>();
  return formatOf;

  function formatOf(currency: string): ReceiptFormat {
    const known = made.get(currency);
    if (known !== undefined) return known;
    const format = createFormat(locale, currency);
    made.set(currency, format);
    return format;
  }
}

function createFormat(locale: string, currency: string): ReceiptFormat {
  // Sitoo may leave the currency out; figures without one are better than no receipt.
  const money = /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(locale, { style: "currency", currency })
    : new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "percent",
    maximumFractionDigits: 3,
  });
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  return {
    money: (amount) => formatDecimal(money, amount),
    percent: (value) => formatDecimal(percent, value),
    quantity: (value, unit) => [formatDecimal(plain, value), unit].join(" ").trim(),
  };
}

function formatDecimal(format: Intl.NumberFormat, value: Decimal): string {
  const text = value.toString();
  if (!isNumeric(text)) throw new TypeError("Cannot format an amount: it is no decimal number");
  return format.format(text);
}

/** Intl reads such text digit by digit. */
function isNumeric(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}
