import fc from "fast-check";
import { plainHash } from "../crypto/keyed_hash.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { takeEvents } from "./intake.ts";
import { FAKE_NOW as NOW, type FakeIntake as Fake, fakeIntake as fake } from "./intake_fake.ts";

const DATE = NOW / 1000 - 60;

function orderEvent(
  over: Record<string, unknown> = {},
  data: Record<string, unknown> = {},
): unknown {
  return {
    event_id: "7c2daa2051534e58a21d74e22916eb9d",
    event_type: "order",
    event_date: DATE,
    account_id: 4711,
    data: { eshop_id: 2, order_id: 50211, order_event_type: "update", ...data },
    ...over,
  };
}

async function take(
  body: unknown,
  options: { readonly named?: Fake; readonly others?: readonly Fake[] } = {},
): Promise<{ named: Fake; result: Awaited<ReturnType<typeof takeEvents>> }> {
  const named = options.named ?? fake();
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const result = await takeEvents(text, { named, all: [named, ...(options.others ?? [])] });
  return { named, result };
}

Deno.test("takeEvents() commits one pointer for several events of an order", async () => {
  const add = orderEvent({ event_date: DATE - 5 }, { order_event_type: "add" });
  const { named, result } = await take([add, orderEvent(), orderEvent({}, { eshop_id: null })]);
  assertEquals(result, { kept: 3, ignored: 0, quarantined: 0 });
  assertEquals(named.arrivals, [{
    pointers: [{
      orderId: 50211,
      site: 2,
      origin: "live",
      dueAt: NOW,
      receivedAt: (DATE - 5) * 1000,
      attempts: 0,
    }],
    receipts: [],
    quarantine: [],
  }]);
});

const accepted: [string, unknown][] = [
  ["an order-delivery", orderEvent({ event_type: "order-delivery" })],
  ["a booking", orderEvent({ event_type: "booking" })],
  ["an unknown order event", orderEvent({}, { order_event_type: "teleported" })],
  ["the older spelling of closed", orderEvent({}, { order_event_type: "closed" })],
  ["an odd event type inside", orderEvent({}, { order_event_type: 7 })],
  ["numbers as texts", orderEvent({ account_id: "4711" }, { order_id: "50211", eshop_id: "2" })],
  ["no account", orderEvent({ account_id: undefined })],
  ["no id", orderEvent({ event_id: undefined })],
  ["no date", orderEvent({ event_date: null })],
  ["a date in ms", orderEvent({ event_date: DATE * 1000 })],
  ["another spelling of the type", orderEvent({ event_type: " Order" })],
  ["unknown keys", orderEvent({ version: 3 }, { flags: [] })],
];
for (const [name, event] of accepted) {
  Deno.test(`takeEvents() keeps an event with ${name}`, async () => {
    const { named, result } = await take([event]);
    assertEquals(result, { kept: 1, ignored: 0, quarantined: 0 });
    assertEquals(named.arrivals[0]?.pointers[0]?.orderId, 50211);
  });
}

const odd: [string, unknown, string][] = [
  ["a number", 12, "not-an-event"],
  ["nothing", null, "not-an-event"],
  ["a list", [orderEvent()], "not-an-event"],
  ["no type", orderEvent({ event_type: undefined }), "not-an-event"],
  ["no data", orderEvent({ data: undefined }), "no-order-id"],
  ["an order id of zero", orderEvent({}, { order_id: 0 }), "no-order-id"],
  ["a broken order id", orderEvent({}, { order_id: "fifty" }), "no-order-id"],
  ["an unsafe order id", orderEvent({}, { order_id: 1e20 }), "no-order-id"],
  ["a broken account", orderEvent({ account_id: "x" }), "odd-account"],
  ["another account", orderEvent({ account_id: 4712 }), "other-account"],
];
for (const [name, event, reason] of odd) {
  Deno.test(`takeEvents() quarantines ${name} and keeps the rest`, async () => {
    const { named, result } = await take([event, orderEvent()]);
    assertEquals(result, { kept: 1, ignored: 0, quarantined: 1 });
    assertEquals(named.arrivals[0]?.quarantine.map((row) => row.reason), [reason]);
    assertEquals(named.arrivals[0]?.pointers.length, 1);
  });
}

Deno.test("takeEvents() counts and ignores types that point at no order", async () => {
  const types = ["shipment", "shipment-v3", "warehouse-transaction", "z-report", "new-thing"];
  const { named, result } = await take(types.map((event_type) => orderEvent({ event_type })));
  assertEquals(result, { kept: 0, ignored: types.length, quarantined: 0 });
  assertEquals(named.arrivals, []);
});

Deno.test("takeEvents() quarantines JSON that is no array, by its hash alone", async () => {
  const text = JSON.stringify({ email: "ada@example.com" });
  const { named, result } = await take(text);
  assertEquals(result.quarantined, 1);
  assertEquals(named.arrivals[0]?.quarantine, [
    { at: NOW, reason: "not-an-array", hash: plainHash(`key ${text}`) },
  ]);
});

Deno.test("takeEvents() keeps nothing that might be somebody's data", async () => {
  const { named } = await take([
    orderEvent({ event_id: "ada@example.com", account_id: "x" }),
    { email: "ada@example.com" },
    orderEvent({ event_id: "ada@example.com" }, { order_event_type: "ada@example.com" }),
  ]);
  assert(!JSON.stringify(named.arrivals).includes("ada@"));
});

