import { type MappedOrder, mappedOrderType } from "../../records/ometria_order.ts";
import { type SitooOrder, sitooOrderType } from "../../records/sitoo_order.ts";
import { defineTransform } from "../define.ts";
import type { Transform } from "../contract.ts";
import { fieldsAsked } from "./map/asked.ts";
import { OrderMapper } from "./map/mapper.ts";
import { mapOptions } from "./map/options.ts";

/** Turns Sitoo orders into Ometria orders. */
export const map = defineTransform({
  use: "map",
  summary: "Turns Sitoo orders into Ometria orders",
  description:
    `Every record is the order's complete present state and depends on nothing but the order, its refunds and these
options, so the same order always gives the same record and a repeated push is an update.

**What is sent.** Orders (\`ordertypeid\` 10) that are closed. The others are skipped by a named rule, wait, or are
dead with the reason:

| outcome | orders |
|---|---|
| skipped \`parked\`, \`booking\`, \`not-an-order\` | other types |
| skipped \`abandoned\` | abandoned at the till |
| skipped \`web-copy\` | without a till; see \`web_orders\` |
| skipped \`cancelled\` | cancelled before they were delivered; later ones are sent as cancelled and not valid |
| skipped \`unlinked-refund\` | refunds that name no original; see \`unlinked_refunds\` |
| skipped \`anonymous\` | without a usable address; see \`anonymous\` |
| skipped \`empty-order\` | nothing left to send, as with gift cards alone |
| waiting \`open\` | not closed yet; see \`open_orders\` |
| dead \`money-mismatch\` | lines and fees miss Sitoo's total by more than 1.00; the detail has the figures |
| dead \`currency-missing\`, \`unexpected-currency\` | see \`currencies\` |
| dead \`bad-date\` | before 2000 or more than 48 hours ahead |
| dead \`unknown-order-state\` | a state Sitoo does not document |
| dead \`refund-line-unclear\` | a refund of which it cannot be told what it gives back |
| dead \`set-invalid\` | an expression under \`set\` failed or gave what does not fit |

**Refunds** go into the order they credit: it is sent again whole, with its own date and totals, with \`quantity_refunded\`
and \`refunded\` on its lines, as a partial refund, or refunded and not valid when every piece is back. What exceeds
the sale stands in \`properties.refund_excess\`. In an order with both, the sold lines are the sale and the returned ones
a refund.

**Money** is decimal throughout. \`grand_total\` is Sitoo's amount to pay, \`shipping\` the delivery fee without VAT,
\`tax\` all VAT and sales tax, \`subtotal\` the rest, so the three always add up. Payment fees, other fees,
discounts on the whole order and rounding stand in \`properties\` where there are any.

**People.** An order carries a customer only with a usable address or an id. Excluded addresses and people who asked to
be forgotten are taken out of everything that follows, addresses of deliveries and CRM ids included.`,
  schema: mapOptions,
  takes: sitooOrderType,
  gives: mappedOrderType,
  reads: fieldsAsked,
  create(options, services): Transform<SitooOrder, MappedOrder> {
    return new OrderMapper(options, services);
  },
});
