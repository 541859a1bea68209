import { count, plural, pluralAre } from "../../server/figures.ts";
import { type Command, PIPELINE } from "../command.ts";
import { playHistory, playLive, waitForRest } from "../demo/acts.ts";
import { agrees, differenceLines, receiptLine, storeTable } from "../demo/report.ts";
import { type DemoStage, setUpDemo } from "../demo/stage.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { aborted } from "../waiting.ts";

/** The whole product on a fresh machine. */
export const demo: Command = {
  name: "demo",
  summary: "Show the whole product on this machine alone, with a fake Sitoo and a fake Ometria",
  details: [
    "Brings the fake Sitoo's history, then takes live sales, refunds and requests for receipts, and at the end holds what arrived at the fake Ometria against what was sold. Needs no account, reads no .env, and reaches nothing but this machine.",
  ],
  options: [
    { name: "once", summary: "End by itself; exit code 0 only if everything arrived" },
    { name: "orders", value: "N", summary: "Past orders (500)" },
    { name: "seed", value: "N", summary: "Same seed, same orders (1)" },
    {
      name: "seconds",
      value: "N",
      summary: "How long the tills sell (12 with --once; else on and on)",
    },
    { name: "port", value: "PORT", summary: "Port of the operator pages (any free one)" },
    PIPELINE,
  ],
  examples: ["", "--once", "--once --orders 2000 --seed 7"],
  run,
};

/** Seconds that the tills sell with `--once`. */
const ONCE_SECONDS = 12;
/** ms until everything that was sold must have arrived. */
const REST_WITHIN = 25_000;
/** The same when somebody waits for the end of it. */
const REST_WITHIN_ON_STOP = 3_000;

async function run(options: Options, host: Host): Promise<number> {
  const once = options.flag("once");
  const seconds = options.wholeNumber("seconds", { min: 1, max: 86_400 }) ??
    (once ? ONCE_SECONDS : undefined);
  const stop = host.stopSignal();
  host.logging.only("error");
  await using stage = await setUpDemo({
    pipelines: options.list("pipeline"),
    orders: options.wholeNumber("orders", { min: 0, max: 10_000_000 }) ?? 500,
    seed: options.wholeNumber("seed", { min: 0, max: 1_000_000_000 }) ?? 1,
    port: options.wholeNumber("port", { min: 0, max: 65_535 }) ?? 0,
  }, host);
  try {
    return await play(stage, { once, seconds, stop }, host);
  } catch (error) {
    if (!stop.aborted) throw error;
    host.terminal.note("Stopped before the end");
    return 1;
  }
}

interface Play {
  readonly once: boolean;
  readonly seconds: number | undefined;
  readonly stop: AbortSignal;
}

async function play(stage: DemoStage, { once, seconds, stop }: Play, host: Host): Promise<number> {
  const { terminal } = host;
  const { style } = terminal;
  const step = (text: string): void => terminal.print(style.bold(text));
  const { sandbox, serving } = stage;
  step(`1. A fake Sitoo with ${count(sandbox.sitoo.book.length)} past orders, and a fake Ometria`);
  terminal.print(`   Operator pages: ${serving.url}/`);
  step("2. Backfill: history goes to Ometria");
  const history = await playHistory(stage, host, stop);
  terminal.print(
    `   ${plural(history.read, "order")} read, ${count(history.delivered)} delivered, ${
      plural(history.linked, "refund")
    } linked, ${count(history.skipped)} skipped, ${count(history.dead)} dead`,
  );
  const until = seconds === undefined ? "until Ctrl-C" : `for ${seconds} s`;
  step(`3. Live: the tills sell, take back and ask for receipts, ${until}`);
  serving.startPipelines();
  const time = seconds === undefined
    ? stop
    : AbortSignal.any([stop, AbortSignal.timeout(seconds * 1000)]);
  const made = await Promise.race([playLive(stage, host, time), serving.failed]);
  terminal.print(`   ${count(made)} live orders made`);
  step("4. What was sold, and what arrived");
  const within = stop.aborted ? REST_WITHIN_ON_STOP : REST_WITHIN;
  const rest = await waitForRest(stage, host, { within, signal: new AbortController().signal });
  if (!rest) terminal.note("Not everything was worked off in time");
  const same = await report(stage, host);
  if (once || stop.aborted) return same ? 0 : 1;
  terminal.print(`The operator pages stay on ${serving.url}/ until Ctrl-C`);
  await Promise.race([aborted(stop), serving.failed]);
  return same ? 0 : 1;
}

async function report(stage: DemoStage, { terminal }: Host): Promise<boolean> {
  const { style } = terminal;
  const truth = await stage.compare();
  const { receipts: states } = await stage.context.store.counters();
  const receipts = { states, emails: stage.sandbox.ometria.emails.length };
  terminal.print(storeTable(truth, style));
  terminal.print(receiptLine(receipts));
  const same = agrees(truth, receipts);
  terminal.print(
    same ? style.good("Everything that was sold has arrived, once, to the last cent") : style.bad(
      `${pluralAre(truth.differences, "order")} not as ${
        truth.differences === 1 ? "it" : "they"
      } must be`,
    ),
  );
  for (const line of differenceLines(truth)) terminal.print(line);
  return same;
}