Deno.test("takeEvents() keeps an event for every pipeline on the account and site", async () => {
  const named = fake({ account: "9" });
  const wanted = fake({ sites: [2, 3] });
  const elsewhere = fake({ sites: [7] });
  const historyOnly = fake({ webhook: false });
  const { result } = await take([orderEvent()], {
    named,
    others: [wanted, elsewhere, historyOnly],
  });
  assertEquals(result, { kept: 1, ignored: 0, quarantined: 0 });
  const counts = [named, wanted, elsewhere, historyOnly].map((one) => one.arrivals.length);
  assertEquals(counts, [0, 1, 0, 0]);
});

Deno.test("takeEvents() ignores an event of a site that no pipeline takes", async () => {
  const { result } = await take([orderEvent()], { named: fake({ sites: [7] }) });
  assertEquals(result, { kept: 0, ignored: 1, quarantined: 0 });
});

Deno.test("takeEvents() asks for a receipt once per press of the button", async () => {
  const named = fake({ receipts: "receipt-requested" });
  const asks = { order_event_type: "email-receipt" };
  await take([
    orderEvent({ event_id: "a1" }, asks),
    orderEvent({ event_id: "a1" }, asks),
    orderEvent({ event_id: "b2" }, asks),
    orderEvent({ event_id: "c3" }),
  ], { named });
  assertEquals(
    named.arrivals[0]?.receipts,
    ["a1", "b2"].map((id) => ({
      id,
      orderId: 50211,
      site: 2,
      state: "asked",
      askedAt: DATE * 1000,
      dueAt: NOW,
      attempts: 0,
      at: NOW,
    })),
  );
  assertEquals(named.arrivals[0]?.pointers.length, 1);
});

Deno.test("takeEvents() gives a receipt request without an id the same id every time", async () => {
  const named = fake({ receipts: "receipt-requested" });
  const event = orderEvent({ event_id: undefined }, { order_event_type: "email-receipt" });
  await take([event], { named });
  await take([event], { named });
  const ids = named.arrivals.map((arrival) => arrival.receipts[0]?.id);
  assertEquals(ids[0], ids[1]);
  assert(ids[0] !== undefined && ids[0].length === 32);
});

for (const receipts of ["sale-closed", undefined] as const) {
  Deno.test(`takeEvents() asks for no receipt when they go out on ${receipts}`, async () => {
    const named = fake(receipts === undefined ? {} : { receipts });
    await take([orderEvent({}, { order_event_type: "email-receipt" })], { named });
    assertEquals(named.arrivals[0]?.receipts, []);
    assertEquals(named.arrivals[0]?.pointers.length, 1);
  });
}

Deno.test("takeEvents() counts the lag from the event, unless its date cannot be true", async () => {
  const named = fake();
  const hour = 3600;
  const dates = [DATE - 20 * hour, DATE - 30 * hour, DATE + hour];
  await take(dates.map((event_date, n) => orderEvent({ event_date }, { order_id: n + 1 })), {
    named,
  });
  const received = named.arrivals[0]?.pointers.map((pointer) => pointer.receivedAt);
  assertEquals(received, [(DATE - 20 * hour) * 1000, NOW, NOW]);
});

Deno.test("takeEvents() rejects when any of the stores refuses", async () => {
  const named = fake();
  const all = [named, fake({ refuses: true })];
  const text = JSON.stringify([orderEvent()]);
  await assertRejects(() => takeEvents(text, { named, all }), Error, "Disk full");
});

Deno.test("takeEvents() rejects what is no JSON with a SyntaxError", async () => {
  for (const text of ["", "[", "events=1", "NaN"]) {
    await assertRejects(() => take(text), SyntaxError);
  }
});

Deno.test("takeEvents() cuts a large batch into portions", async () => {
  const events = Array.from({ length: 1001 }, (_, n) => orderEvent({}, { order_id: n + 1 }));
  const { named } = await take(events);
  const ids = named.arrivals.flatMap((arrival) => arrival.pointers.map((p) => p.orderId));
  assertEquals(ids, Array.from({ length: 1001 }, (_, n) => n + 1));
  assert(named.arrivals.every((arrival) => arrival.pointers.length <= 100));
});

Deno.test("takeEvents() keeps few rows of a body full of odd events", async () => {
  const { named, result } = await take(Array.from({ length: 5000 }, () => 0));
  assertEquals(result.quarantined, 5000);
  assertEquals(named.arrivals[0]?.quarantine.length, 20);
});

Deno.test("takeEvents() survives JSON nested too deeply to be written again", async () => {
  const deep = 100_000;
  const { result } = await take("[" + "[".repeat(deep) + "]".repeat(deep) + "]");
  assertEquals(result.quarantined, 1);
});

Deno.test("takeEvents() accounts for every event of any batch", async () => {
  const element = fc.oneof(
    fc.jsonValue(),
    fc.constant(orderEvent()),
    fc.record({
      event_id: fc.jsonValue(),
      event_type: fc.oneof(fc.constantFrom("order", "booking", "z-report"), fc.jsonValue()),
      event_date: fc.jsonValue(),
      account_id: fc.oneof(fc.constantFrom(4711, "4711", 1), fc.jsonValue()),
      data: fc.oneof(
        fc.record({ order_id: fc.jsonValue(), eshop_id: fc.jsonValue() }),
        fc.jsonValue(),
      ),
    }),
  );
  await fc.assert(fc.asyncProperty(fc.array(element), async (batch) => {
    const { result, named } = await take(batch);
    assertEquals(result.kept + result.ignored + result.quarantined, batch.length);
    assertEquals(named.arrivals.length > 0, result.kept + result.quarantined > 0);
  }));
});
