import { ApiError } from "../../http/error.ts";
import type { OmetriaContact } from "../../records/ometria_contact.ts";
import type { MappedOrder } from "../../records/ometria_order.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../std/assert.ts";
import type { AnyOrderSink, EncodedOrder } from "../contract.ts";
import { setUpLogging } from "../../telemetry/logging.ts";
import { lineItem, mappedOrder, ometriaOrder, TestServices } from "../testing.ts";
import { ometriaOrders } from "./ometria_orders.ts";

const signal = new AbortController().signal;

function sinkOf(services: TestServices, options: unknown = {}): AnyOrderSink {
  const sink = ometriaOrders.create(options, services);
  assert(sink?.sink === "orders");
  return sink;
}

function encoded(mapped: MappedOrder): EncodedOrder {
  const result = sinkOf(new TestServices()).encode(mapped);
  assert(!("reason" in result));
  return result;
}

function contact(fields: Partial<OmetriaContact> = {}): OmetriaContact {
  return {
    "@type": "contact",
    "@collection": "sitoo",
    "@merge": true,
    id: "c-1",
    email: "maja.ek@example.com",
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: "2025-09-06T10:15:00Z",
    ...fields,
  };
}

function down(): ApiError {
  return new ApiError("Cannot reach Ometria", {
    api: "ometria",
    kind: "unavailable",
    reached: true,
  });
}

Deno.test("ometria-orders fills in the defaults and keeps to Ometria's limit", () => {
  const sink = sinkOf(new TestServices());
  assertEquals([sink.batchSize, sink.settle], [100, 60_000]);
  for (const batch_size of [0, 101, 2.5]) {
    assertThrows(() => ometriaOrders.create({ batch_size }, new TestServices()));
  }
});

Deno.test("encode gives the record's JSON and what the ledger keeps", () => {
  const mapped = mappedOrder({ timestamp: "2025-09-06T22:30:00Z", grand_total: 626.4 });
  assertEquals(encoded(mapped), {
    id: "50211",
    bodies: [JSON.stringify(mapped.order)],
    total: "626.4",
    currency: "SEK",
    store: "S-014",
    day: "2025-09-07",
    expected: {
      total: "626.4",
      status: "complete",
      isValid: true,
      lines: 1,
      quantityRefunded: 0,
      refunded: "0",
    },
  });
});

Deno.test("encode sends an unlinked return as a record of its own", () => {
  const back = ometriaOrder({ id: "50211:return", grand_total: -10 });
  const result = encoded(mappedOrder({}, { unlinkedReturn: back }));
  assertEquals(result.bodies.length, 2);
  assertEquals(result.bodies[1], JSON.stringify(back));
  assertEquals(result.total, "249");
});

Deno.test("encode refuses what Ometria would refuse, in either record", () => {
  const sink = sinkOf(new TestServices());
  assertEquals(sink.encode(mappedOrder({ currency: "kr" })), {
    reason: "invalid-record",
    detail: "currency is no ISO 4217 code",
  });
  assertEquals(sink.encode(mappedOrder({}, { unlinkedReturn: ometriaOrder({ id: "" }) })), {
    reason: "invalid-record",
    detail: "id is empty",
  });
  assertEquals(sink.encode(mappedOrder({}, { contact: contact({ email: "" }) })), {
    reason: "invalid-record",
    detail: "contact.email is no address",
  });
});

Deno.test("encode refuses a record over 60 KB, counted in bytes", () => {
  const sink = sinkOf(new TestServices());
  const lines = Array.from({ length: 500 }, () => lineItem());
  assertEquals(sink.encode(mappedOrder({ lineitems: lines })), {
    reason: "record-too-large",
    detail: `${JSON.stringify(ometriaOrder({ lineitems: lines })).length} bytes with 500 lines, ` +
      "over 60 KB",
  });
  const room = 60_000 - JSON.stringify(ometriaOrder({ coupon_code: "" })).length;
  assert("id" in sink.encode(mappedOrder({ coupon_code: "x".repeat(room) })));
  assert("reason" in sink.encode(mappedOrder({ coupon_code: "x".repeat(room + 1) })));
  assert("reason" in sink.encode(mappedOrder({ coupon_code: "å".repeat(room / 2 + 1) })));
});

Deno.test("deliver pushes contacts first, one record a person, then orders", async () => {
  const services = new TestServices();
  const sink = sinkOf(services);
  const first = mappedOrder({ id: "1" }, { contact: contact() });
  const second = mappedOrder({ id: "2" }, { contact: contact({ firstname: "Maja" }) });
  const third = mappedOrder({ id: "3" }, { contact: contact({ id: "c-3" }) });
  const batch = [first, second, third, mappedOrder({ id: "4" })].map(encoded);
  const results = await sink.deliver(batch, signal);
  assertEquals(results, Array(4).fill({ kind: "accepted", at: services.time }));
  assertEquals(services.ometria.pushes, [
    [contact({ firstname: "Maja" }), contact({ id: "c-3" })],
    [first, second, third].map((mapped) => mapped.order).concat(ometriaOrder({ id: "4" })),
  ]);
});

