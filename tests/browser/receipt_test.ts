/** The default receipt as mail programs show it, on a phone and on a desk. */
import { sitooItem } from "../../src/records/testing.ts";
import { assertEquals, assertLessOrEqual } from "../../src/std/assert.ts";
import { browserTest, phone } from "./browser.ts";
import { receiptOf, sale } from "./receipt_site.ts";

const unbroken = { ...sale, orderitems: [sitooItem({ productname: "X".repeat(300) })] };

browserTest("the default receipt fits every width, whatever is on it", async (browser) => {
  for (const width of [320, phone.width, 1000]) {
    const context = await browser.newContext({ viewport: { width, height: 700 } });
    const page = await context.newPage();
    const calls: string[] = [];
    page.on("request", (request) => calls.push(request.url()));
    for (
      const [order, locale] of [[sale, "en-GB"], [unbroken, "sv-SE"], [sale, "ar-EG"]] as const
    ) {
      await page.setContent((await receiptOf(order, locale)).html);
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      assertLessOrEqual(Number(wide), width, `${locale} at ${width}`);
    }
    assertEquals(calls, [], "it loads nothing");
    await context.close();
  }
});

browserTest("an Arabic receipt has its amounts on the left", async (browser) => {
  const context = await browser.newContext({ viewport: { width: 600, height: 800 } });
  const page = await context.newPage();
  for (const [locale, isLeft] of [["ar-EG", true], ["en-GB", false]] as const) {
    await page.setContent((await receiptOf(sale, locale)).html);
    const name = await page.locator("bdi", { hasText: "Rain jacket" }).boundingBox();
    const amount = await page.locator("td[align] > bdi", { hasText: /149|١٤٩/ }).first()
      .boundingBox();
    assertEquals(amount !== null && name !== null && amount.x < name.x, isLeft, locale);
  }
  await context.close();
});
