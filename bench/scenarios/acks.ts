import { accountsOfNobody } from "../lib/sandbox.ts";
import { start } from "../lib/child.ts";
import { burst, type Target } from "../lib/load.ts";
import { serve, writePipeline } from "../lib/product.ts";
import type { BenchContext, Figure, Sample, Scenario } from "../lib/scenario.ts";

/** Connections, events a request, and what we aim for in events a second and ms. */
const shapes = [
  { connections: 1, events: 1 },
  { connections: 32, events: 1, target: 20_000, p99: 8 },
  { connections: 256, events: 1 },
  { connections: 1, events: 10 },
  { connections: 32, events: 10, target: 60_000 },
  { connections: 256, events: 10 },
] as const;

type Shape = Readonly<{ connections: number; events: number; target?: number; p99?: number }>;

function figuresOf(shape: Shape): readonly (readonly [string, Figure])[] {
  const { connections, events, target, p99 } = shape;
  const name = `${connections}x${events}`;
  const what = `${connections} connection${connections === 1 ? "" : "s"}, ${events} event${
    events === 1 ? "" : "s"
  } a request`;
  return [
    [name, {
      title: `Durable acks, ${what}`,
      unit: "events/s",
      better: "more",
      bound: `bare ${name}`,
      ...(target === undefined ? {} : { target }),
    }],
    [`${name} p50`, { title: `… median`, unit: "ms", better: "less", bound: `bare ${name} p50` }],
    [`${name} p99`, {
      title: `… 99 of 100 within`,
      unit: "ms",
      better: "less",
      bound: `bare ${name} p99`,
      ...(p99 === undefined ? {} : { target: p99 }),
    }],
  ];
}

/**
 * Webhook requests answered after their commit, while Sitoo is away: all the machine does is take events, as
 * in the burst after an outage.
 */
export const acks: Scenario = {
  name: "acks",
  summary: "Events taken and committed a second, and how long an answer takes",
  figures: Object.fromEntries(shapes.flatMap(figuresOf)),

  async bounds({ home, folder, ...context }): Promise<readonly Sample[]> {
    const child = start({
      args: ["run", "-q", "-P=loopback", "bench/processes/bare_acks.ts", `${folder}/bare.sqlite3`],
      cwd: home,
    });
    try {
      const port = Number(await child.firstLine);
      const target = { port, path: "/", accountId: 4711, username: "till", password: "till" };
      return await measure(target, { home, folder, ...context }, "bare ");
    } finally {
      await child.stop();
    }
  },

  async run(tree, context): Promise<readonly Sample[]> {
    const accounts = accountsOfNobody();
    const installation = { tree, folder: context.folder, accounts };
    await writePipeline(installation, { settle: "60s" });
    const server = await serve(installation);
    try {
      return await measure(server.target, context, "");
    } finally {
      await server.child.stop();
    }
  },
};

async function measure(
  target: Target,
  { scale }: BenchContext,
  prefix: string,
): Promise<readonly Sample[]> {
  const ms = Math.max(250, 4_000 * scale);
  const samples: Sample[] = [];
  let id = 0;
  for (const { connections, events } of shapes) {
    for (const part of ["warm-up", "measured"]) {
      const end = performance.now() + (part === "warm-up" ? ms / 4 : ms);
      const next = (): readonly number[] | undefined =>
        performance.now() < end ? Array.from({ length: events }, () => id++ + 1) : undefined;
      const result = await burst(target, { connections, next });
      if (part === "warm-up") continue;
      const name = `${prefix}${connections}x${events}`;
      samples.push({ figure: name, value: result.requests * events / result.seconds });
      samples.push({ figure: `${name} p50`, value: result.p50 });
      samples.push({ figure: `${name} p99`, value: result.p99 });
    }
  }
  return samples;
}