Deno.test("deliver keeps to the batch size with returns that count as records", async () => {
  const services = new TestServices();
  const sink = sinkOf(services, { batch_size: 3 });
  const mixed = ["1", "2"].map((id) =>
    encoded(mappedOrder({ id }, { unlinkedReturn: ometriaOrder({ id: `${id}:return` }) }))
  );
  assertEquals((await sink.deliver(mixed, signal)).map((result) => result.kind), [
    "accepted",
    "accepted",
  ]);
  assertEquals(services.ometria.pushes.map((part) => part.length), [3, 1]);
});

Deno.test("deliver goes on without a contact that Ometria refuses", async () => {
  const services = new TestServices();
  services.ometria.onPush = ([first = ""]) =>
    first.includes('"contact"')
      ? { kind: "rejected", status: 400, detail: "Payload invalid" }
      : { kind: "accepted" };
  const batch = [encoded(mappedOrder({}, { contact: contact() }))];
  assertEquals(await sinkOf(services).deliver(batch, signal), [
    { kind: "accepted", at: services.time },
  ]);
});

Deno.test("deliver pushes no order when the contacts could not be pushed", async () => {
  const services = new TestServices();
  const error = down();
  services.ometria.onPush = () => {
    throw error;
  };
  const batch = [encoded(mappedOrder({}, { contact: contact() })), encoded(mappedOrder())];
  assertEquals(
    await sinkOf(services).deliver(batch, signal),
    Array(2).fill({
      kind: "failed",
      error,
    }),
  );
  assertEquals(services.ometria.pushes.length, 1);
});

Deno.test("deliver tells accepted, rejected and failed orders of one batch apart", async () => {
  const services = new TestServices();
  const error = down();
  services.ometria.onPush = ([first = ""]) => {
    if (first.includes('"id":"2"')) return { kind: "rejected", status: 400, detail: "no" };
    if (first.includes('"id":"3"')) throw error;
    return { kind: "accepted" };
  };
  const batch = ["1", "2", "3", "4"].map((id) => encoded(mappedOrder({ id })));
  const results = await sinkOf(services, { batch_size: 1 }).deliver(batch, signal);
  assertEquals(results, [
    { kind: "accepted", at: services.time },
    { kind: "rejected", reason: "rejected-by-ometria", detail: "400: no" },
    { kind: "failed", error, unsure: true },
    { kind: "failed", error },
  ]);
});

Deno.test("deliver rejects an order whose return is refused, and says so", async () => {
  const services = new TestServices();
  services.ometria.onPush = (part) =>
    part.some((body) => body.includes(":return"))
      ? { kind: "rejected", status: 400, detail: "no" }
      : { kind: "accepted" };
  const mixed = mappedOrder({ id: "1" }, { unlinkedReturn: ometriaOrder({ id: "1:return" }) });
  const results = await sinkOf(services).deliver(
    [encoded(mixed), encoded(mappedOrder({ id: "2" }))],
    signal,
  );
  assertEquals(results, [
    { kind: "rejected", reason: "rejected-by-ometria", detail: "its unlinked return: 400: no" },
    { kind: "accepted", at: services.time },
  ]);
});

Deno.test("deliver checks the lane before contacts and before orders", async () => {
  const services = new TestServices();
  let asked = 0;
  const beforePush = (): Promise<void> =>
    ++asked > 1 ? Promise.reject(new Error("lane lost")) : Promise.resolve();
  await assertRejects(
    () =>
      sinkOf(services).deliver([encoded(mappedOrder({}, { contact: contact() }))], signal, {
        beforePush,
      }),
    Error,
    "lane lost",
  );
  assertEquals(services.ometria.pushes.length, 1);
});

Deno.test("deliver pushes a hundred contacts at once", async () => {
  const services = new TestServices();
  const batch = Array.from(
    { length: 101 },
    (_, at) => encoded(mappedOrder({ id: `o-${at}` }, { contact: contact({ id: `c-${at}` }) })),
  );
  await sinkOf(services).deliver(batch, signal);
  assertEquals(services.ometria.pushes.map((push) => push.length).slice(0, 2), [100, 1]);
});

Deno.test("deliver says how many contacts were refused, and nothing when none was", async () => {
  const lines: string[] = [];
  await using _logging = await setUpLogging({
    json: true,
    color: false,
    write: (line) => lines.push(line),
  });
  const services = new TestServices();
  const batch = [encoded(mappedOrder({}, { contact: contact() }))];
  await sinkOf(services).deliver(batch, signal);
  assertEquals(lines, []);
  services.ometria.onPush = ([first = ""]) =>
    first.includes('"contact"')
      ? { kind: "rejected", status: 400, detail: "Payload invalid" }
      : { kind: "accepted" };
  await sinkOf(services).deliver(batch, signal);
  assertEquals(lines.map((line) => /"refused":(\d+)/.exec(line)?.[1]), ["1"]);
});

Deno.test("deliver is unsure of an order when one of its records was taken and the other failed", async () => {
  const services = new TestServices();
  const error = new ApiError("Cannot reach Ometria", {
    api: "ometria",
    kind: "unavailable",
    reached: false,
  });
  let pushes = 0;
  services.ometria.onPush = () => {
    if (++pushes === 2) throw error;
    return { kind: "accepted" };
  };
  const both = encoded(mappedOrder({}, { unlinkedReturn: ometriaOrder({ id: "50211:return" }) }));
  assertEquals(await sinkOf(services, { batch_size: 1 }).deliver([both], signal), [
    { kind: "failed", error, unsure: true },
  ]);
});
