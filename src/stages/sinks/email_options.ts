import * as z from "zod";
import { duration, emailAddress, streamName } from "../../definition/scalars.ts";
import { expressionText } from "../expression.ts";

const textExpected = "Expected text that is not empty";
const templateExpected = "Expected the number of a template at Ometria";
const nameExpected = "Expected a field name such as note, or a path such as details.note";

const contentSchema = z.strictObject({
  html: z.string().min(1, textExpected).meta({
    description: "The HTML part",
    examples: ["<p>…</p>"],
  }),
  text: z.string().min(1, textExpected).meta({
    description: "The plain text part",
    examples: ["…"],
  }),
});

/** What must be there for an email to be sent. */
const required = ["from_name", "from_address", "subject", "stream"] as const;

/** Options of `ometria-email`. What an email cannot do without is asked for only when it is enabled. */
export const emailOptions = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description: "Whether receipts are sent at all",
    examples: [true, false],
  }),
  on: z.enum(["receipt-requested", "sale-closed"]).default("receipt-requested").meta({
    description: "Send when the till asks for a digital receipt, or for every closed sale",
    examples: ["receipt-requested", "sale-closed"],
  }),
  from_name: z.string().min(1, textExpected).optional().meta({
    description: "The sender's name",
    examples: ["Example Store"],
  }),
  from_address: emailAddress().optional().meta({
    description: "The sender's address; its domain has to be set up for sending at Ometria",
    examples: ["receipts@example.com"],
  }),
  reply_to: emailAddress().optional().meta({
    description: "Where answers go; the sender's address without it",
    examples: ["care@example.com"],
  }),
  subject: z.string().min(1, textExpected).optional().meta({
    description: "The subject; fields of the receipt stand in double braces",
    examples: ["Your receipt!", "Your receipt {{ details.receiptNumber }}"],
  }),
  stream: streamName().optional().meta({
    description: "Name of the mail stream at Ometria: lower case, no spaces",
    examples: ["receipts"],
  }),
  template_id: z.int(templateExpected).positive(templateExpected).optional().meta({
    description: "The template at Ometria; without it and content, the default receipt is sent",
    examples: [1567],
  }),
  content: contentSchema.optional().meta({
    description: "The message itself, where there is no template; Ometria fills in {{ fields }}",
    examples: [{
      html: "<p>Total: {{ totals.grandTotal }}</p>",
      text: "Total: {{ totals.grandTotal }}",
    }],
  }),
  seller: z.array(z.string().min(1, textExpected)).min(1, "Expected at least one line").optional()
    .meta({
      description:
        "Who sells, line by line, at the head of the default receipt: legal name, address, VAT number; from_name without it",
      examples: [["Example Store AB", "Harbour Street 1, Gothenburg", "VAT no. SE000000000001"]],
    }),
  refunds: z.enum(["skip", "send"]).default("skip").meta({
    description: "Whether a refund gets a receipt too",
    examples: ["skip", "send"],
  }),
  refund_template_id: z.int(templateExpected).positive(templateExpected).optional().meta({
    description: "Another template for refunds; the same one without it",
    examples: [1568],
  }),
  max_age: duration().prefault("24h").meta({
    description: "Receipts that could not be sent within this time are not sent any more",
    examples: ["24h"],
  }),
  locale: z.string().refine(isLocale, "Expected a language and country, such as sv-SE").optional()
    .meta({
      description:
        "How amounts are written, and the language of the default receipt: a BCP 47 language tag; without it the language of the till's receipts at Sitoo, else en-GB",
      examples: ["sv-SE", "en-GB"],
    }),
  data: z.record(
    z.string().regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/, nameExpected),
    expressionText(),
  ).default({}).meta({
    description:
      "More fields for the template: JSONata expressions over the Sitoo order, by field path",
    examples: [{ "details.staff": 'additionaldata."pos-staff-externalid"' }],
  }),
  sandbox: z.boolean().default(false).meta({
    description: "Marks emails as tests at Ometria",
    examples: [true, false],
  }),
  to_override: emailAddress().optional().meta({
    description: "Sends every receipt to this address instead of the customer's, for tests",
    examples: ["receipts-test@example.com"],
  }),
}).meta({
  examples: [{
    enabled: true,
    from_name: "Example Store",
    from_address: "receipts@example.com",
    subject: "Your receipt!",
    stream: "receipts",
    template_id: 1567,
  }],
}).superRefine(requireWhenEnabled, { when: ({ value }) => isObject(value) });

/** Checked options of `ometria-email`. */
export type EmailOptions = z.output<typeof emailOptions>;

function requireWhenEnabled(
  options: z.output<typeof emailOptions>,
  context: z.RefinementCtx,
): void {
  if (options.enabled !== true) return;
  for (const field of required) {
    if (options[field] === undefined) {
      context.addIssue({
        code: "custom",
        path: [field],
        message: `Expected ${field}, which an enabled email needs\nAdd it, or set enabled: false`,
      });
    }
  }
  const { template_id: template, content } = options;
  if (template !== undefined && content !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["content"],
      message: "Expected either template_id or content, not both\nRemove one of them",
    });
  }
}

/** Whether a text is a language tag that amounts can be written in. */
export function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1 &&
      Intl.NumberFormat.supportedLocalesOf(text).length === 1;
  } catch {
    return false;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
