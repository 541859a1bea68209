import { startSandbox } from "../src/sandbox/mod.ts";
import { assertEquals } from "../src/std/assert.ts";
import { join } from "../src/std/path.ts";
import { commandEnv, root } from "./support/system.ts";

Deno.test("two processes on one store never call Sitoo at the same time, nor Ometria too often", async () => {
  const calls = 10;
  const reads = 5;
  const folder = await Deno.makeTempDir();
  // One a second more than the shipped pipeline allows itself, since calls do not all take as long.
  await using sandbox = await startSandbox({ orders: 50, latency: 40, rates: { read: 3 } });
  try {
    const processes = [1, 2].map(() =>
      new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-q", "-P=loopback", "tests/support/limits_process.ts"],
          ...[join(folder, "store.sqlite3"), String(calls), String(reads)],
        ],
        cwd: root,
        env: commandEnv(sandbox),
        clearEnv: true,
        stdout: "null",
        stderr: "piped",
      }).output()
    );
    for (const { code, stderr } of await Promise.all(processes)) {
      assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
    }
    const { sitoo, ometria } = sandbox.counters();
    assertEquals(sitoo.tooMany, 0);
    assertEquals(sitoo.statuses, { 200: 2 * calls });
    assertEquals(ometria.tooMany, 0);
    assertEquals(ometria.statuses, { 404: 2 * reads });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
