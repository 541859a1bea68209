import { assert, assertEquals } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./mod.ts";
import { goodLine, goodOrder, TestClient } from "./testing.ts";

async function open(options: SandboxOptions = {}): Promise<{
  sandbox: Sandbox;
  client: TestClient;
}> {
  const sandbox = await startSandbox({
    orders: 10,
    rates: { push: Infinity, read: Infinity, email: Infinity },
    ...options,
  });
  return { sandbox, client: new TestClient(sandbox) };
}

function orders(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, n) => goodOrder(`till-${n}`));
}

Deno.test("POST /push accepts at once and stores later", async () => {
  const clock = new ManualClock();
  const { sandbox, client } = await open({ clock, applyDelay: 500 });
  await using _ = sandbox;
  const answer = await client.ometria("/push", orders(3));
  assertEquals(answer.status, 202);
  assert(JSON.stringify(answer.body).includes(`"accepted":3,"rejected":0`));
  assertEquals((await client.ometria("/orders/till-1")).status, 404);
  await clock.advance(500);
  const stored = await client.ometria("/orders/till-1");
  assertEquals(stored.body, goodOrder("till-1"));
  assertEquals(sandbox.ometria.orders.get("till-1")?.total, 24900n);
});

Deno.test("POST /push refuses whole calls that break its limits, and stores nothing of them", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const large = goodOrder("till-big", { properties: { note: "å".repeat(30_000) } });
  const refused: readonly unknown[] = [
    orders(101),
    goodOrder("till-1"),
    [],
    "no json",
    [1],
    [goodOrder("till-1"), large],
    [goodOrder("till-1"), { "@type": "contact", id: "c", "@collection": "sitoo" }],
  ];
  for (const body of refused) {
    assertEquals((await client.ometria("/push", body)).status, 400, JSON.stringify(body));
  }
  const answer = await client.ometria("/push", [large]);
  assert(JSON.stringify(answer.body).includes("Payload invalid: Record is too large."));
  assertEquals((await client.ometria("/push", orders(100))).status, 202);
  await sandbox.ometria.settled();
  assertEquals(sandbox.ometria.orders.size, 100);
});

Deno.test("POST /push takes bad records with 202 and reports them in _errors without a name", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const answer = await client.ometria("/push", [
    goodOrder("till-1"),
    goodOrder("till-2", { currency: "sek" }),
  ]);
  assertEquals(answer.status, 202);
  await sandbox.ometria.settled();
  assertEquals((await client.ometria("/push/_errors")).body, [
    { error_message: "not a valid value", error_path: "root > currency" },
  ]);
  assertEquals((await client.ometria("/orders/till-2")).status, 404);
  assertEquals(sandbox.counters().ometria.invalid, 1);
  for (let n = 0; n < 3; n++) {
    await client.ometria("/push", orders(60).map((order) => ({ ...order, status: "" })));
  }
  await sandbox.ometria.settled();
  assertEquals((await client.ometria("/push/_errors")).rows.length, 100);
});

Deno.test("Ometria answers a wrong key with 403, and keeps the email key apart", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  for (const path of ["/orders", "/push/_errors", "/nothing"]) {
    assertEquals((await client.ometria(path, undefined, "wrong")).body, {
      error: "API key is not authorised to access this resource",
    });
  }
  assertEquals((await client.ometria("/push", orders(1), "wrong")).status, 403);
  assertEquals((await client.ometria("/transactional-email/send", {})).status, 403);
  assertEquals((await client.ometria("/nothing")).status, 404);
});

Deno.test("Ometria answers 429 above each API's rate, until the second is over", async () => {
  const clock = new ManualClock();
  const { sandbox, client } = await open({ clock, rates: {}, applyDelay: 0 });
  await using _ = sandbox;
  const email = sandbox.ometria.emailApiKey;
  const calls: readonly (readonly [number, () => Promise<{ status: number }>])[] = [
    [8, () => client.ometria("/push", orders(1))],
    [4, () => client.ometria("/orders")],
    [10, () => client.ometria("/transactional-email/send", {}, email)],
  ];
  let refused = 0;
  for (const [limit, call] of calls) {
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < limit; n++) assert((await call()).status !== 429);
      assertEquals((await call()).status, 429);
      refused++;
      await clock.advance(1000);
    }
  }
  assertEquals(sandbox.counters().ometria.tooMany, refused);
});

Deno.test("GET /orders lists by first or by latest arrival, in pages", async () => {
  const { sandbox, client } = await open({ keepWhole: 2 });
  await using _ = sandbox;
  await client.ometria("/push", orders(5));
  await sandbox.ometria.settled();
  const again = goodOrder("till-1", {
    status: "partial_refund",
    lineitems: [goodLine({ quantity_refunded: 1, refunded: 249 })],
  });
  await client.ometria("/push", [again]);
  await sandbox.ometria.settled();
  const list = async (query: string): Promise<unknown[]> =>
    (await client.ometria(`/orders?${query}`)).rows.map((row) => row["id"]);
  assertEquals(await list("limit=3&offset=1"), ["till-1", "till-2", "till-3"]);
  assertEquals(await list("orderby=timestamp_update&limit=2"), ["till-1", "till-4"]);
  assertEquals(await list("orderby=timestamp_update&offset=2"), ["till-3", "till-2", "till-0"]);
  assertEquals(sandbox.ometria.orders.get("till-1")?.times, 2);
  assertEquals(sandbox.ometria.orders.get("till-1")?.refunded, 24900n);
});

