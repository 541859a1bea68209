import type { Browser } from "playwright-core";
import { receiptOf, sale } from "./receipt_site.ts";

const pictures = [
  { file: "receipt.png", locale: "en-GB", viewport: { width: 700, height: 400 } },
  { file: "receipt_phone.png", locale: "sv-SE", viewport: { width: 360, height: 400 } },
  { file: "receipt_right_to_left.png", locale: "ar-EG", viewport: { width: 360, height: 400 } },
] as const;

/** Takes the pictures of the default receipt: at a desk, on a phone, and from right to left. */
export async function takeReceiptPictures(browser: Browser, folder: URL): Promise<void> {
  for (const { file, locale, viewport } of pictures) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.setContent((await receiptOf(sale, locale)).html);
    await Deno.writeFile(new URL(file, folder), await page.screenshot({ fullPage: true }));
    await context.close();
  }
}
