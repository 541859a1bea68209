import { startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertGreater } from "../src/std/assert.ts";
import { openStore } from "../src/store/open.ts";
import { systemClock } from "../src/time/clock.ts";
import { command, commandEnv, pipelineFile } from "./support/system.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  const { code, stdout, stderr } = await command(args, env).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** A store that knows of no order yet: opening one for the first time leaves its schema and its secret. */
async function makeStore(path: string): Promise<void> {
  await using store = await openStore(path, { clock: systemClock, random: Math.random });
  await store.secret();
}

/** Every row but those that only share the limits of the APIs among processes. */
async function rowsOf(path: string): Promise<readonly string[]> {
  using kv = await Deno.openKv(path);
  const rows: string[] = [];
  for await (const { key, versionstamp } of kv.list({ prefix: [] })) {
    if (["slot", "slotwait", "share"].includes(String(key[1]))) continue;
    rows.push(`${JSON.stringify(key)} ${versionstamp}`);
  }
  return rows;
}

Deno.test("a dry run counts what a run brings, to the cent, and changes nothing", async (t) => {
  await using sandbox = await startSandbox({ orders: 1_500, seed: 11, refundRate: 0.1 });
  const folder = await Deno.makeTempDir();
  try {
    const store = `${folder}/store.sqlite3`;
    const env = commandEnv(sandbox, { TILLPIPE_STORE: store });
    const pipeline = ["--pipeline", await pipelineFile(folder, { settle: "1s" })];
    const output = `${folder}/records.ndjson`;
    await makeStore(store);
    const before = await rowsOf(store);
    let said: Record<string, unknown> = {};

    await t.step("nothing is pushed and nothing remembered", async () => {
      const args = ["backfill", "--dry-run", "--json", "--output", output, ...pipeline];
      const { code, out, err } = await run(args, env);
      assertEquals(code, 0, err);
      said = JSON.parse(out.trim().split("\n").at(-1) ?? "");
      assertEquals([said["event"], said["dryRun"], said["ending"]], ["done", true, "through"]);
      assertEquals(sandbox.counters().ometria.accepted, 0);
      assertEquals(await rowsOf(store), before);
    });

    await t.step("the records are there, and tell of nobody", async () => {
      const text = await Deno.readTextFile(output);
      const records = text.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(records.length, said["records"]);
      const people = records.filter((record) => record.customer?.email !== undefined);
      assertGreater(people.length, 500);
      assert(people.every((record) => record.customer.email.endsWith("***@***")));
      assert(!/[a-z0-9]@[a-z0-9]/i.test(text), "an address is in the records");
      const refunded = records.filter((record) => record.status === "partial_refund");
      assertGreater(refunded.length, 0);
    });

    await t.step("the outcomes are those of a run", async () => {
      const { code, err } = await run(["backfill", ...pipeline], env);
      assertEquals(code, 0, err);
      const status = JSON.parse((await run(["status", "--json", ...pipeline], env)).out);
      const { delivered, linked, waiting, skipped, deadBy } = status.pipelines["sitoo-to-ometria"];
      assertEquals(said["outcomes"], { delivered, linked, waiting, skipped, deadBy });
      await sandbox.ometria.settled();
      const arrived = sandbox.truth.arrivedSums().map(({ store, currency, orders, total }) =>
        `${store} ${currency} ${orders} ${total}`
      );
      const sums = said["sums"];
      assert(Array.isArray(sums));
      const rehearsed = sums.map(({ store, currency, orders, total }) =>
        `${store} ${currency} ${orders} ${Math.round(Number(total) * 100)}`
      );
      assertEquals(rehearsed.toSorted(), arrived.toSorted());
    });

    await t.step("after the run a dry run finds everything unchanged", async () => {
      const held = await rowsOf(store);
      const args = ["backfill", "--dry-run", "--restart", ...pipeline];
      const { code, out, err } = await run(args, env);
      assertEquals(code, 0, err);
      assert(out.includes("nothing was sent and nothing remembered"), out);
      assert(/0 records would be pushed/.test(out), out);
      assertEquals(await rowsOf(store), held);
    });

    await t.step("personal data is shown only when that is asked for", async () => {
      const shown = ["--show-personal-data", "--from", "50001", "--to", "50100"];
      const args = ["backfill", "--dry-run", "--output", output, ...shown, ...pipeline];
      const other = { ...env, TILLPIPE_STORE: `${folder}/other.sqlite3` };
      const { out, code } = await run(args, other);
      assertEquals(code, 0);
      assert(out.includes("it holds personal data"), out);
      assert(/[a-z0-9]@[a-z0-9]/i.test(await Deno.readTextFile(output)));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("options of a dry run that do not fit are refused before anything is read", async () => {
  await using sandbox = await startSandbox({ orders: 10 });
  const env = commandEnv(sandbox, { TILLPIPE_STORE: ":memory:" });
  const wrong: readonly (readonly string[])[] = [
    ["--output", "records.ndjson"],
    ["--dry-run", "--show-personal-data"],
    ["--dry-run", "--output", "/nowhere/at/all/records.ndjson"],
  ];
  for (const args of wrong) {
    const { code, err } = await run(["backfill", ...args], env);
    assertEquals(code, 2, args.join(" "));
    assert(/--output|Cannot write/.test(err), err);
  }
  assertEquals(sandbox.counters().sitoo.requests, {});
});
