import type { PipelineContext } from "../../runtime/context.ts";
import {
  estimateReconcile,
  type ReconcileEstimate,
  type VerifyAsked,
} from "../../runtime/reconcile/estimate.ts";
import type { DaysAsked } from "../../runtime/reconcile/range.ts";
import { reconcile as compare } from "../../runtime/reconcile/reconcile.ts";
import { daysText } from "../../runtime/reconcile/report.ts";
import type { ReconcileReport } from "../../runtime/reconcile/report.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import type { Host } from "../host.ts";
import { checkAccounts, composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";
import { differencesCsv, groupsCsv } from "../reconcile/csv.ts";
import { reportPage } from "../reconcile/page.ts";
import { ProgressLine } from "../reconcile/progress.ts";
import { estimateText, reportText } from "../reconcile/text.ts";
import { writeUserFile } from "../user_file.ts";

/** Shows whether the orders and the money agree. */
export const reconcile: Command = {
  name: "reconcile",
  summary: "Compare what was sold at Sitoo with what became of it, in orders and in money",
  details: [
    "Per store, business day and currency: every order of Sitoo is delivered, linked (a refund that went into its sale), skipped by a rule, waiting, due, dead, or unexplained. What differs is named by order, with the likely cause and the remedy. Exit code 1 when an order is dead or unexplained; due, young and open ones are no difference.",
    "Reads Sitoo in pages of 500 with few fields, and an order whole only where there is doubt. It keeps to the limits of both APIs, also beside a running server. Nothing is sent or changed, except that --fix makes orders due.",
  ],
  options: [
    PIPELINE,
    { name: "from", value: "DAY", summary: "First business day, such as 2025-03-01 (yesterday)" },
    { name: "to", value: "DAY", summary: "Last business day, included (yesterday)" },
    { name: "verify", value: "N|all", summary: "Read so many delivered orders back from Ometria" },
    { name: "fix", summary: "Make due what is healed by being looked at again" },
    { name: "estimate", summary: "Only say what it will cost: orders, calls, minutes" },
    { name: "csv", value: "FILE", summary: "Write every store and day to a CSV file" },
    { name: "ids", value: "FILE", summary: "Write every order that differs to a CSV file" },
    { name: "html", value: "FILE", summary: "Write a report with charts, one file by itself" },
    { name: "examples", value: "N", summary: "How many orders of each cause to list (10)" },
    JSON_OUTPUT,
  ],
  examples: [
    "",
    "--from 2025-03-01 --to 2025-03-31 --html march.html",
    "--verify 200",
    "--from 2024-01-01 --estimate --verify all",
    "--fix",
  ],
  run,
};

const mostVerified = 100_000_000;

async function run(options: Options, host: Host): Promise<number> {
  const days = daysOf(options);
  const examples = options.wholeNumber("examples", { min: 0, max: 20_000 }) ?? 10;
  // What the stages say of single orders was said when they were sent.
  if (host.env("TILLPIPE_DEBUG") !== "1") host.logging.only("warning");
  const stop = host.stopSignal();
  await using installation = await composeFromUser(options, host, {
    storeUse: options.flag("fix") ? "needed" : "empty",
  });
  const { contexts } = installation;
  if (options.flag("estimate")) return await estimate(contexts, { days, stop, options }, host);
  const files = await filesOf(options, host);
  if (days.verify !== undefined) await checkAccounts(installation, options, stop);
  const reports: ReconcileReport[] = [];
  for (const context of contexts) {
    const report = await one(context, { days, stop, options }, host);
    if (report === undefined) return 1;
    reports.push(report);
  }
  await write(files, reports, host);
  if (options.flag("json")) host.terminal.data({ pipelines: byName(reports) });
  else {
    const { style } = host.terminal;
    const texts = reports.map((report) => reportText(report, { style, examples }));
    host.terminal.print(texts.join("\n\n"));
  }
  return reports.every((report) => report.agrees) ? 0 : 1;
}

interface Job {
  readonly days: DaysAsked & { readonly verify?: VerifyAsked };
  readonly stop: AbortSignal;
  readonly options: Options;
}

/** Nothing when it was stopped on the way. */
async function one(
  context: PipelineContext,
  { days, stop, options }: Job,
  { terminal, clock }: Host,
): Promise<ReconcileReport | undefined> {
  const { name } = context.pipeline.definition;
  const progress = new ProgressLine(name, terminal, clock);
  try {
    return await compare(context, {
      ...days,
      fix: options.flag("fix"),
      onEstimate: (cost) => terminal.note(costLine(name, cost)),
      onProgress: (state) => progress.show(state),
    }, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    terminal.endLive();
    terminal.note(`${name}: stopped before the end; nothing was made due`);
    return undefined;
  } finally {
    terminal.endLive();
  }
}

async function estimate(
  contexts: readonly PipelineContext[],
  { days, stop, options }: Job,
  { terminal }: Host,
): Promise<number> {
  const costs: [string, ReconcileEstimate][] = [];
  for (const context of contexts) {
    const cost = await estimateReconcile(context, days, stop);
    costs.push([context.pipeline.definition.name, cost]);
  }
  if (options.flag("json")) terminal.data({ pipelines: Object.fromEntries(costs) });
  else for (const [name, cost] of costs) terminal.print(costLine(name, cost));
  return 0;
}

function costLine(name: string, cost: ReconcileEstimate): string {
  return `${name}, ${daysText(cost)}: ${estimateText(cost)}`;
}

function daysOf(options: Options): Job["days"] {
  const verify = options.text("verify");
  const count = verify === undefined || verify === "all"
    ? undefined
    : options.wholeNumber("verify", { min: 1, max: mostVerified });
  return {
    from: options.text("from"),
    to: options.text("to"),
    ...(verify === "all" ? { verify } : count === undefined ? {} : { verify: count }),
  };
}

/** The files that were asked for, and what is to be written into each. */
type Files = readonly {
  readonly path: string;
  readonly write: (reports: readonly ReconcileReport[]) => string | Promise<string>;
}[];

/** Refuses at once what would fail after a long run. */
async function filesOf(options: Options, host: Host): Promise<Files> {
  const writers = { csv: groupsCsv, ids: differencesCsv, html: reportPage };
  const files: { path: string; write: Files[number]["write"] }[] = [];
  for (const [name, write] of Object.entries(writers)) {
    const named = options.text(name);
    if (named === undefined) continue;
    files.push({ path: await writeUserFile(named, "", { host, append: true }), write });
  }
  return files;
}

async function write(
  files: Files,
  reports: readonly ReconcileReport[],
  { terminal }: Host,
): Promise<void> {
  for (const { path, write } of files) {
    await Deno.writeTextFile(path, await write(reports));
    terminal.note(`Wrote ${path}`);
  }
}

function byName(reports: readonly ReconcileReport[]): Readonly<Record<string, ReconcileReport>> {
  return Object.fromEntries(reports.map((report) => [report.pipeline, report]));
}
