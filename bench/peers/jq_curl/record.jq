# The records of a page of orders, as bench/lib/record.ts makes them; before them the last id, so that one run
# of jq does for both.
def money: . * 100 | round / 100;

(.items[-1].orderid // ""),
[
  .items[]
  | select(.ordertypeid == 10 and .orderstateid == 10 and .registerid != null)
  | ((.email // "") | ltrimstr(" ") | rtrimstr(" ") | ascii_downcase) as $email
  | {
      "@type": "order",
      id: "till-\(.orderid)",
      timestamp: (.orderdate | todate),
      is_valid: true,
      status: "complete",
      channel: "in store",
      store: "s",
      currency: .currencycode,
      grand_total: ((.moneyfinal_net | tonumber) + (.moneyfinal_vat | tonumber) | money),
      subtotal: (.moneyfinal_net | tonumber),
      tax: (.moneyfinal_vat | tonumber),
      shipping: 0,
      lineitems: [.orderitems[] | {
        product_id: (if .sku == "" then "none" else .sku end),
        quantity: (.quantity | tonumber | round),
        unit_price: (.moneyitemtotal_net | tonumber),
        total: ((.moneyitemtotal_net | tonumber) + (.moneyitemtotal_vat | tonumber) | money)
      }]
    }
    + (if $email == "" then {} else { customer: { email: $email }, customer_identified: true } end)
]
