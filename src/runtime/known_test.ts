import { assertEquals } from "../std/assert.ts";
import { readKnown, refreshKnown } from "./known.ts";

/** A store that is pruned while its rows are read. */
function prunedMeanwhile(): Parameters<typeof readKnown>[1] {
  let keptFrom: number | undefined;
  return {
    ledger: async () => {
      await Promise.resolve();
      keptFrom = 100;
      return new Map();
    },
    links: () => Promise.resolve(new Map()),
    keptFrom: () => Promise.resolve(keptFrom),
  };
}

Deno.test("no row is missing without it being known that it may have been pruned", async () => {
  const { rows, keptFrom } = await readKnown([7], prunedMeanwhile());
  assertEquals([rows.size, keptFrom], [0, 100]);
  const known = { rows: new Map(), links: new Map(), keptFrom: 0 };
  assertEquals((await refreshKnown(known, [7], prunedMeanwhile())).keptFrom, 100);
});
