import { sitooItem, sitooOrder } from "../../../records/testing.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../std/assert.ts";
import { createReceiptFields } from "../receipt_fields.ts";
import { defaultReceipt, type ReceiptParts } from "./default_receipt.ts";
import { languageOf } from "./words.ts";

async function receipt(
  order: Partial<SitooOrder> = {},
  locale = "sv-SE",
  data: Readonly<Record<string, string>> = {},
): Promise<ReceiptParts> {
  const fields = await createReceiptFields({ data })(sitooOrder(order), {
    locale,
    zone: "Europe/Stockholm",
  });
  assert(fields.ok);
  return defaultReceipt(fields.data, {
    locale,
    seller: ["Example Store AB", " ", "VAT no. SE000000000001"],
  });
}

/** Locales use blanks that look alike. */
function plain(text: string): string {
  return text.replaceAll(/[^\S\n]/g, " ");
}

/** The email may change its looks; what a receipt must say stays. */
const shown = [
  "Example Store AB",
  "VAT no. SE000000000001",
  "Kvitto",
  "SII000000471100220316",
  "2025-09-06",
  "TEE-RED-M",
  "249,00 kr",
  "25 %",
  "199,20 kr",
  "49,80 kr",
  "Totalt",
  "Moms",
];

Deno.test("both parts of the default receipt say what a receipt must", async () => {
  const { html, text } = await receipt();
  for (const part of shown) {
    assertStringIncludes(plain(html), part);
    assertStringIncludes(plain(text), part);
  }
});