Deno.test("GET /orders/{id} keeps what can be compared of orders that are no longer whole", async () => {
  const { sandbox, client } = await open({ keepWhole: 0 });
  await using _ = sandbox;
  const lineitems = [goodLine(), goodLine({ quantity: 2, quantity_refunded: 2, refunded: 99.5 })];
  await client.ometria("/push", [goodOrder("till-1", { lineitems })]);
  await sandbox.ometria.settled();
  const { body } = await client.ometria("/orders/till-1");
  const text = JSON.stringify(body);
  assert(text.includes(`"grand_total":249`) && text.includes(`"quantity_refunded":2`));
  assert(text.includes(`"refunded":99.5`));
});

Deno.test("POST /push may be stored out of order when shuffled, never otherwise", async () => {
  for (const shuffle of [false, true]) {
    const { sandbox, client } = await open({ shuffle, applyDelay: 5 });
    await using _ = sandbox;
    let swapped = 0;
    for (let round = 0; round < 20; round++) {
      const id = `till-${round}`;
      await client.ometria("/push", [goodOrder(id, { status: "pending" })]);
      await client.ometria("/push", [goodOrder(id)]);
      await sandbox.ometria.settled();
      if (sandbox.ometria.orders.get(id)?.status === "pending") swapped++;
    }
    assertEquals(swapped > 0, shuffle);
    assert(sandbox.counters().ometria.overlaps > 0);
  }
});

Deno.test("reset() leaves an Ometria account as empty as a new one", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  await client.ometria("/push", [...orders(2), goodOrder("bad", { status: "" })]);
  await sandbox.ometria.settled();
  assertEquals((await client.control("POST", "reset", {})).status, 200);
  assertEquals((await client.ometria("/orders?orderby=timestamp_update")).rows, []);
  assertEquals((await client.ometria("/push/_errors")).rows, []);
  assertEquals((await client.ometria("/profiles?email=maja.ek@example.com")).rows, []);
  await client.ometria("/push", orders(1));
  await sandbox.ometria.settled();
  assertEquals((await client.ometria("/orders?orderby=timestamp_update")).rows.length, 1);
});

Deno.test("GET /profiles finds who was pushed as contact or with an order", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const contact = {
    "@type": "contact",
    "@collection": "sitoo",
    "@merge": true,
    id: "c-1",
    email: "nils.bo@example.com",
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: "2026-01-02T03:04:05Z",
  };
  await client.ometria("/push", [contact]);
  await client.ometria("/push", orders(1));
  await sandbox.ometria.settled();
  const optIn = async (email: string): Promise<unknown> =>
    (await client.ometria(`/profiles?email=${email}`)).rows.map((row) => row["marketing_optin"]);
  assertEquals(await optIn("nils.bo@example.com"), [true]);
  assertEquals(await optIn("maja.ek@example.com"), [false]);
  assertEquals(await optIn("nobody@example.com"), []);
  sandbox.ometria.setProfile("leo.hart@example.com", null);
  assertEquals(await optIn("leo.hart@example.com"), [null]);
  assertEquals((await client.ometria("/contacts/sitoo/c-1")).body, contact);
});

Deno.test("GET /products gives parents, and variants that name theirs when asked", async () => {
  const { sandbox, client } = await open();
  await using _ = sandbox;
  const parents = (await client.ometria("/products?limit=250")).rows;
  const all = (await client.ometria("/products?limit=250&includeVariants=true")).rows;
  assert(parents.length > 0 && all.length > 4 * parents.length);
  assert(parents.every((product) => product["is_variant"] === false));
  const ids = new Set(parents.map((product) => product["id"]));
  const variants = all.filter((product) => product["is_variant"] === true);
  assert(variants.every((product) => ids.has(product["parent_id"])));
  assertEquals((await client.ometria(`/products/${variants[0]?.["id"]}`)).body, variants[0]);
});

Deno.test("POST /push tells the room in its queue when there is a limit, and refuses at none", async () => {
  const clock = new ManualClock();
  const { sandbox, client } = await open({ clock, queueLimit: 150, applyDelay: 1000 });
  await using _ = sandbox;
  const first = await client.ometria("/push", orders(100));
  assertEquals(first.headers.get("x-queuesize-limit"), "150");
  assertEquals(first.headers.get("x-queuesize-remaining"), "50");
  await client.ometria("/push", orders(60));
  const third = await client.ometria("/push", orders(1));
  assertEquals([third.status, third.headers.get("x-queuesize-remaining")], [429, "0"]);
  assertEquals(third.headers.get("retry-after"), null);
  await clock.advance(1000);
  assertEquals((await client.ometria("/push", orders(1))).status, 202);
});
