import type { CatalogEntry } from "./catalog.ts";
import type { FieldPath } from "./definition.ts";
import type { FieldSchemas } from "./field_schemas.ts";
import { mapScalars, valueAt } from "./plain.ts";
import type { Places } from "./places.ts";
import type { Report } from "./report.ts";
import { rate } from "./scalars.ts";
import type { FoundStage } from "./stage_checks.ts";
import { isTemplate } from "./template.ts";
import { fieldName } from "./wording.ts";

/** What is needed to find what is allowed but probably not meant. */
export interface WarningContext {
  /** The file as written. */
  readonly source: unknown;
  /** What is used: after overrides and with variables filled in. */
  readonly tree: unknown;
  readonly stages: readonly FoundStage[];
  readonly catalog: readonly CatalogEntry[];
  readonly fields: FieldSchemas;
  readonly places: Places;
  readonly report: Report;
  /** Epoch ms; without it no date is compared. */
  readonly now?: number;
}

/** Calls a second that Ometria documents for one account, all integrations together. */
const documented: Readonly<Record<string, number>> = {
  push_rate: 8,
  read_rate: 4,
  email_rate: 30,
};

/** Reports what is worth a second look. What was put in place of the file's own values is not looked at. */
export function reportWarnings(context: WarningContext): void {
  warnOfLiteralSecrets(context);
  warnOfRates(context);
  warnOfFutureDates(context);
  warnOfMissingNamespace(context);
  warnOfUnusedKey(context);
}

function warnOfLiteralSecrets({ source, tree, fields, places, report }: WarningContext): void {
  mapScalars(source, (value, path) => {
    const written = typeof value === "string" && value !== "" && !isTemplate(value);
    const known = fields.isSecret(path) && fields.at(path).length > 0;
    if (written && known && valueAt(tree, path) === value) {
      report({
        code: "literal-secret",
        severity: "warning",
        message: `A secret is written into the file at "${fieldName(path)}"`,
        hint: "Put it into the environment or .env, and write ${NAME} here",
        span: places.span(path),
      });
    }
    return value;
  });
}

function warnOfRates(context: WarningContext): void {
  for (const [key, limit] of Object.entries(documented)) {
    const path = ["connections", "ometria", key];
    const given = rate().safeParse(ownValue(path, context));
    if (!given.success || given.data <= limit) continue;
    context.report({
      code: "rate-above-limit",
      severity: "warning",
      message: `"${key}" is above the ${limit}/s that Ometria documents`,
      hint: "The limit is shared by all integrations of the account: stay well below it",
      span: context.places.span(path),
    });
  }
}

function warnOfFutureDates(context: WarningContext): void {
  const { now, stages, places, report } = context;
  if (now === undefined) return;
  for (const stage of stages.filter(({ section }) => section === "sources")) {
    const path = [...stage.path, "with", "start_date"];
    const value = ownValue(path, context);
    if (typeof value !== "string" || !(Date.parse(value) > now)) continue;
    report({
      code: "future-date",
      severity: "warning",
      message: '"start_date" lies in the future: no order is sent before it',
      hint: "Write the date of the oldest order to send",
      span: places.span(path),
    });
  }
}

function warnOfMissingNamespace({ stages, catalog, places, report }: WarningContext): void {
  const known = catalog.some(({ use }) => use === "namespace");
  const mapped = stages.some(({ entry }) =>
    entry?.kind === "sink" && entry.takes !== "sitoo-order"
  );
  if (!known || !mapped || stages.some(({ use }) => use === "namespace")) return;
  report({
    code: "no-namespace",
    severity: "warning",
    message: 'No stage "namespace": ids of till orders may equal those of the web shop',
    hint: "Add - use: namespace with value: till, unless Ometria gets orders from nowhere else",
    span: places.span(["transforms"], "key"),
  });
}

function warnOfUnusedKey(context: WarningContext): void {
  const path = ["connections", "ometria", "email_api_key"];
  const sendsEmail = context.stages.some(({ section, entry }) =>
    section === "sinks" && (entry === undefined || entry.takes === "sitoo-order")
  );
  if (sendsEmail || ownValue(path, context) === undefined) return;
  context.report({
    code: "unused-connection",
    severity: "warning",
    message: '"email_api_key" is not used: no sink of this pipeline sends email',
    hint: "Remove the line, or add a sink for receipts",
    span: context.places.span(path, "key"),
  });
}

/** The value in use, if it is there because of the file. */
function ownValue(path: FieldPath, { source, tree }: WarningContext): unknown {
  const [written, used] = [valueAt(source, path), valueAt(tree, path)];
  const filledIn = typeof written === "string" && isTemplate(written);
  return written === used || filledIn ? used : undefined;
}
