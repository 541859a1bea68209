import { assert, assertEquals } from "../std/assert.ts";
import { startSandbox } from "./mod.ts";
import { goodOrder, TestClient } from "./testing.ts";

Deno.test("/_sandbox gives state, orders, faults, profiles and the truth to another process", async () => {
  await using sandbox = await startSandbox({ orders: 30, applyDelay: 0 });
  const client = new TestClient(sandbox);
  const state = JSON.stringify((await client.control("GET", "state")).body);
  assert(state.includes(sandbox.sitoo.accountUrl) && state.includes(`"orders":30`));

  const sold = (await client.control("POST", "orders", { action: "sell", email: null })).body;
  const id = Number(/"id":(\d+)/.exec(JSON.stringify(sold))?.[1]);
  for (const action of ["refund", "update", "receipt", "cancel"]) {
    assertEquals((await client.control("POST", "orders", { action, id })).status, 200, action);
  }
  assertEquals(sandbox.sitoo.book.length, 32);
  assertEquals(sandbox.sitoo.book.byId(id)?.state, 20);
  const expected = JSON.stringify((await client.control("GET", `expected?id=${id}`)).body);
  assert(expected.includes(`"status":"cancelled"`));

  await client.control("POST", "faults", {
    target: "sitoo",
    faults: [{ kind: "status", status: 500, times: 9 }],
  });
  assertEquals((await client.sitoo("/orders.json")).status, 500);
  await client.control("DELETE", "faults");
  assertEquals((await client.sitoo("/orders.json")).status, 200);

  await client.control("POST", "profiles", { email: "a@example.com", marketing_optin: false });
  assertEquals(sandbox.ometria.store.profiles.get("a@example.com")?.marketing_optin, false);
  await client.control("POST", "settings", { latency: 7 });
  assertEquals(sandbox.settings.latency, 7);

  await client.ometria("/push", [goodOrder("till-1")]);
  await sandbox.ometria.settled();
  const arrived = JSON.stringify((await client.control("GET", "arrived?id=till-1")).body);
  assert(arrived.includes(`"total":"24900"`));
  assertEquals((await client.control("DELETE", "arrived?id=till-1")).status, 200);
  assertEquals((await client.control("DELETE", "arrived?id=till-1")).status, 404);
  assertEquals(sandbox.ometria.store.record("till-1"), undefined);
  const truth = JSON.stringify((await client.control("GET", "truth?max=3")).body);
  assert(truth.includes(`"same":false`));
  const counters = JSON.stringify((await client.control("GET", "counters")).body);
  assert(counters.includes(`"POST /push":1`));
});

Deno.test("/_sandbox starts live trade and the event sender", async () => {
  const got: number[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const events: { data: { order_id: number } }[] = await request.json();
      got.push(...events.map((event) => event.data.order_id));
      return new Response();
    },
  );
  await using sandbox = await startSandbox({ orders: 30 });
  const client = new TestClient(sandbox);
  await client.control("POST", "sender", {
    baseUrl: `http://127.0.0.1:${server.addr.port}`,
    username: "u",
    password: "p",
  });
  await client.control("POST", "live", { ordersPerSecond: 400, seconds: 0.1 });
  while (got.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  await client.control("DELETE", "sender");
  await server.shutdown();
  assert(sandbox.sitoo.book.byId(got[0] ?? 0) !== undefined);
});

Deno.test("/_sandbox refuses what it cannot do and says why", async () => {
  await using sandbox = await startSandbox({ orders: 5 });
  const client = new TestClient(sandbox);
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["orders", { action: "sell", colour: "red" }, "colour"],
    ["orders", { action: "refund", id: 1 }, "Cannot find order 1"],
    ["faults", { target: "sitoo", faults: [{ kind: "fire" }] }, "kind"],
  ];
  for (const [path, body, word] of cases) {
    const answer = await client.control("POST", path, body);
    assertEquals(answer.status, 400);
    assert(JSON.stringify(answer.body).includes(word), JSON.stringify(answer.body));
  }
  assertEquals((await client.control("GET", "nothing")).status, 404);
  assertEquals((await client.control("DELETE", "nothing")).status, 404);
  assertEquals((await client.control("POST", "nothing", {})).status, 404);
});
