import { assertEquals } from "../../std/assert.ts";
import { Decimal } from "../../records/money.ts";
import { createReceiptFormats } from "./receipt_format.ts";

/** Locales use blanks that look alike. */
function plain(text: string): string {
  return text.replaceAll(/\s/g, " ").replaceAll("−", "-");
}

const amounts: readonly (readonly [string, string, string, string])[] = [
  ["sv-SE", "SEK", "626.40", "626,40 kr"],
  ["sv-SE", "SEK", "-199.20", "-199,20 kr"],
  ["en-GB", "GBP", "60.00", "£60.00"],
  ["en-US", "USD", "1234.5", "$1,234.50"],
  ["de-DE", "EUR", "1234567890123456.78", "1.234.567.890.123.456,78 €"],
  ["ja-JP", "JPY", "1200.00", "￥1,200"],
  ["en-GB", "", "12.5", "12.50"],
];
for (const [locale, currency, amount, text] of amounts) {
  Deno.test(`money writes ${amount} ${currency} in ${locale} as ${text}`, () => {
    const format = createReceiptFormats(locale)(currency);
    assertEquals(plain(format.money(Decimal.parse(amount))), text);
  });
}

Deno.test("percent and quantity follow the locale", () => {
  const swedish = createReceiptFormats("sv-SE")("SEK");
  assertEquals(plain(swedish.percent(Decimal.parse("25"))), "25 %");
  assertEquals(plain(swedish.quantity(Decimal.parse("0.532"), "kg")), "0,532 kg");
  const american = createReceiptFormats("en-US")("USD");
  assertEquals(american.percent(Decimal.parse("8.875")), "8.875%");
  assertEquals(american.quantity(Decimal.parse("2"), ""), "2");
});

Deno.test("figures have no more digits than a receipt has room for", () => {
  const bare = createReceiptFormats("en-GB")("");
  assertEquals(bare.money(Decimal.parse("1.005")), "1.01");
  assertEquals(bare.percent(Decimal.parse("8.87549")), "8.875%");
  assertEquals(bare.quantity(Decimal.parse("0.53249"), "kg"), "0.532 kg");
});
