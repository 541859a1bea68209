import { count, plural } from "../../server/figures.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { type CrashtestResult, type Progress, runCrashtest } from "../crashtest/run.ts";
import { runServer } from "../crashtest/server.ts";
import { SERVER_SETTINGS } from "../crashtest/server_settings.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { aborted } from "../waiting.ts";

/** The user's pipeline under load, faults and `kill -9`. */
export const crashtest: Command = {
  name: "crashtest",
  summary: "Kill servers under load and faults, and see whether anything is lost or sent twice",
  details: [
    "Runs your pipeline against a fake Sitoo and a fake Ometria on this machine, with live trade and a backfill, while servers are killed (kill -9) and stopped for longer than a lease, the machine's clock is set backward and forward by up to 75 s, calls fail in every way, pushes are applied out of order, and events come twice, late and in another order. Then everything comes to rest, and what arrived is held against what the same pipeline delivers when nothing goes wrong.",
    "Reads no .env and reaches nothing but this machine. Receipts are on, and pushes of one order lie 500 ms apart instead of what settle says; the fake Ometria applies a push within 400 ms. A push that Ometria accepts and drops is not among the faults: only reading back finds it, minutes later. After the last crash it takes about half a minute until no late push can follow any more.",
    "The exit code is 0 only if nothing was lost, nothing is out of date and no receipt went out twice. The seed repeats what happens as far as the machine's timing allows.",
  ],
  options: [
    { name: "minutes", value: "N", summary: "How long things go wrong (1)" },
    { name: "seconds", value: "N", summary: "The same in seconds" },
    { name: "seed", value: "N", summary: "Same seed, same mishaps (any)" },
    { name: "servers", value: "N", summary: "Servers on one store, 1 to 4 (2)" },
    { name: "orders", value: "N", summary: "Past orders, brought meanwhile (300)" },
    { name: "rate", value: "N", summary: "New orders a second (5)" },
    {
      name: "store",
      value: "URL",
      summary: "An empty store on a KV Connect server of this machine, instead of a file",
    },
    PIPELINE,
    JSON_OUTPUT,
  ],
  examples: ["", "--minutes 10 --servers 3", "--seed 7 --pipeline outlet.yaml"],
  run,
};

/** ms between two progress lines where lines cannot be drawn over. */
const LINE_EVERY = 10_000;
const SEEDS = 1_000_000_000;

async function run(options: Options, host: Host): Promise<number> {
  const settingsFile = host.env(SERVER_SETTINGS);
  if (settingsFile !== undefined) return await runServer(settingsFile, host);
  const seconds = options.wholeNumber("seconds", { min: 1, max: 86_400 }) ??
    (options.wholeNumber("minutes", { min: 1, max: 1_440 }) ?? 1) * 60;
  const seed = options.wholeNumber("seed", { min: 0, max: SEEDS }) ??
    Math.floor(host.random() * SEEDS);
  const stop = host.stopSignal();
  host.logging.only("error");
  host.terminal.note(`Seed ${seed}: things go wrong for ${seconds} s, then come to rest`);
  try {
    const result = await runCrashtest(
      {
        pipelines: options.list("pipeline"),
        seconds,
        seed,
        servers: options.wholeNumber("servers", { min: 1, max: 4 }) ?? 2,
        orders: options.wholeNumber("orders", { min: 0, max: 100_000 }) ?? 300,
        store: options.text("store"),
        ordersPerSecond: options.wholeNumber("rate", { min: 1, max: 200 }) ?? 5,
        onProgress: progressLine(host),
      },
      host,
      stop,
    );
    host.terminal.endLive();
    if (options.flag("json")) host.terminal.print(JSON.stringify(result, undefined, 2));
    else report(result, host);
    return result.passed ? 0 : 1;
  } catch (error) {
    if (!stop.aborted) throw error;
    await aborted(stop);
    host.terminal.note("Stopped before the end: no verdict");
    return 1;
  }
}

function progressLine({ terminal, clock }: Host): (progress: Progress) => void {
  let last = -Infinity;
  const phases = { harm: "going wrong", rest: "coming to rest", compare: "comparing" };
  return (progress) => {
    const line = [
      phases[progress.phase],
      `${count(progress.kills)} kills`,
      `${count(progress.stops)} stops`,
      `clock set ${count(progress.clockSets)}`,
      `${count(progress.faults)} faults`,
      `${plural(progress.eventsAcked, "event")} acked`,
      `${count(progress.delivered)} delivered`,
      `${count(progress.due)} due`,
    ].join("  ");
    if (terminal.canRedraw) return terminal.live(line);
    if (clock.monotonic() - last < LINE_EVERY) return;
    last = clock.monotonic();
    terminal.note(line);
  };
}

function report(result: CrashtestResult, { terminal }: Host): void {
  const { style } = terminal;
  const wrong = (figure: number): string =>
    figure === 0 ? style.good("0") : style.bad(count(figure));
  const lines: readonly (readonly [string, string])[] = [
    ["Kills and stops", `${count(result.kills)} kill -9, ${count(result.stops)} SIGSTOP`],
    ["Clock set", `${count(result.clockSets)} times`],
    ["Calls that failed", count(result.faults)],
    ["Orders made", count(result.orders)],
    ["Events acked", count(result.eventsAcked)],
    ["Answers lost", count(result.answersLost)],
    ["Orders at Ometria", count(result.delivered)],
    ["Dead, and replayed", count(result.replayed)],
    ["Lost", wrong(result.lost.length)],
    ["Not the last state", wrong(result.different.length)],
    ["Should not be there", wrong(result.extra.length)],
    ["Events refused", wrong(result.eventsDropped)],
    ["Receipts sent", count(result.receiptsSent)],
    ["Receipts unknown", count(result.receiptsUnknown)],
    ["Receipts twice", wrong(result.receiptsTwice)],
    ["Receipts missing", wrong(result.receiptsMissing)],
  ];
  for (const [name, value] of lines) terminal.print(`${name.padEnd(20)} ${value}`);
  const examples = [...result.lost, ...result.different, ...result.extra].slice(0, 20);
  if (examples.length > 0) terminal.print(`Orders: ${examples.join(", ")}`);
  for (const { id, field, expected, arrived } of result.differences.slice(0, 20)) {
    terminal.print(
      `  ${id} ${field}: ${JSON.stringify(arrived)} instead of ${JSON.stringify(expected)}`,
    );
  }
  terminal.print(
    result.passed
      ? style.good("Nothing lost, nothing twice, nothing out of date")
      : style.bad("Something is not as it must be"),
  );
  terminal.print(`Seed: ${result.seed}`);
}
