/** A query of Sitoo's list calls; empty lists and `undefined` are left out. */
export type ListQuery = Readonly<
  Record<string, string | number | readonly (string | number)[] | undefined>
>;

/**
 * What is asked of an order: what `SitooOrder` holds and nothing more. National ids, payments (card
 * data), internal comments and street lines stay at Sitoo.
 */
export const orderFields: readonly string[] = [
  ..."orderid eshopid externalid creditorderid email namefirst namelast phone".split(" "),
  ..."moneytotal_net moneytotal_vat moneycheckout_net moneycheckout_vat".split(" "),
  ..."moneydelivery_net moneydelivery_vat moneyfinal_net moneyfinal_vat moneyfinal_salestax".split(
    " ",
  ),
  ..."moneytotal_gross_roundoff moneytotal_gross_all".split(" "),
  ..."orderdate orderstateid paymentstateid ordertypeid registerid warehouseid".split(" "),
  ..."currencycode checkouttypename deliverytypename".split(" "),
  ..."delivery_city delivery_state delivery_zip delivery_countryid".split(" "),
  ..."invoice_city invoice_state invoice_zip invoice_countryid".split(" "),
  ..."additionaldata orderitems".split(" "),
];

/** What tells whether an order has changed, and what the filters are checked by. */
export const markFields: readonly string[] =
  "orderid eshopid orderdate orderstateid paymentstateid moneytotal_gross_all email".split(" ");

/**
 * Writes a query. Lists are joined by commas: of a repeated parameter Sitoo uses only the last value.
 */
export function queryText(query: ListQuery): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = typeof value === "object" ? value : [value];
    if (values.length > 0) {
      parts.push(`${name}=${values.map((one) => encodeURIComponent(one)).join(",")}`);
    }
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
