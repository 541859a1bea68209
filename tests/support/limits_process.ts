/**
 * A process of its own for the tests: `STORE CALLS READS` reads orders at the Sitoo account of the
 * environment, and reads back at the Ometria account, as often as told and all at once, as far as the
 * limits allow.
 *
 * @module
 */
import { loadDefinition } from "../../src/definition/load.ts";
import { composePipelines } from "../../src/server/compose.ts";
import { registry } from "../../src/stages/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { systemClock } from "../../src/time/clock.ts";
import { root } from "./system.ts";

if (import.meta.main) {
  const [path = "", calls = "", reads = ""] = Deno.args;
  const file = "pipeline.yaml";
  const url = new URL(file, root);
  const { definition } = loadDefinition({ file, text: await Deno.readTextFile(url) }, {
    catalog: registry,
    env: (name) => Deno.env.get(name),
    allowInsecureHosts: true,
  });
  if (definition === undefined) throw new Error("The pipeline was not taken");
  const { random } = Math;
  await using store = await openStore(path, { clock: systemClock, random });
  const [context] = await composePipelines([{ definition, url }], {
    store,
    secret: "a-key-that-only-tests-know-of-0000000000",
    clock: systemClock,
    random,
    hide: () => {},
  });
  if (context === undefined) throw new Error("The pipeline was not put together");
  const { sitoo, ometria } = context;
  const never = new AbortController().signal;
  await Promise.all([
    ...Array.from(
      { length: Number(calls) },
      () => sitoo.readPage({ from: 1, to: 1_000_000, sites: [], size: 5 }, never),
    ),
    ...Array.from({ length: Number(reads) }, () => ometria.readOrder("nothing", never)),
  ]);
}
