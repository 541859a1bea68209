import * as z from "zod";
import { timeZone } from "../../../definition/scalars.ts";
import { expressionText, problemOfExpression } from "../../expression.ts";
import { problemOfNames } from "./expression_names.ts";
import { setPathProblem, unsetPathProblem } from "./paths.ts";
import { sitooOrderFields } from "./sitoo_fields.ts";

const expression = expressionText().superRefine((text, context) => {
  const problem = problemOfNames(text, sitooOrderFields);
  if (problem !== undefined) context.addIssue(`Expected fields of the Sitoo order\n${problem}`);
});

const settablePath = z.string().superRefine((path, context) => {
  const problem = setPathProblem(path);
  if (problem !== undefined) context.addIssue(problem);
});

const unsettablePath = z.string().superRefine((path, context) => {
  const problem = unsetPathProblem(path);
  if (problem !== undefined) context.addIssue(problem);
});

const customerId = z.string().superRefine((text, context) => {
  if (text === "none" || text === "crm") return;
  const problem = problemOfExpression(text) ?? problemOfNames(text, sitooOrderFields);
  if (problem !== undefined) {
    context.addIssue(`Expected none, crm or a JSONata path in the Sitoo order\n${problem}`);
  }
});

const statuses = z.strictObject({
  sale: status("complete", "A closed sale"),
  refunded: status("refunded", "A sale that came back whole, and a refund sent as an order"),
  partial: status("partial_refund", "A sale that came back in part"),
  cancelled: status("cancelled", "A cancelled order that had been sent"),
  pending: status("pending", "An open order, with `open_orders: send-pending`"),
});

const currencyCode = z.string().regex(
  /^[A-Z]{3}$/,
  "Expected a currency\nWrite its ISO 4217 code in capitals, such as SEK",
);

const excludedAddress = z.string().regex(
  /^(\*|[^\s@*]+)@[^\s@*]+$/,
  "Expected an address or a domain\nWrite staff@example.com or *@example.com",
);

/** What stands under `with:` of `map`. */
export const mapOptions = z.strictObject({
  channel: z.string().trim().min(1).default("in store").meta({
    description: "Ometria's channel of every order",
    examples: ["in store"],
  }),
  store: z.union([
    z.enum(["store-externalid", "warehouse-id", "store-name"]),
    z.record(z.string().regex(/^\d+$/, "Expected a warehouse id"), z.string().trim().min(1)),
  ]).default("store-externalid").meta({
    description:
      "What Ometria knows a store by: Sitoo's external id of the store, the warehouse id, the store's name, or a table from warehouse id to store. Case matters at Ometria",
    examples: ["store-externalid", { "3": "harbour" }],
  }),
  timezone: timeZone().optional().meta({
    description:
      "Time zone of dates without a zone and of report days; by default the order's own, else the site's setting, else UTC",
    examples: ["Europe/Stockholm"],
  }),
  currencies: z.union([
    z.literal("any", "Expected any or a list of currencies\nWrite a list, such as [SEK]"),
    z.array(currencyCode).min(1),
  ]).default("any").meta({
    description: "Currencies the Ometria account takes; an order in another one is dead",
    examples: ["any", ["SEK", "NOK"]],
  }),
  web_orders: z.enum(["skip", "send"]).default("skip").meta({
    description:
      "Orders without a till: mostly copies of web orders, which the web shop already sends to Ometria",
    examples: ["skip"],
  }),
  anonymous: z.enum(["send", "skip"]).default("send").meta({
    description: "Orders without a usable email address",
    examples: ["send"],
  }),
  open_orders: z.enum(["wait", "send-pending"]).default("wait").meta({
    description: "Orders that are not closed yet: looked at again daily, or sent as pending",
    examples: ["wait"],
  }),
  unlinked_refunds: z.enum(["skip", "negative-order"]).default("skip").meta({
    description: "Refunds that name no original order: left out, or sent as negative orders",
    examples: ["skip"],
  }),
  gift_cards: z.enum(["skip-line", "send"]).default("skip-line").meta({
    description:
      "Lines that sell a gift card: left out, so that its money counts only when it is used, or sent",
    examples: ["skip-line"],
  }),
  statuses: statuses.prefault({}).meta({
    description: "The account's own words for an order's status",
    examples: [{ sale: "valid" }],
  }),
  discount_sign: z.enum(["negative", "positive"]).default("negative").meta({
    description: "Sign of a discount on a sale; as the account's web orders have it",
    examples: ["negative"],
  }),
  unit_price: z.enum(["gross", "net"]).default("gross").meta({
    description: "List price per unit with or without VAT; as the account's web orders have it",
    examples: ["gross"],
  }),
  customer_id: customerId.default("none").meta({
    description:
      "Ometria's customer id: none, Sitoo's `crm-customerid`, or a JSONata path. Only if it equals the web shop's customer id",
    examples: ["none", 'additionaldata."voyado-contactid"'],
  }),
  exclude_emails: z.array(excludedAddress).default([]).meta({
    description: "Addresses, or *@domain, whose orders go out without a person",
    examples: [["till@example.com", "*@staff.example.com"]],
  }),
  set: z.record(settablePath, expression).default({}).meta({
    description:
      "JSONata expressions over the Sitoo order, by path in the record; nothing found leaves the field as it was",
    examples: [{ "properties.member": 'additionaldata."crm-membernumber"' }],
  }),
  unset: z.array(unsettablePath).default([]).meta({
    description: "Paths in the record to leave out",
    examples: [["lineitems.variant_options"]],
  }),
});

/** Checked options of `map`. */
export type MapOptions = z.output<typeof mapOptions>;

function status(word: string, description: string): z.ZodDefault<z.ZodString> {
  return z.string().trim().min(1).default(word).meta({ description, examples: [word] });
}
