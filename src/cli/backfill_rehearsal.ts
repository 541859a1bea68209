import type { BackfillResult } from "../runtime/backfill.ts";
import type { PipelineContext } from "../runtime/context.ts";
import { Rehearsal } from "../runtime/rehearsal/rehearsal.ts";
import { count, plural } from "../server/figures.ts";
import { join } from "../std/path.ts";
import { openStore } from "../store/open.ts";
import type { Counters } from "../store/rows.ts";
import { figuresOf } from "./backfill_progress.ts";
import { type FollowOptions, followRun, withHistory } from "./backfill_run.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { checkAccounts, composeFromUser } from "./installation.ts";
import type { Options, OptionSpec } from "./options.ts";
import { RecordFile } from "./record_file.ts";
import { counts, figureTable } from "./status_text.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";
import { writeUserFile } from "./user_file.ts";

/** The options of a run that sends nothing. */
export const REHEARSAL_OPTIONS: readonly OptionSpec[] = [
  { name: "dry-run", summary: "Do everything but the pushes, and change nothing" },
  { name: "output", value: "FILE", summary: "With --dry-run: write the records as NDJSON" },
  { name: "show-personal-data", summary: "With --output: do not mask people" },
];

/** Where the records of a rehearsal go. */
export interface RehearsalFiles {
  /** Absolute, or seen from the working directory. */
  readonly output?: string;
  readonly showPersonalData: boolean;
}

/** Reads the options of a rehearsal, and refuses at once what would fail after a long run. */
export async function rehearsalFiles(options: Options, host: Host): Promise<RehearsalFiles> {
  const named = options.text("output");
  const showPersonalData = options.flag("show-personal-data");
  if (named !== undefined && !options.flag("dry-run")) {
    throw new CommandError("--output goes with --dry-run", { hint: "Add --dry-run" });
  }
  if (named === undefined) {
    if (showPersonalData) throw new CommandError("--show-personal-data goes with --output");
    return { showPersonalData };
  }
  return { output: await writeUserFile(named, "", { host }), showPersonalData };
}

/** Runs history without sending or remembering anything, and says what would have come of it. */
export async function rehearse(
  { files, ...follow }: FollowOptions & { readonly files: RehearsalFiles },
  host: Host,
): Promise<number> {
  const { options, stop } = follow;
  const folder = await Deno.makeTempDir({ prefix: "tillpipe-dry-run-" });
  try {
    await using scratch = await openStore(join(folder, "scratch.sqlite3"), host);
    using file = files.output === undefined
      ? undefined
      : await Deno.open(files.output, { append: true });
    const records = file === undefined ? undefined : new RecordFile(file, files.output ?? "");
    const rehearsals = new Map<string, Rehearsal>();
    await using installation = await composeFromUser(options, host, {
      storeUse: "empty",
      pipelineStore: (real, { name, connections }) => {
        const rehearsal = new Rehearsal({
          scratch: scratch.pipeline(name, connections.ometria.account),
          showPersonalData: files.showPersonalData,
          ...(records === undefined ? {} : { write: (lines) => records.write(lines) }),
        });
        rehearsals.set(name, rehearsal);
        return rehearsal.storeOver(real);
      },
    });
    await checkAccounts(installation, options, stop);
    const ends = records === undefined ? stop : AbortSignal.any([stop, records.signal]);
    let code = 0;
    for (const context of withHistory(installation.contexts)) {
      const rehearsal = rehearsals.get(context.pipeline.definition.name);
      if (rehearsal === undefined) {
        throw new TypeError("A pipeline was put together without its store");
      }
      const result = await followRun(
        rehearsal.contextOf(context),
        { ...follow, stop: ends, wish: "leave" },
        host,
      );
      records?.signal.throwIfAborted();
      await report({ context, rehearsal, result, files }, { options, host });
      const isClean = result.checkpoint.dead === 0 && result.holes.length === 0;
      if (result.ending !== "through" || !isClean) code = 1;
      if (stop.aborted) break;
    }
    return code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Rehearsed {
  readonly context: PipelineContext;
  readonly rehearsal: Rehearsal;
  readonly result: BackfillResult;
  readonly files: RehearsalFiles;
}

async function report(
  { context, rehearsal, result, files }: Rehearsed,
  { options, host }: { readonly options: Options; readonly host: Host },
): Promise<void> {
  const { terminal } = host;
  const { name } = context.pipeline.definition;
  const outcomes = await context.store.counters();
  const { records, sums } = rehearsal;
  if (!options.flag("json")) {
    return terminal.print(
      rehearsalText(name, { result, records, sums, files, outcomes }, terminal.style),
    );
  }
  const { delivered, linked, waiting, skipped, deadBy } = outcomes;
  const { ending, holes, later } = result;
  terminal.data({
    event: "done",
    dryRun: true,
    pipeline: name,
    ...figuresOf(result.checkpoint),
    ending,
    openHoles: holes,
    later,
    records,
    outcomes: { delivered, linked, waiting, skipped, deadBy },
    sums,
  });
}

/** What a rehearsal came to. */
export interface RehearsalFigures extends Pick<Rehearsal, "records" | "sums"> {
  readonly result: Pick<BackfillResult, "ending" | "checkpoint" | "later">;
  readonly files: RehearsalFiles;
  readonly outcomes: Counters;
}

/** What would have come of a run, for people. */
export function rehearsalText(name: string, figures: RehearsalFigures, style: Style): string {
  const { result, records, sums, files, outcomes } = figures;
  const run = result.checkpoint;
  const whole = result.ending === "through" ? "" : ", broken off before the end";
  const rows: readonly (readonly [string, number])[] = [
    ["Read", run.read],
    ["Would be delivered", outcomes.delivered],
    ["Unchanged, would not be sent again", run.unchanged],
    ["Refunds that go into their sale", outcomes.linked],
    ["Waiting: still open", outcomes.waiting],
    ["Left: too young", run.young],
    ["Dead", run.dead],
    ["Holes: not readable at Sitoo", run.holes ?? 0],
  ];
  const written = files.output === undefined ? "" : `, written to ${files.output}`;
  const unmasked = files.output !== undefined && files.showPersonalData
    ? "; it holds personal data"
    : "";
  return [
    `${style.bold(name)}: dry run${whole}; nothing was sent and nothing remembered`,
    figureTable("Orders", rows, style),
    counts("Would be skipped, by rule", outcomes.skipped, style),
    counts("Would be dead, by reason", outcomes.deadBy, style),
    sums.length === 0 ? undefined : renderTable({
      columns: [
        { name: "Store" },
        { name: "Orders", align: "right" },
        { name: "Sold", align: "right" },
        { name: "" },
      ],
      rows: sums.map(({ store, orders, total, currency }) => [
        store === "" ? "(none)" : store,
        count(orders),
        total,
        currency,
      ]),
      heading: style.dim,
    }),
    pushedText(records, outcomes.delivered) + written + unmasked,
  ].filter((section) => section !== undefined).join("\n\n");
}

/** Records and orders are not the same number; whoever compares them wants to know why. */
function pushedText(records: number, orders: number): string {
  const pushed = `${plural(records, "record")} would be pushed`;
  if (records <= orders) return pushed;
  return `${pushed} for ${
    plural(orders, "order")
  }: a sale is pushed again when a later refund changes it, and one that also takes goods back has a record of each`;
}
