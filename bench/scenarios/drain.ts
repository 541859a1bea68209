import { eventually } from "../../tests/support/waiting.ts";
import { start, usageOf } from "../lib/child.ts";
import { burst } from "../lib/load.ts";
import { serve, writePipeline } from "../lib/product.ts";
import { startSandbox } from "../lib/sandbox.ts";
import { type Sample, scaled, type Scenario } from "../lib/scenario.ts";

const perRequest = 10;
const connections = 8;

/** Events of that many orders at once, and how long until Ometria has accepted them all. */
export const drain: Scenario = {
  name: "drain",
  summary: "Orders a second from the first ack to the last one accepted",
  figures: {
    orders: {
      title: "Live orders, ack to accepted",
      unit: "orders/s",
      better: "more",
      target: 15_000,
      bound: "bare",
    },
    cpu: { title: "… processor", unit: "s/1,000 orders", better: "less" },
  },

  async bounds(context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(scaled(20_000, context, 500), 0, context.home);
    const { ids } = sandbox.accounts;
    const accounts = JSON.stringify({ ...sandbox.accounts, ids: [] });
    const child = start({
      args: [
        ..."run -q -P=loopback bench/processes/bare_history.ts".split(" "),
        accounts,
        // An argument may have 128 KiB.
        JSON.stringify(ids.slice(0, 15_000)),
      ],
      cwd: context.home,
    });
    const { orders, seconds } = JSON.parse(await child.firstLine);
    await child.ended;
    return [{ figure: "bare", value: orders / seconds }];
  },

  async run(tree, context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(scaled(20_000, context, 500), 0, context.home);
    const { accounts } = sandbox;
    const installation = { tree, folder: context.folder, accounts };
    await writePipeline(installation, { settle: "60s" });
    const server = await serve(installation);
    try {
      const before = await usageOf(server.child.pid);
      const began = performance.now();
      let from = 0;
      const sending = burst(server.target, {
        connections,
        next: () => {
          const ids = accounts.ids.slice(from, from + perRequest);
          from += perRequest;
          return ids.length === 0 ? undefined : ids;
        },
      });
      let held = 0;
      await eventually(
        async () => (held = (await sandbox.counters()).ometria.orders) >= accounts.ids.length,
        120_000,
        "all orders are accepted",
      );
      const seconds = (performance.now() - began) / 1000;
      await sending;
      const after = await usageOf(server.child.pid);
      return [
        { figure: "orders", value: held / seconds },
        ...(before === undefined || after === undefined
          ? []
          : [{ figure: "cpu", value: (after.cpuSeconds - before.cpuSeconds) / held * 1000 }]),
      ];
    } finally {
      await server.child.stop();
    }
  },
};
