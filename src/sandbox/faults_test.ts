import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { Faults, type Sandbox, startSandbox } from "./mod.ts";
import { goodOrder, TestClient } from "./testing.ts";

async function open(): Promise<{ sandbox: Sandbox; client: TestClient }> {
  const sandbox = await startSandbox({ orders: 20, applyDelay: 0, rates: { push: Infinity } });
  return { sandbox, client: new TestClient(sandbox) };
}

/** A request to Sitoo that gives up after `ms`. */
async function impatient(sandbox: Sandbox, ms: number): Promise<void> {
  const response = await fetch(`${sandbox.sitoo.accountUrl}/orders.json`, {
    signal: AbortSignal.timeout(ms),
  });
  await response.body?.cancel();
}

Deno.test("Faults hit the next requests that match, and are then used up", () => {
  const faults = new Faults(() => 0.5);
  faults.set({ kind: "status", times: 2, match: "POST" }, { kind: "slow", rate: 0.6 });
  assertEquals(faults.take("GET /a")?.kind, "slow");
  assertEquals(faults.take("POST /a")?.kind, "status");
  assertEquals(faults.take("POST /a")?.kind, "status");
  assertEquals(faults.take("POST /a")?.kind, "slow");
  faults.clear();
  assertEquals(faults.take("POST /a"), undefined);
  faults.set({ kind: "slow", rate: 0.4 });
  assertEquals(faults.take("POST /a"), undefined);
  assertEquals(faults.hits, 4);
});

Deno.test("a status fault answers without doing anything, with Retry-After when told", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.ometria.faults.set({ kind: "status", status: 429, retryAfter: 2 }, { kind: "status" });
  const first = await client.ometria("/push", [goodOrder("a")]);
  assertEquals([first.status, first.headers.get("retry-after")], [429, "2"]);
  const second = await client.ometria("/push", [goodOrder("a")]);
  assertEquals([second.status, second.headers.get("retry-after")], [503, null]);
  assert(typeof second.body === "string");
  assertEquals((await client.ometria("/push", [goodOrder("b")])).status, 202);
  await sandbox.ometria.settled();
  assertEquals([...sandbox.ometria.orders.keys()], ["b"]);
});

Deno.test("a hanging request holds Sitoo's slot until its caller gives up", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.sitoo.faults.set({ kind: "hang" });
  const hanging = assertRejects(() => impatient(sandbox, 150), DOMException);
  while (sandbox.sitoo.faults.hits === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals((await client.sitoo("/orders.json")).status, 429);
  await hanging;
  let status = 429;
  for (let n = 0; n < 200 && status === 429; n++) {
    status = (await client.sitoo("/orders.json")).status;
  }
  assertEquals(status, 200);
});

Deno.test("a cut connection has taken the push, a dropped one has not, a lost one never answers", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.ometria.faults.set({ kind: "cut" });
  await assertRejects(() => client.ometria("/push", [goodOrder("cut")]), TypeError);
  sandbox.ometria.faults.set({ kind: "drop" });
  assertEquals((await client.ometria("/push", [goodOrder("dropped")])).status, 202);
  sandbox.ometria.faults.set({ kind: "lost" });
  await assertRejects(() =>
    fetch(`${sandbox.ometria.apiUrl}/push`, {
      method: "POST",
      headers: { "x-ometria-auth": sandbox.ometria.apiKey },
      body: JSON.stringify([goodOrder("lost")]),
      signal: AbortSignal.timeout(80),
    }), DOMException);
  await sandbox.ometria.settled();
  assertEquals([...sandbox.ometria.orders.keys()], ["cut", "lost"]);
});

Deno.test("a reset connection has taken the push and gives no status, others go on", async () => {
  await using sandbox = await startSandbox({ orders: 5, applyDelay: 0, gate: true });
  const client = new TestClient(sandbox);
  assertEquals((await client.ometria("/push", [goodOrder("before")])).status, 202);
  sandbox.ometria.faults.set({ kind: "reset" });
  // Deno repeats a request by itself when a pooled connection breaks; on a new one it does not.
  using fresh = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  await assertRejects(() =>
    fetch(`${sandbox.ometria.apiUrl}/push`, {
      method: "POST",
      headers: { "x-ometria-auth": sandbox.ometria.apiKey },
      body: JSON.stringify([goodOrder("reset")]),
      client: fresh,
    }), TypeError);
  assertEquals((await client.ometria("/push", [goodOrder("after")])).status, 202);
  assertEquals((await client.sitoo("/orders.json")).rows.length, 5);
  await sandbox.ometria.settled();
  assertEquals([...sandbox.ometria.orders.keys()], ["before", "reset", "after"]);
});

Deno.test("a partial reject tells that a record was refused, not which", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.ometria.faults.set({ kind: "reject" });
  const answer = await client.ometria("/push", [goodOrder("a"), goodOrder("b")]);
  assert(JSON.stringify(answer.body).includes(`"accepted":1,"rejected":1`));
  await sandbox.ometria.settled();
  assertEquals(sandbox.ometria.orders.size, 1);
});

Deno.test("a slow request is answered in the end", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  sandbox.sitoo.faults.set({ kind: "slow", ms: 30 });
  const started = performance.now();
  assertEquals((await client.sitoo("/orders.json")).status, 200);
  assert(performance.now() - started >= 29);
});

Deno.test("disposing a sandbox ends what hangs", async () => {
  const { sandbox } = await open();
  sandbox.sitoo.faults.set({ kind: "hang" });
  const hanging = impatient(sandbox, 60_000);
  while (sandbox.sitoo.faults.hits === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await sandbox[Symbol.asyncDispose]();
  await hanging.catch(() => {});
});
