import { ApiError } from "../../http/error.ts";
import { isUnchanged, planChange, type PlanReport } from "../../runtime/plan/plan.ts";
import type { OrderChoice } from "../../runtime/plan/orders.ts";
import { count, plural } from "../../server/figures.ts";
import { type Command, JSON_OUTPUT } from "../command.ts";
import { CommandError } from "../failure.ts";
import { isTracked, readAtRevision, runGit } from "../git.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { DEFAULT_PIPELINE, type PipelineFile, readPipelineFiles } from "../pipelines.ts";
import { type PlanRequest, preparePlan } from "../plan_setting.ts";
import { planText } from "../plan_text.ts";

/** Says what a changed pipeline would do otherwise. */
export const plan: Command = {
  name: "plan",
  summary: "Show what a changed pipeline would do otherwise, over real orders; writes nothing",
  details: [
    "Runs the same orders through the pipeline as it is in git (or in another file) and as it is in the working file, and shows which records would change, field by field, which orders would end otherwise, and which contacts and receipts would newly go out. Nothing is sent, and nothing that is kept is changed. People are masked.",
    "Without --input or --sandbox the newest orders are read from Sitoo. --input needs no account: what stages look up beside the orders (stores, sites, profiles, the catalogue) is not there then. Days begin in UTC.",
  ],
  options: [
    {
      name: "against",
      value: "FILE|git:REV",
      summary: "What the pipeline is compared with (git:HEAD)",
    },
    { name: "last", value: "N", summary: "Compare over the newest N orders (200)" },
    { name: "from", value: "ID|DATE", summary: "Or from this order id or day on" },
    { name: "to", value: "ID|DATE", summary: "Order id or day to end before" },
    {
      name: "input",
      value: "FILE",
      summary: "Or over the orders in a file: one JSON object a line",
    },
    { name: "sandbox", summary: "Or over the sandbox's orders; needs no account" },
    { name: "expect-no-change", summary: "Exit code 1 when anything would change" },
    { name: "show-personal-data", summary: "Show people as they are instead of masking them" },
    { name: "pipeline", value: "FILE", summary: "The changed pipeline (pipeline.yaml)" },
    JSON_OUTPUT,
  ],
  examples: [
    "",
    "--against git:main --last 1000",
    "--against old.yaml --sandbox",
    "--input orders.ndjson --expect-no-change",
  ],
  run,
};

const MOST_ORDERS = 1_000_000;
const FEWEST = 200;

async function run(options: Options, host: Host): Promise<number> {
  const over = await overOf(options, host);
  const [after] = await readPipelineFiles(options.list("pipeline"), host);
  if (after === undefined) throw new CommandError(`Cannot find ${DEFAULT_PIPELINE}`);
  const before = await readBefore(after, options, host);
  const signal = host.stopSignal();
  // What the comparison makes happen is no news.
  host.logging.only("error");
  const report = await compare({ before, after, over }, { options, signal }, host);
  const names = { before: before.file, after: after.file };
  if (options.flag("json")) {
    host.terminal.data({ against: names.before, changed: names.after, ...report });
  } else host.terminal.print(planText(report, names, host.terminal.style));
  return options.flag("expect-no-change") && !isUnchanged(report) ? 1 : 0;
}

async function compare(
  request: PlanRequest,
  { options, signal }: { readonly options: Options; readonly signal: AbortSignal },
  host: Host,
): Promise<PlanReport> {
  const { terminal } = host;
  try {
    await using setting = await preparePlan(request, host, signal);
    const report = await planChange({
      ...setting,
      showPersonalData: options.flag("show-personal-data"),
      onProgress: (orders) => {
        const all = Math.max(setting.total, orders);
        terminal.live(`${count(orders)} of ${plural(all, "order")} compared`);
      },
    }, signal);
    terminal.endLive();
    return report;
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    throw new CommandError(cause.message, {
      exitCode: 1,
      cause,
      hint: "deno task doctor looks at the connections; --input and --sandbox need none",
    });
  }
}

async function overOf(options: Options, host: Host): Promise<PlanRequest["over"]> {
  const input = options.text("input");
  const [from, to] = [options.text("from"), options.text("to")];
  const last = options.wholeNumber("last", { min: 1, max: MOST_ORDERS });
  if (input !== undefined) {
    if (options.flag("sandbox") || last !== undefined || from !== undefined || to !== undefined) {
      throw new CommandError("--input goes with none of --sandbox, --last, --from and --to", {
        hint: "All orders of the file are compared",
      });
    }
    const found = await host.readFile(input);
    if (found === undefined) throw new CommandError(`Cannot find "${input}"`);
    return { kind: "input", file: input, text: found.text };
  }
  if (last !== undefined && (from !== undefined || to !== undefined)) {
    throw new CommandError("--last goes with neither --from nor --to");
  }
  const isRange = from !== undefined || to !== undefined;
  const choice: OrderChoice = isRange
    ? {
      ...(from === undefined ? {} : { from: bound("from", from) }),
      ...(to === undefined ? {} : { to: bound("to", to) }),
    }
    : { last: last ?? FEWEST };
  return { kind: options.flag("sandbox") ? "sandbox" : "sitoo", choice };
}

/** An order id, or a day. */
function bound(name: string, text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isDay || /^\d{1,15}$/.test(text)) return text;
  throw new CommandError(`--${name} takes an order id or a day, not "${text}"`, {
    hint: `Write --${name} 50211 or --${name} 2025-03-01`,
  });
}

/** The pipeline as it is today: in git, or in another file. */
async function readBefore(
  after: PipelineFile,
  options: Options,
  host: Host,
): Promise<PipelineFile> {
  const against = options.text("against");
  if (against === undefined && !await isTracked(after.path, runGit)) {
    throw new CommandError(
      `"${after.file}" is not kept in git, so there is nothing to compare it with`,
      {
        hint: "Name what it is compared with: --against FILE",
      },
    );
  }
  const revision = against === undefined ? "HEAD" : /^git:(.*)$/.exec(against)?.[1];
  if (revision !== undefined) {
    const text = await readAtRevision(after.path, revision, runGit);
    return { file: `${after.file} at ${revision}`, path: after.path, text };
  }
  const [file] = await readPipelineFiles([against ?? ""], host);
  if (file === undefined) throw new CommandError(`Cannot find "${against}"`);
  return file;
}
