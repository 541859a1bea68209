import { assert, assertEquals, assertGreaterOrEqual } from "../src/std/assert.ts";
import { root } from "./support/system.ts";

Deno.test("two servers on one store, killed and stopped over and over, lose nothing and send nothing twice", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-P=crashtest", "src/cli/main.ts", "crashtest", "--json"],
      ...["--seconds", "32", "--orders", "200", "--seed", String(seed % 1_000_000)],
    ],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `seed ${seed % 1_000_000}\n${said}\n${text}`);
  const result = JSON.parse(text);
  assertGreaterOrEqual(result.kills, 4);
  assertGreaterOrEqual(result.eventsAcked, 150);
  assertGreaterOrEqual(result.delivered, 200);
  assert(result.passed);
  for (const list of ["lost", "different", "extra"]) assertEquals(result[list], []);
  assertEquals([result.receiptsTwice, result.receiptsMissing, result.eventsDropped], [0, 0, 0]);
});
