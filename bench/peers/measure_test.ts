import { assert, assertEquals } from "../../src/std/assert.ts";
import { measureAcks, measureLoss } from "./measure.ts";
import { tillpipe } from "./tillpipe/peer.ts";

const home = new URL("../../", import.meta.url);

Deno.test("measureLoss() finds nothing of Tillpipe's that was acknowledged and never came", async () => {
  const scratch = await Deno.makeTempDir();
  const samples = await measureLoss(await tillpipe.install(""), { home, scale: 0.05, scratch })
    .finally(() => Deno.remove(scratch, { recursive: true }));
  const values = Object.fromEntries(samples.map(({ figure, value }) => [figure, value]));
  assert((values["sent"] ?? 0) > 50, JSON.stringify(values));
  assertEquals(values["lost"], 0);
});

Deno.test("measureAcks() has nothing to measure of a program that takes no events", async () => {
  const scratch = await Deno.makeTempDir();
  try {
    assertEquals(await measureAcks({ version: "1" }, { home, scale: 0.05, scratch }), []);
  } finally {
    await Deno.remove(scratch);
  }
});
