import { assert, assertEquals } from "../std/assert.ts";
import { fromFileUrl, join } from "../std/path.ts";
import { systemClock } from "../time/clock.ts";
import { openStore } from "./open.ts";
import { drainUntilEmpty } from "./processes_fixture.ts";
import type { Store } from "./store.ts";

const program = fromFileUrl(new URL("./processes_fixture.ts", import.meta.url));

function open(path: string): Promise<Store> {
  return openStore(path, { clock: systemClock, random: Math.random });
}

async function withFile(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "store.sqlite3"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function start(path: string, first: number, count: number): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=loopback", program, path, `${first}`, `${count}`],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function acked(stdout: Uint8Array): number[] {
  const lines = new TextDecoder().decode(stdout).split("\n");
  // A line that was cut off by the kill is no acknowledgement.
  return lines.slice(0, -1).map(Number);
}

/** Ids of all orders that have an outcome. */
async function outcomes(store: Store): Promise<Set<number>> {
  const found = new Set<number>();
  const shop = store.pipeline("shop", "default");
  for await (const row of shop.ledgerRange(0, Number.MAX_SAFE_INTEGER)) found.add(row.orderId);
  return found;
}

Deno.test("three processes on one file lose and count nothing twice", async () => {
  await withFile(async (path) => {
    const each = 200;
    const children = [0, 1000, 2000].map((first) => start(path, first, each));
    const ends = await Promise.all(children.map((child) => child.output()));
    for (const end of ends) assert(end.success, new TextDecoder().decode(end.stderr));
    const ids = ends.flatMap((end) => acked(end.stdout));
    assertEquals(ids.length, 3 * each);
    await using store = await open(path);
    const shop = store.pipeline("shop", "default");
    await drainUntilEmpty(shop, "test");
    assertEquals(await outcomes(store), new Set(ids));
    const counters = await shop.counters();
    assertEquals(counters.delivered, 3 * each);
    assertEquals(counters.receipts, { asked: each / 5 });
    assertEquals((await shop.dueReceipts(1000)).length, each / 5);
    assertEquals(await shop.inboxSummary(10), { due: 0, later: 0 });
  });
});

Deno.test("what was acknowledged is there after a kill, and nothing is half written", async () => {
  await withFile(async (path) => {
    const children = [0, 100_000].map((first) => start(path, first, 100_000));
    const outputs = children.map((child) => child.output());
    let ended = false;
    Promise.race(outputs).then(() => ended = true);
    // Killed once both of them have written something, while they go on writing.
    {
      await using store = await open(path);
      const shop = store.pipeline("shop", "default");
      const signal = new AbortController().signal;
      while (!ended && (await shop.counters()).delivered < 300) await systemClock.sleep(5, signal);
    }
    assert(!ended, "a process ended by itself");
    for (const child of children) child.kill("SIGKILL");
    const ids = (await Promise.all(outputs)).flatMap((end) => acked(end.stdout));
    assert(ids.length >= 300, `only ${ids.length} events`);
    await using store = await open(path);
    const shop = store.pipeline("shop", "default");
    const due = new Set((await shop.due(200_000)).map((row) => row.orderId));
    const done = await outcomes(store);
    assertEquals(ids.filter((id) => !due.has(id) && !done.has(id)), []);
    assertEquals([...done].filter((id) => due.has(id)), []);
    assertEquals((await shop.counters()).delivered, done.size);
    const receipts = await shop.receipts(200_000);
    assertEquals((await shop.counters()).receipts, { asked: receipts.length });
  });
});

Deno.test("two processes make one secret between them", async () => {
  await withFile(async (path) => {
    await using left = await open(path);
    await using right = await open(path);
    const secrets = await Promise.all([left.secret(), right.secret(), left.secret()]);
    assertEquals(new Set(secrets).size, 1);
  });
});
