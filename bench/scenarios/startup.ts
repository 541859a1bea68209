import { Line } from "../lib/load.ts";
import { start } from "../lib/child.ts";
import { serve, writePipeline } from "../lib/product.ts";
import { startSandbox } from "../lib/sandbox.ts";
import type { Sample, Scenario } from "../lib/scenario.ts";

/** A server on a new store, its code in Deno's cache. */
export const startup: Scenario = {
  name: "start",
  summary: "From the start of the process until the server is ready, and has acked an event",
  figures: {
    ready: { title: "Start to ready", unit: "ms", better: "less", target: 300, bound: "bare" },
    ack: { title: "Start to first ack", unit: "ms", better: "less" },
  },

  async bounds({ home }): Promise<readonly Sample[]> {
    const began = performance.now();
    const child = start({
      args: [
        "eval",
        `Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => console.log("up") }, () => new Response())`,
      ],
      cwd: home,
    });
    await child.firstLine;
    const bare = performance.now() - began;
    await child.stop();
    return [{ figure: "bare", value: bare }];
  },

  async run(tree, context): Promise<readonly Sample[]> {
    await using sandbox = await startSandbox(100, 0, context.home);
    const installation = { tree, folder: context.folder, accounts: sandbox.accounts };
    await writePipeline(installation, { settle: "60s" });
    const began = performance.now();
    const server = await serve(installation);
    try {
      const line = await Line.open(server.target);
      await line.post(sandbox.accounts.ids.slice(0, 1));
      const ack = performance.now() - began;
      line.close();
      return [{ figure: "ready", value: server.readyAfter }, { figure: "ack", value: ack }];
    } finally {
      await server.child.stop();
    }
  },
};
