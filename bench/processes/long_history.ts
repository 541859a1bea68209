/**
 * History of very many orders, with both fakes in this very process: no HTTP, so that what is measured is Tillpipe,
 * the making of the orders, and JSON both ways.
 *
 * Usage: `long_history.ts ORDERS STORE [PROGRESS_FILE]`. Prints one line of JSON (`LongHistory`); a line for every
 * 100,000 orders goes to the progress file as it is reached.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { loadDefinition } from "../../src/definition/load.ts";
import { sandboxOverrides } from "../../src/cli/sandbox_overrides.ts";
import { runBackfill } from "../../src/runtime/backfill.ts";
import type { PipelineContext } from "../../src/runtime/context.ts";
import { sum } from "../../src/runtime/status.ts";
import { OrderBook } from "../../src/sandbox/book.ts";
import { History } from "../../src/sandbox/history.ts";
import { sitooHandler } from "../../src/sandbox/sitoo_server.ts";
import { composePipelines } from "../../src/server/compose.ts";
import { registry } from "../../src/stages/registry.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/time/clock.ts";

/** How far it had come, and what it had taken. */
export interface Step {
  /** Orders read so far. */
  readonly orders: number;
  /** Since the start. */
  readonly seconds: number;
  /** User and system, all threads, since the start. */
  readonly cpuSeconds: number;
  /** MB (10^6 bytes) that the process has in memory. */
  readonly memory: number;
  /** MB of the store's files. */
  readonly store: number;
}

/** How it went. */
export interface LongHistory {
  readonly steps: readonly Step[];
  /** Orders by what became of them, added up: as many as there were. */
  readonly outcomes: number;
  /** Orders delivered, and records that Ometria was sent for them. */
  readonly delivered: number;
  readonly records: number;
}

const stepEvery = 100_000;
/** ms: this old is the youngest order, well over the `min_age` of the pipeline. */
const youngest = 5 * 3_600_000;
const day = 86_400_000;
const account = 4711;
const [apiId, apiKey] = [`${account}-1`, "bench-sitoo-key"];
const sitooUrl = "http://127.0.0.1:1";
const ometriaUrl = "http://127.0.0.1:2";

const [orders = "100000", file = "", progress] = Deno.args;
const total = Number(orders);
const fakes = inProcess(total);
globalThis.fetch = async (input, init): Promise<Response> => {
  const request = new Request(input, init);
  return await (request.url.startsWith(sitooUrl) ? fakes.sitoo(request) : fakes.ometria(request));
};
await using store = await openStore(file, { clock: systemClock, random: Math.random });
const context = await compose(store);
const steps: Step[] = [];
const began = performance.now();
const before = cpuUsage();
const noStop = new AbortController().signal;
const result = await runBackfill(context, { onProgress: ({ read }) => reached(read) }, noStop);
if (result.ending !== "through" || result.checkpoint.read !== total) {
  throw new Error(`${result.checkpoint.read} of ${total} orders were read: ${result.ending}`);
}
const { delivered, linked, waiting, skipped, deadBy } = await context.store.counters();
const outcomes = delivered + linked + waiting + sum(skipped) + sum(deadBy);
if (outcomes !== total) throw new Error(`${outcomes} of ${total} orders have an outcome`);
steps.push(stepAt(total));
const line: LongHistory = { steps, outcomes, delivered, records: fakes.records() };
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));

function reached(read: number): void {
  if (read < (steps.length + 1) * stepEvery) return;
  const step = stepAt(read);
  steps.push(step);
  if (progress === undefined) return;
  Deno.writeTextFileSync(progress, `${JSON.stringify(step)}\n`, { append: true });
}

function stepAt(read: number): Step {
  const { user, system } = cpuUsage(before);
  return {
    orders: read,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    memory: Deno.memoryUsage().rss / 1e6,
    store: sizeOf(file) + sizeOf(`${file}-wal`),
  };
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size / 1e6;
  } catch {
    return 0;
  }
}

/** A Sitoo that makes orders on demand, and an Ometria that takes everything and keeps nothing. */
function inProcess(size: number): {
  readonly sitoo: (request: Request) => Response | Promise<Response>;
  readonly ometria: (request: Request) => Promise<Response>;
  /** Records taken. */
  readonly records: () => number;
} {
  const now = Date.now();
  const history = new History({
    seed: 7,
    orders: size,
    firstId: 50_001,
    refundRate: 0.08,
    start: now - youngest - 700 * day,
    end: now - youngest,
  });
  const handle = sitooHandler({
    book: new OrderBook({
      history,
      clock: systemClock,
      random: Math.random,
      seed: 7,
      accountId: account,
      onEvent: () => {},
    }),
    accountId: account,
    apiId,
    apiKey,
    wait: () => Promise.resolve(),
    onRows: () => {},
    settingsAllowed: () => true,
    broken: new Set(),
  });
  let records = 0;
  return {
    sitoo(request): Response | Promise<Response> {
      const url = new URL(request.url);
      return handle(request, { path: url.pathname, url });
    },
    async ometria(request): Promise<Response> {
      if (request.method !== "POST") return Response.json([]);
      const pushed: unknown = await request.json();
      const accepted = Array.isArray(pushed) ? pushed.length : 0;
      records += accepted;
      return Response.json({ status: "OK", request_id: "bench", accepted, rejected: 0 }, {
        status: 202,
      });
    },
    records: () => records,
  };
}

/** The shipped pipeline without waits. */
async function compose(on: Store): Promise<PipelineContext> {
  const name = "pipeline.yaml";
  const url = new URL(`../../${name}`, import.meta.url);
  const overrides = sandboxOverrides({
    sitoo: { accountUrl: `${sitooUrl}/v2/accounts/${account}`, apiId, apiKey },
    ometria: { apiUrl: `${ometriaUrl}/v2`, apiKey: "bench-key", emailApiKey: "bench-email-key" },
  }, { receipts: false });
  const { definition, diagnostics } = loadDefinition(
    { file: name, text: await Deno.readTextFile(url) },
    {
      catalog: registry,
      env: () => undefined,
      allowInsecureHosts: true,
      overrides: (tree) => withoutRates(overrides(tree)),
    },
  );
  if (definition === undefined) throw new Error(JSON.stringify(diagnostics));
  const [context] = await composePipelines([{ definition, url }], {
    store: on,
    secret: "a-secret-that-only-benchmarks-know-of-00",
    clock: systemClock,
    random: Math.random,
    hide: () => {},
  });
  if (context === undefined) throw new Error("The pipeline was not put together");
  return context;
}

function withoutRates(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => {
    return ["push_rate", "read_rate", "email_rate"].includes(key) ? "off" : value;
  }));
}
