import { eventually } from "../../tests/support/waiting.ts";
import { Line } from "../lib/load.ts";
import {
  type Installation,
  run as runProduct,
  serve,
  type Server,
  writePipeline,
} from "../lib/product.ts";
import { type Sandbox, startSandbox } from "../lib/sandbox.ts";
import { type BenchContext, type Sample, scaled, type Scenario } from "../lib/scenario.ts";
import { quantile } from "../lib/stats.ts";

const eventsPerSecond = 100;
const lines = 4;
/** Orders of history a live one competes with. */
const history = 60_000;

/** Live orders at a steady rate with the shipped linger of 250 ms: from the ack until Ometria took the order. */
export const latency: Scenario = {
  name: "latency",
  summary: "From ack to accepted at 100 events a second, alone and beside a backfill",
  figures: {
    "p50": { title: "Ack to accepted, median", unit: "ms", better: "less", target: 400 },
    "p99": { title: "… 99 of 100 within", unit: "ms", better: "less", target: 1_000 },
    "ack p99": { title: "… answer to the till, 99 of 100 within", unit: "ms", better: "less" },
    "busy p50": { title: "The same beside a backfill, median", unit: "ms", better: "less" },
    "busy p99": { title: "… 99 of 100 within", unit: "ms", better: "less", target: 2_000 },
  },

  async run(tree, context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(
      context.orders ?? scaled(history, context, 2_000),
      0.08,
      context.home,
    );
    const installation = { tree, folder: context.folder, accounts: sandbox.accounts };
    await writePipeline(installation, { settle: "3s" });
    const server = await serve(installation);
    try {
      const count = scaled(800, context, 100);
      const live = sandbox.accounts.ids.slice(-2 * count);
      await steady(server, sandbox, live.slice(0, 20));
      const alone = await steady(server, sandbox, live.slice(20, count));
      const backfill = backfillBefore(live[0] ?? 0, installation, context);
      await eventually(
        async () => (await sandbox.counters()).ometria.accepted > count + 200,
        30_000,
        "the backfill is under way",
      );
      const busy = await steady(server, sandbox, live.slice(count));
      await backfill.stop();
      return [...figures(alone, ""), ...figures(busy, "busy ").slice(0, 2)];
    } finally {
      await server.child.stop();
    }
  },
};

/** History up to before an order; the server does it. */
function backfillBefore(
  order: number,
  installation: Installation,
  { folder }: BenchContext,
): ReturnType<typeof runProduct> {
  const pipeline = `${folder}/pipeline.yaml`;
  return runProduct(installation, ["backfill", "--pipeline", pipeline, "--to", String(order)]);
}

interface Times {
  /** ms, ascending. */
  readonly accepted: readonly number[];
  readonly acked: readonly number[];
}

/** Sends one event an order at the rate, and waits until all have arrived. */
async function steady(server: Server, sandbox: Sandbox, ids: readonly number[]): Promise<Times> {
  const open = await Promise.all(Array.from({ length: lines }, () => Line.open(server.target)));
  const acks = new Map<string, number>();
  const acked: number[] = [];
  const began = performance.now();
  await Promise.all(open.map(async (line, lane) => {
    for (let index = lane; index < ids.length; index += lines) {
      const wait = began + index * 1000 / eventsPerSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const before = performance.now();
      await line.post(ids.slice(index, index + 1));
      acks.set(`till-${ids[index]}`, performance.timeOrigin + performance.now());
      acked.push(performance.now() - before);
    }
    line.close();
  }));
  const accepted: number[] = [];
  await eventually(
    async () => {
      for (const [id, at] of await sandbox.arrivals()) {
        const ack = acks.get(id);
        if (ack !== undefined) accepted.push(at - ack);
      }
      return accepted.length >= acks.size;
    },
    60_000,
    "all live orders are accepted",
  );
  return { accepted: ascending(accepted), acked: ascending(acked) };
}

function figures({ accepted, acked }: Times, prefix: string): readonly Sample[] {
  return [
    { figure: `${prefix}p50`, value: quantile(accepted, 0.5) },
    { figure: `${prefix}p99`, value: quantile(accepted, 0.99) },
    { figure: `${prefix}ack p99`, value: quantile(acked, 0.99) },
  ];
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((left, right) => left - right);
}
