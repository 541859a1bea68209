import { parseDocument } from "yaml";
import * as z from "zod";
import { type Child, start } from "../lib/child.ts";
import type { BenchContext, Sample, Scenario } from "../lib/scenario.ts";

const lines = 200;
const cases = 100;
const file = "orders_only";

/** What the pipeline names; nothing is called with it. */
const variables = {
  SITOO_ACCOUNT_URL: "https://api.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-1",
  SITOO_API_KEY: "a-key",
  OMETRIA_API_KEY: "a-key",
  WEBHOOK_USERNAME: "till",
  WEBHOOK_PASSWORD: "a-long-webhook-password",
};

/** As an editor or a continuous integration runs it: a process from start to end, its code in Deno's cache. */
export const validate: Scenario = {
  name: "validate",
  summary: "A pipeline of 200 lines checked, and 100 cases of its tests run",
  figures: {
    check: { title: "validate, 200 lines", unit: "ms", better: "less", bound: "bare" },
    tests: { title: "validate --tests, 100 cases", unit: "ms", better: "less", bound: "bare" },
  },

  async bounds({ home }): Promise<readonly Sample[]> {
    return [{
      figure: "bare",
      value: await timed(() => start({ args: ["eval", "0"], cwd: home })),
    }];
  },

  async run(tree, context): Promise<readonly Sample[]> {
    const path = await writeLongPipeline(tree, context);
    const command = (...more: readonly string[]): Child =>
      start({
        args: [
          ..."run -q -P=loopback src/cli/main.ts validate --pipeline".split(" "),
          path,
          ...more,
        ],
        cwd: tree,
        env: variables,
      });
    return [
      { figure: "check", value: await timed(() => command()) },
      { figure: "tests", value: await timed(() => command("--tests")) },
    ];
  },
};

/** ms of a process; throws when it fails. */
async function timed(run: () => Child): Promise<number> {
  const began = performance.now();
  const { code, complaints } = await run().ended;
  if (code !== 0) throw new Error(`A command ended with ${code}: ${complaints}`);
  return performance.now() - began;
}

const tests = z.object({ tests: z.array(z.record(z.string(), z.unknown())) });

/** A shipped pipeline made longer by filters, and its tests over and over. */
async function writeLongPipeline(tree: URL, { folder }: BenchContext): Promise<string> {
  const shipped = await Deno.readTextFile(new URL(`pipelines/${file}.yaml`, tree));
  const document = parseDocument(shipped);
  for (let count = 0; String(document).split("\n").length < lines; count++) {
    document.addIn(["transforms"], {
      use: "filter",
      name: `till-${count}`,
      with: { when: `order.store != 'closed-${count}'` },
    });
  }
  const path = `${folder}/${file}.yaml`;
  await Deno.writeTextFile(path, String(document));
  const beside = parseDocument(
    await Deno.readTextFile(new URL(`pipelines/${file}_test.yaml`, tree)),
  );
  const known = tests.parse(beside.toJS()).tests;
  const many = Array.from({ length: cases }, (_, index) => ({
    ...known[index % known.length],
    name: `Case ${index}`,
  }));
  await Deno.writeTextFile(`${folder}/${file}_test.yaml`, JSON.stringify({ tests: many }));
  return path;
}