Deno.test("the HTML part loads nothing, runs nothing and leads nowhere", async () => {
  const { html } = await receipt();
  assertEquals(/<(img|link|script|style|a|iframe|svg)\b|url\(|https?:/i.exec(html), null);
  // Every element that is opened is closed, or mail programs guess.
  for (const tag of ["table", "tr", "td", "th", "div", "bdi", "h1", "body", "html"]) {
    const opened = html.match(new RegExp(`<${tag}[ >]`, "g"))?.length;
    assertEquals(html.match(new RegExp(`</${tag}>`, "g"))?.length, opened, tag);
  }
});

Deno.test("nothing of an order becomes markup, a field of Ometria's or a line of its own", async () => {
  const productname = `<b onclick="x()">Tee</b> & {{ contact.name }}\r\nTotal: 0`;
  const { html, text } = await receipt({ orderitems: [sitooItem({ productname })] });
  assert(!html.includes("<b "));
  assertStringIncludes(html, "&lt;b onclick=&quot;x()&quot;&gt;Tee&lt;/b&gt; &amp; &#123;&#123;");
  for (const part of [html, text]) assert(!part.includes("{{") && !part.includes("}}"));
  assert(!/^Total: 0$/m.test(text));
});

Deno.test("a receipt in Arabic or Hebrew runs from right to left, names in their own direction", async () => {
  for (const [locale, word] of [["ar-EG", "إيصال"], ["he-IL", "קבלה"]] as const) {
    const { html, text } = await receipt({}, locale);
    assertStringIncludes(html, `<html lang="${locale.slice(0, 2)}" dir="rtl">`);
    assertStringIncludes(html, "<bdi>TEE-RED-M</bdi>");
    assertStringIncludes(text, word);
  }
  assertStringIncludes((await receipt()).html, `<html lang="sv" dir="ltr">`);
});

Deno.test("a refund is headed as one, and discount, rounding and sales tax have their lines", async () => {
  const back = sitooItem({
    quantity: -1,
    moneyitemtotal_net: "-199.20",
    moneyitemtotal_vat: "-49.80",
  });
  const refund = await receipt({ moneytotal_gross_all: "-249.00", orderitems: [back] });
  assertStringIncludes(refund.text, "Återbetalning");
  const { text } = await receipt({
    moneytotal_gross_roundoff: "0.40",
    orderitems: [sitooItem({ moneydiscount: "20.00" })],
  });
  assertStringIncludes(plain(text), "Rabatt: 25,00 kr");
  assertStringIncludes(plain(text), "Öresavrundning: 0,40 kr");
});

Deno.test("what is nothing is left out, and staff is named only where the pipeline says so", async () => {
  const { text } = await receipt();
  for (const word of ["Frakt", "Betalavgift", "Säljare", "Rabatt"]) {
    assert(!text.includes(word), word);
  }
  const named = await receipt({}, "sv-SE", { "details.staff": "'Ada'" });
  assertStringIncludes(named.text, "Säljare: Ada");
});

Deno.test("a name without a blank breaks, and breaks no layout", async () => {
  const { html } = await receipt({ orderitems: [sitooItem({ productname: "X".repeat(300) })] });
  assertStringIncludes(html, "overflow-wrap:anywhere");
});

/** A sale with all that a receipt can show. */
const everything: Partial<SitooOrder> = {
  checkouttypename: "Card",
  moneycheckout_net: "8.00",
  moneycheckout_vat: "2.00",
  moneydelivery_net: "40.00",
  moneydelivery_vat: "10.00",
  moneyfinal_net: "247.20",
  moneyfinal_vat: "61.80",
  moneytotal_gross_all: "309.00",
  moneytotal_gross_roundoff: "0.40",
  orderitems: [
    sitooItem({
      productattributes: "Color: Red, Size: M",
      moneydiscount: "20.00",
      vouchercode: "AUTUMN20",
    }),
    sitooItem({
      productname: "",
      sku: "BAG",
      moneyitemtotal_net: "0.00",
      moneyitemtotal_vat: "0.00",
    }),
  ],
};

Deno.test("the text part says everything in its order", async () => {
  const { text } = await receipt(everything, "en-GB", { "details.staff": "'Ada'" });
  assertEquals(
    plain(text),
    `Example Store AB
VAT no. SE000000000001

Receipt

Receipt number: SII000000471100220316
Date: 2025-09-06 12:15
Served by: Ada
Voucher: AUTUMN20

Tee
  Color: Red, Size: M
  TEE-RED-M
  Discount: SEK 25.00
  1 × SEK 274.00 = SEK 249.00
BAG
  1 × SEK 0.00 = SEK 0.00

Delivery: SEK 40.00
Payment fee: SEK 10.00
Rounding: SEK 0.40
Total: SEK 309.00
Paid by: Card

VAT rate 25%, Net SEK 247.20, VAT SEK 61.80, Gross SEK 309.00
`,
  );
});

Deno.test("a receipt without lines has no tables of them, and no gaps", async () => {
  const { html, text } = await receipt({ orderitems: [], moneytotal_gross_all: "0.00" });
  assertEquals([/<th\b/.test(html), text.includes("\n\n\n")], [false, false]);
});

Deno.test("a receipt names its store and its sales taxes, and trims what it says", async () => {
  const { additionaldata } = sitooOrder();
  const salestaxes = [{
    name: "State",
    code: "S",
    moneytotal: "199.20",
    decimaltaxvalue: "10.00",
    moneytax: "19.92",
  }];
  const { text } = await receipt(
    {
      additionaldata: { ...additionaldata, "store-name": "Example Harbour" },
      orderitems: [sitooItem({ salestaxes })],
    },
    "en-GB",
    { "details.staff": "' Ada '" },
  );
  for (const line of ["Store: Example Harbour", "Served by: Ada"]) {
    assert(text.split("\n").includes(line), text);
  }
  assertStringIncludes(plain(text), "VAT rate State 10%");
});

Deno.test("a receipt's amounts stand at the end of its lines, its seller's name above all", async () => {
  for (const [locale, start, end] of [["sv-SE", "left", "right"], ["he-IL", "right", "left"]]) {
    const { html } = await receipt(everything, locale);
    assertStringIncludes(html, `text-align:${start}">`);
    assertStringIncludes(html, `<td align="${end}" style="padding:10px 0;`);
    assertEquals(html.match(/font-weight:bold;font-size:(17|18)px/g)?.length, 3, locale);
    const seller = html.split("\n").filter((line) => line.includes(`<div dir="auto"`));
    assertEquals(seller.map((line) => line.includes("font-weight:bold")), [true, false]);
    assertEquals([html.match(/<th /g)?.length, html.match(/<table /g)?.length], [4, 6], locale);
    const gap = end === "right" ? "4px 0 4px 8px" : "4px 8px 4px 0";
    assertEquals(html.split(`padding:${gap}`).length, 7);
    assertStringIncludes(html, `<th align="start" style="padding:4px 0;`);
  }
});

Deno.test("a language has all its words, or English has them", () => {
  for (const tag of ["en", "sv", "nb", "da", "fi", "de", "nl", "fr", "es", "it", "ar", "he"]) {
    const { words, tag: found } = languageOf(`${tag}-XX`);
    assertEquals(found, tag);
    const own = Object.entries(words).filter(([name, word]) => word === "" || word === name);
    assertEquals(own, [], tag);
  }
  for (const tag of ["no-NO", "nn-NO", "NB"]) assertEquals(languageOf(tag).tag, "nb");
  assertEquals([languageOf("ja-JP").tag, languageOf("ja-JP").words.total], ["en", "Total"]);
});
