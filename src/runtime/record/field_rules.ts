import type { MadeUpKind } from "./made_up.ts";

/** What is done with a value: kept if it has the form, or made up. */
export type FieldRule =
  | { readonly keep: "number" | "money" | "currency" | "country" | "zone" | "word" }
  /** The merchant's own words about products and places: kept, unless they tell of a person. */
  | { readonly keep: "merchant" }
  | { readonly made: MadeUpKind };

const number: FieldRule = { keep: "number" };
const money: FieldRule = { keep: "money" };
const merchant: FieldRule = { keep: "merchant" };
const country: FieldRule = { keep: "country" };

/** Fields of a Sitoo order that are known, by what they hold. Personal ones go by their names. */
export const orderRules: Readonly<Record<string, FieldRule>> = {
  ...all(
    number,
    "orderid eshopid creditorderid orderdate orderstateid paymentstateid ordertypeid warehouseid",
  ),
  ...all(number, "datereserved checkouttypeid checkoutmethodid checkoutmethodsubid deliverytypeid"),
  ...all(money, "moneytotal_net moneytotal_vat moneycheckout_net moneycheckout_vat"),
  ...all(money, "moneytotal_gross_checkout moneydelivery_net moneydelivery_vat"),
  ...all(money, "moneytotal_gross_delivery moneyfinal_net moneyfinal_vat moneyfinal_salestax"),
  ...all(money, "moneytotal_gross_roundoff moneytotal_gross_all"),
  ...all(merchant, "checkouttypename deliverytypename"),
  ...all(country, "invoice_countryid delivery_countryid"),
  currencycode: { keep: "currency" },
  externalid: { made: "code" },
  registerid: { made: "guid" },
  userid_staff: { made: "guid" },
};

/** Fields of one line. */
export const itemRules: Readonly<Record<string, FieldRule>> = {
  ...all(number, "orderitemid orderitemtype productid quantity voucherid"),
  ...all(money, "decimalunitquantity decimalquantitytotal moneynetpriceperunit vatvalue"),
  ...all(money, "moneynetpriceperquantity moneyoriginalprice moneydiscountedprice moneydiscount"),
  ...all(money, "moneypriceorg moneyitemtotal_net moneyitemtotal_vat moneyrowprice"),
  ...all(money, "moneyrowdiscount vouchervalue"),
  ...all(merchant, "productname sku productattributes unitlabel"),
  vouchercode: { made: "code" },
  vouchername: { made: "text" },
  vouchercomment: { made: "text" },
  externalinput: { made: "text" },
  externalinputtitle: { made: "text" },
  deliveryinfo: { made: "text" },
};

/** Fields of one sales tax of a line. */
export const taxRules: Readonly<Record<string, FieldRule>> = {
  ...all(money, "moneytotal moneytax decimaltaxvalue"),
  ...all(merchant, "name code groupregion"),
};

/** Keys of `additionaldata`, of orders and of lines. Further ones are kept only where they cannot tell of anybody. */
export const extraRules: Readonly<Record<string, FieldRule>> = {
  ...all(number, "pos-originalsales-orderid pos-refundsales-orderid pos-refund-orderid"),
  ...all(number, "pos-sourceorderid pos-originalsales-orderitemid pos-originalsales-payment-index"),
  ...all(number, "delivery-pickup-warehouseid return-warehouseid crm-promotionid"),
  ...all(money, "orderitem-moneyrowdiscount"),
  ...all({ keep: "word" }, "refundreasoncode-reasoncode reasoncode-return"),
  ...all({ keep: "word" }, "reasoncode-manualdiscount reasoncode-manualprice"),
  ...all(merchant, "store-externalid store-externalgroupid store-name product-group-name"),
  ...all(merchant, "pricelist-externalid"),
  "pos-timezone": { keep: "zone" },
  "pos-receiptid": { made: "receipt" },
  "pos-refund-receiptid": { made: "receipt" },
  "refundreasoncode-comment": { made: "text" },
  "giftcard-cardnumber": { made: "code" },
  "influencer-influencercode": { made: "code" },
  "influencer-influencername": { made: "first-name" },
  "pos-staff-userid": { made: "guid" },
  "pos-staffsales-userid": { made: "guid" },
  "pos-staff-externalid": { made: "code" },
  "pos-staff2-externalid": { made: "code" },
  "pos-staffsales-externalid": { made: "code" },
  "pos-staffsales-name": { made: "first-name" },
};

function all(rule: FieldRule, names: string): Readonly<Record<string, FieldRule>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}
