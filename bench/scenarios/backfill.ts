import { eventually } from "../../tests/support/waiting.ts";
import { type Child, start, type Usage, usageOf } from "../lib/child.ts";
import { run as runProduct, writePipeline } from "../lib/product.ts";
import { callsOf, type Sandbox, startSandbox } from "../lib/sandbox.ts";
import { type BenchContext, type Sample, scaled, type Scenario } from "../lib/scenario.ts";
import { slope } from "../lib/stats.ts";

/** As the tills of the sandbox make them. */
const refunds = 0.08;
const settleSeconds = 3;

/**
 * History of that many orders, 8 in 100 of them refunds. The time counts from the first page asked for to the
 * last order accepted for the first time; the calls until also the refunded originals were sent again.
 */
export const backfill: Scenario = {
  name: "backfill",
  summary: "Orders of history a second, with calls, processor and memory",
  figures: {
    orders: {
      title: "History",
      unit: "orders/s",
      better: "more",
      target: 20_000,
      bound: "bare",
    },
    cpu: { title: "… processor", unit: "s/1,000 orders", better: "less" },
    calls: { title: "… API calls", unit: "/1,000 orders", better: "less", target: 22 },
    peak: { title: "… memory, most", unit: "MB", better: "less", target: 160 },
    slope: {
      title: "… memory, rise in the second half",
      unit: "MB/100,000 orders",
      better: "less",
    },
  },

  async bounds(context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(amount(context), refunds, context.home);
    const accounts = JSON.stringify({ ...sandbox.accounts, ids: [] });
    const child = start({
      args: [..."run -q -P=loopback bench/processes/bare_history.ts".split(" "), accounts],
      cwd: context.home,
    });
    const { orders, seconds } = JSON.parse(await child.firstLine);
    await child.ended;
    return [{ figure: "bare", value: orders / seconds }];
  },

  async run(tree, context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(amount(context), refunds, context.home);
    const { accounts } = sandbox;
    const installation = { tree, folder: context.folder, accounts };
    await writePipeline(installation, { settle: `${settleSeconds}s` });
    const pipeline = `${context.folder}/pipeline.yaml`;
    const child = runProduct(installation, ["backfill", "--json", "--pipeline", pipeline]);
    const { seconds, usage, memory } = await history(sandbox, child);
    const { code, complaints } = await child.ended;
    if (code !== 0) throw new Error(`The backfill ended with ${code}: ${complaints}`);
    const calls = callsOf(await sandbox.counters());
    const half = memory.filter(([orders]) => orders >= accounts.expected / 2);
    return [
      { figure: "orders", value: accounts.orders / seconds },
      { figure: "calls", value: calls / accounts.orders * 1000 },
      ...(usage === undefined ? [] : [
        { figure: "cpu", value: usage.cpuSeconds / accounts.orders * 1000 },
        { figure: "peak", value: usage.peak },
        { figure: "slope", value: slope(half) * 100_000 },
      ]),
    ];
  },
};

function amount(context: BenchContext): number {
  return context.orders ?? scaled(40_000, context, 1_000);
}

interface Course {
  readonly seconds: number;
  readonly usage: Usage | undefined;
  /** MB by orders at Ometria. */
  readonly memory: readonly (readonly [orders: number, megabytes: number])[];
}

async function history(sandbox: Sandbox, child: Child): Promise<Course> {
  let began: number | undefined;
  let isOver = false;
  let looked = 0;
  const memory: [number, number][] = [];
  child.ended.then(() => isOver = true);
  await eventually(
    async () => {
      const { sitoo, ometria } = await sandbox.counters();
      const now = performance.now();
      if (sitoo.requests["GET /orders.json"] !== undefined) began ??= now;
      if (now - looked > 250) {
        looked = now;
        const usage = await usageOf(child.pid);
        if (usage !== undefined) memory.push([ometria.orders, usage.memory]);
      }
      return isOver || ometria.orders >= sandbox.accounts.expected;
    },
    3_600_000,
    "history is through",
  );
  const end = performance.now();
  return { seconds: (end - (began ?? end)) / 1000, usage: await usageOf(child.pid), memory };
}
