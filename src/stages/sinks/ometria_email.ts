import type { EmailAnswer } from "../../ometria/api.ts";
import { normaliseEmail } from "../../records/email.ts";
import type { Mailbox, Receipt } from "../../records/receipt.ts";
import { type SitooOrder, sitooOrderType } from "../../records/sitoo_order.ts";
import { defineReceiptSink } from "../define.ts";
import type { NoReceipt, ReceiptSink, SendResult, StageServices } from "../contract.ts";
import { orderFieldsNamed } from "../transforms/map/expression_names.ts";
import { defaultReceipt } from "./default_receipt/default_receipt.ts";
import { type EmailOptions, emailOptions } from "./email_options.ts";
import { isRefund } from "./receipt_data.ts";
import { createReceiptFields } from "./receipt_fields.ts";
import { createReceiptLocales } from "./receipt_locale.ts";
import { fillIn } from "./receipt_subject.ts";

/** Sends the till's digital receipts through Ometria. */
export const ometriaEmail = defineReceiptSink({
  use: "ometria-email",
  summary: "Sends the till's digital receipts through Ometria",
  description:
    `Sends one transactional email for each time the till asks for a digital receipt, or, with \`on: sale-closed\`, one
for each sale that closes. Never for history, the sweep or a mere update.

**At most once.** A receipt is reserved in the store right before its call. What certainly did not reach Ometria is
tried again until \`max_age\`; a call whose fate is not known ends as \`unknown\` and is never repeated by itself, since
a doubled receipt is worse than a missing one.

The receipt is made from Sitoo's order, so the rules of \`map\` and \`filter\` do not apply to it. No receipt is sent for
an order without a usable address (\`no-address\`), for a refund with \`refunds: skip\` (\`refund\`), for somebody who
asked to be forgotten (\`forgotten\`), for an order that \`sale-closed\` finds not closed (\`not-closed\`), or when an
expression under \`data\` fails (\`data-failed\`).

Without \`template_id\` and \`content\` the default receipt is sent: plain HTML and text in the language of \`locale\`, headed
by \`seller\`, complete with a tax table. It has no PDF.

Fields for the template: \`contact\` (firstname, surname, name), \`details\` (orderID, receiptNumber, creationDate, date,
time, status, coupons, till, currency, locale), \`payment\` (paymentMethod, amount), \`totals\` (subTotal, totalShippingCost, totalTax, grandTotal,
discount, paymentFee, rounding), \`store\` (id, name), \`lines\` (name, sku, options, quantity, unitPrice, discount, total,
taxRate) and \`taxes\` (name, rate, net, tax, gross). Amounts are text in the form of \`locale\`.

Ometria delivers transactional email whatever the customer's consent: keep marketing out of it.`,
  schema: emailOptions,
  takes: sitooOrderType,
  reads: ({ enabled, data }) =>
    enabled ? [...new Set(Object.values(data).flatMap(orderFieldsNamed))].sort() : [],
  create: (options, services): ReceiptSink | undefined =>
    options.enabled ? createSink(options, services) : undefined,
});

function createSink(options: EmailOptions, services: StageServices): ReceiptSink {
  const fieldsOf = createReceiptFields({ data: options.data });
  const localeOf = createReceiptLocales(services, options.locale);
  const letterOf = letterheadOf(options);
  const seller = options.seller ?? [options.from_name ?? ""];
  return {
    sink: "receipts",
    takes: sitooOrderType,
    on: options.on,
    maxAge: options.max_age,
    build,
    send: async (receipt, signal) => resultOf(await services.ometria.sendEmail(receipt, signal)),
  };

  async function build(
    order: SitooOrder,
    zone?: string,
    to?: string,
  ): Promise<Receipt | NoReceipt> {
    const refund = isRefund(order);
    const none = reasonAgainst(order, { refund, options });
    if (none !== undefined) return { none };
    const own = normaliseEmail(order.email);
    const email = to ?? own;
    if (email === undefined) return { none: "no-address" };
    if (own !== undefined && await isForgotten(own)) return { none: "forgotten" };
    const locale = await localeOf(order);
    const fields = await fieldsOf(order, { locale, zone });
    if (!fields.ok) return { none: "data-failed", detail: fields.detail };
    const { subject, template, ...letter } = letterOf(refund);
    return {
      to: to === undefined ? recipientOf(order, email, options.to_override) : { email: to },
      ...letter,
      subject: fillIn(subject, fields.data),
      ...template ?? { content: defaultReceipt(fields.data, { locale, seller }) },
      transactional: true,
      sandbox: options.sandbox,
      data: fields.data,
    };
  }

  async function isForgotten(email: string): Promise<boolean> {
    const hash = services.keyedHash(email);
    return (await services.forgotten([hash])).has(hash);
  }
}

function recipientOf(order: SitooOrder, email: string, override: string | undefined): Mailbox {
  if (override !== undefined) return { email: override };
  const name = `${order.namefirst} ${order.namelast}`.trim();
  return { email, ...(name === "" ? {} : { name }) };
}

function reasonAgainst(
  order: SitooOrder,
  { refund, options }: { readonly refund: boolean; readonly options: EmailOptions },
): string | undefined {
  // The order may have changed since the sale was seen to close.
  const closed = order.orderstateid === 10 && order.ordertypeid === 10;
  if (options.on === "sale-closed" && !closed) return "not-closed";
  return refund && options.refunds === "skip" ? "refund" : undefined;
}

/** The parts of a receipt that are the same for all, or for all refunds. */
interface Letterhead extends Pick<Receipt, "from" | "reply_to" | "subject" | "stream"> {
  /** `undefined`: the default receipt. */
  readonly template: Pick<Receipt, "template_id" | "content"> | undefined;
}

function letterheadOf(options: EmailOptions): (refund: boolean) => Letterhead {
  const { from_name, from_address, subject, stream, reply_to, template_id, content } = options;
  if (
    from_name === undefined || from_address === undefined || subject === undefined ||
    stream === undefined
  ) throw new TypeError("Cannot build the email: its options were not checked");
  const letter = {
    from: { email: from_address, name: from_name },
    ...(reply_to === undefined ? {} : { reply_to: { email: reply_to } }),
    subject,
    stream,
  };
  const forSales = templateOf(template_id);
  const forRefunds = templateOf(options.refund_template_id ?? template_id);
  return (refund) => ({ ...letter, template: refund ? forRefunds : forSales });

  function templateOf(id: number | undefined): Letterhead["template"] {
    if (id !== undefined) return { template_id: id };
    return content === undefined ? undefined : { content };
  }
}

function resultOf(answer: EmailAnswer): SendResult {
  switch (answer.kind) {
    case "sent":
      return { kind: "sent" };
    case "refused":
      return { kind: "refused", detail: `${answer.status}: ${answer.detail}` };
    case "retry":
      return {
        kind: "retry",
        detail: answer.detail,
        ...(answer.retryAfter === undefined ? {} : { after: answer.retryAfter }),
      };
    case "unknown":
      return { kind: "unknown", detail: answer.detail };
  }
}
