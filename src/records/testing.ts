/** Builders of Sitoo records for tests: say what matters, get the rest of an ordinary sale. */
import type { SitooOrder, SitooOrderItem } from "./sitoo_order.ts";

/** One tee at 249.00 with 25 % VAT, as {@linkcode sitooOrder} sells it by itself. */
export function sitooItem(fields: Partial<SitooOrderItem> = {}): SitooOrderItem {
  return {
    orderitemid: 0,
    orderitemtype: 10,
    productid: 8801,
    productname: "Tee",
    sku: "TEE-RED-M",
    productattributes: "",
    unitlabel: "",
    quantity: 1,
    moneynetpriceperunit: "199.20",
    moneyoriginalprice: "199.20",
    moneydiscountedprice: "0.00",
    moneydiscount: "0.00",
    moneyitemtotal_net: "199.20",
    moneyitemtotal_vat: "49.80",
    vatvalue: "25",
    vouchercode: "",
    vouchername: "",
    salestaxes: [],
    additionaldata: {},
    ...fields,
  };
}

/** A closed sale of one tee at a till in Stockholm. Totals are not derived from the lines: say both. */
export function sitooOrder(fields: Partial<SitooOrder> = {}): SitooOrder {
  return {
    orderid: 50211,
    eshopid: 2,
    email: "maja.ek@example.com",
    namefirst: "Maja",
    namelast: "Ek",
    phone: "",
    moneycheckout_net: "0.00",
    moneycheckout_vat: "0.00",
    moneydelivery_net: "0.00",
    moneydelivery_vat: "0.00",
    moneyfinal_net: "199.20",
    moneyfinal_vat: "49.80",
    moneyfinal_salestax: "0.00",
    moneytotal_gross_roundoff: "0.00",
    moneytotal_gross_all: "249.00",
    orderdate: 1757153700,
    orderstateid: 10,
    paymentstateid: 20,
    ordertypeid: 10,
    registerid: "{7D2A41C0-5B1E-4C37-9F60-2E8A13B5D904}",
    warehouseid: 3,
    currencycode: "SEK",
    checkouttypename: "",
    deliverytypename: "",
    delivery_city: "",
    delivery_state: "",
    delivery_zip: "",
    delivery_countryid: "",
    invoice_city: "",
    invoice_state: "",
    invoice_zip: "",
    invoice_countryid: "",
    additionaldata: {
      "pos-receiptid": "SII000000471100220316",
      "pos-timezone": "Europe/Stockholm",
      "store-externalid": "S-014",
    },
    orderitems: [sitooItem()],
    ...fields,
  };
}
