/** Default receipts to look at in a browser: a sale, a refund, and one that runs from right to left. */
import { sitooItem, sitooOrder } from "../../src/records/testing.ts";
import type { SitooOrder } from "../../src/records/sitoo_order.ts";
import { createReceiptFields } from "../../src/stages/sinks/receipt_fields.ts";
import {
  defaultReceipt,
  type ReceiptParts,
} from "../../src/stages/sinks/default_receipt/default_receipt.ts";

/** A sale of three lines at two rates, with a discount and a name that is long. */
export const sale: SitooOrder = sitooOrder({
  moneyfinal_net: "512.45",
  moneyfinal_vat: "113.95",
  moneytotal_gross_all: "626.40",
  checkouttypename: "Sitoo POS - Card",
  additionaldata: {
    "pos-receiptid": "SII000000471100220317",
    "store-name": "Example Harbour",
    "pos-timezone": "Europe/Stockholm",
  },
  orderitems: [
    sitooItem({
      productname: "Tee",
      productattributes: "Color: Red, Size: M",
      quantity: 2,
      moneydiscount: "39.84",
      moneyitemtotal_net: "318.72",
      moneyitemtotal_vat: "79.68",
      vouchercode: "AUTUMN20",
      additionaldata: { "orderitem-moneyrowdiscount": "99.60" },
    }),
    sitooItem({
      productname: "Rain jacket with taped seams, detachable hood and reflecting piping, unisex",
      sku: "JACKET-RAIN-NAVY-XXL-2025-AUTUMN",
      moneyitemtotal_net: "119.20",
      moneyitemtotal_vat: "29.80",
    }),
    sitooItem({
      productname: "Book: The harbour at night",
      sku: "BOOK-HARBOUR",
      vatvalue: "6",
      moneyitemtotal_net: "74.53",
      moneyitemtotal_vat: "4.47",
    }),
  ],
});

/** The receipt of an order in a locale. */
export async function receiptOf(order: SitooOrder, locale: string): Promise<ReceiptParts> {
  const fields = await createReceiptFields({ data: {} })(order, {
    locale,
    zone: "Europe/Stockholm",
  });
  if (!fields.ok) throw new Error(fields.detail);
  const seller = ["Example Store AB", "Harbour Street 1, Gothenburg", "VAT no. SE000000000001"];
  return defaultReceipt(fields.data, { locale, seller });
}
