import { stringify } from "yaml";
import { type PipelineAnswers, SHIPPED } from "./answers.ts";

/** Column in which comments begin, where the line leaves room. */
const COMMENTS = 47;

/** Where a file lies, seen from the schema's folder. */
export interface PipelineTextOptions {
  /** Path of the JSON Schema from the pipeline file, for editors. @default "./pipeline.schema.json" */
  readonly schema?: string;
}

/** Writes a pipeline file with its comments. The answers of the shipped file give the shipped file. */
export function pipelineText(answers: PipelineAnswers, options: PipelineTextOptions = {}): string {
  const { email, prefix } = answers;
  const variable = (name: string, fallback?: string): string =>
    fallback === undefined ? `\${${prefix}${name}}` : `\${${prefix}${name}:-${fallback}}`;
  const lines = [
    `# yaml-language-server: $schema=${options.schema ?? "./pipeline.schema.json"}`,
    "#",
    "# The pipeline: which orders are read from Sitoo, what is done with them, and where they go.",
    "#",
    "#   ${NAME}             the environment variable NAME, also read from the file .env",
    '#   ${NAME:-default}    the same, with a default; "${NAME:-}" may be empty',
    "#",
    "# Check the file with: deno task validate",
    "# Every stage and option: docs/reference.md",
    "",
    "version: 1",
    line(
      `name: ${answers.name}`,
      "a-z, 0-9 and -; part of the webhook's address: keep it once live",
    ),
    "",
    "connections:",
    "  sitoo:",
    line(
      `    account_url: ${variable("SITOO_ACCOUNT_URL")}`,
      "such as https://api140.mysitoo.com/v2/accounts/4711",
    ),
    line(`    api_id: ${variable("SITOO_API_ID")}`, "Sitoo: Settings, Sitoo REST API"),
    `    api_key: ${variable("SITOO_API_KEY")}`,
    line("    gap: 250ms", "pause between two requests; Sitoo takes one at a time"),
    "  ometria:",
    line(
      `    account: ${scalar(answers.account)}`,
      "your own label: with another one, nothing has been delivered yet",
    ),
    `    api_url: ${variable("OMETRIA_API_URL", "https://api.ometria.com/v2")}`,
    `    api_key: ${variable("OMETRIA_API_KEY")}`,
    line(
      `    email_api_key: ${variable("OMETRIA_EMAIL_API_KEY", "")}`,
      "a separate key for transactional email; empty: the same key",
    ),
    line(
      "    push_rate: 3/s",
      "the limits hold for the whole account, so leave room for others",
    ),
    "    read_rate: 2/s",
    "    email_rate: 10/s",
    "",
    ...sources(answers, variable),
    "",
    ...transforms(answers),
    "",
    "sinks:",
    "  - use: ometria-orders",
    line("  - use: ometria-email", "receipts by email"),
    "    with:",
    line(`      enabled: ${email.enabled}`, '"Enable email?"'),
    line(
      "      on: receipt-requested",
      "receipt-requested (asked for at the till), or sale-closed (every sale)",
    ),
    `      from_name: ${scalar(email.fromName)}`,
    `      from_address: ${scalar(email.fromAddress)}`,
    `      subject: ${scalar(email.subject)}`,
    line(`      stream: ${scalar(email.stream)}`, "lower case, no spaces"),
    line(`      template_id: ${email.templateId}`, "the id of your template at Ometria"),
    "",
    "alerts:",
    line(
      `  url: ${variable("ALERT_URL", "")}`,
      'gets {"text": "…"} when something needs a person; Slack and Teams take it',
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Whether a text is a shipped pipeline that nobody has changed. */
export function isShipped(text: string): boolean {
  return text.replaceAll("\r\n", "\n").trimEnd() === pipelineText(SHIPPED).trimEnd();
}

function sources(
  { history, startDate }: PipelineAnswers,
  variable: (name: string) => string,
): readonly string[] {
  return [
    "sources:",
    line("  - use: sitoo-webhook", "live orders: Sitoo tells of each change"),
    "    with:",
    line(
      `      username: ${variable("WEBHOOK_USERNAME")}`,
      "HTTP Basic, as set in Sitoo's Events Subscriptions JSON",
    ),
    line(
      `      password: ${variable("WEBHOOK_PASSWORD")}`,
      "one, or a list of two while it is rotated",
    ),
    line("      linger: 250ms", "waits this long to fill a batch"),
    line("      sweep:", "finds what a lost event left behind"),
    line("        new: 10m", "looks for new orders this often"),
    line('        changed_at: "03:30"', "once a day, looks for what changed ..."),
    line("        back: 7d", "... among the orders of this long"),
    line("  - use: sitoo-history", "past orders: deno task backfill"),
    "    with:",
    line(`      enabled: ${history}`, '"Do you want to sync historical data?"'),
    line(
      `      start_date: ${startDate}`,
      '"StartDate": the oldest order this pipeline ever sends',
    ),
    "      page_size: 100",
    line("      min_age: 4h", "younger orders come live, so history starts no automation"),
  ];
}

function transforms({ namespace, skuMatch, optIn }: PipelineAnswers): readonly string[] {
  return [
    "transforms:",
    line("  - use: map", "Sitoo's order becomes Ometria's"),
    "    with:",
    "      channel: in store",
    line("      store: store-externalid", "or warehouse-id, store-name, or a table of your own"),
    line("      web_orders: skip", "copies of web shop orders: skip, or send"),
    line("  - use: namespace", "keeps till ids apart from those of the web shop"),
    "    with:",
    `      value: ${scalar(namespace)}`,
    '      separator: "-"',
    line("      apply_to: [order]", "any of order, product, variant, customer"),
    line("  - use: sku-match", "which id of Ometria's products a line refers to"),
    "    with:",
    line(`      by: ${skuMatch}`, "sku, product-id, or catalogue"),
    line("  - use: opt-in", "creates subscribers from consents given to Sitoo"),
    "    with:",
    `      enabled: ${optIn}`,
  ];
}

function line(text: string, comment: string): string {
  const left = text.length < COMMENTS - 1 ? text.padEnd(COMMENTS) : `${text}  `;
  return `${left}# ${comment}`;
}

/** A text as YAML has it, with quotes where it needs some, and nothing in it taken for a variable. */
function scalar(text: string): string {
  // Blanks of other kinds than YAML's own are hard to see, and easily lost.
  const isPlain = /^[\S ]*$/.test(text) && text.trim() === text;
  return stringify(text.replaceAll("${", () => "$${"), {
    lineWidth: 0,
    defaultStringType: isPlain ? "PLAIN" : "QUOTE_DOUBLE",
  }).replace(/\n$/, "");
}
