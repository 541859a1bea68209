import fc from "fast-check";
import { ApiError, type ApiErrorKind } from "../http/error.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { OrderReader } from "./order_reader.ts";
import { withMethods } from "./with_methods.ts";

const never = new AbortController().signal;

function failed(kind: ApiErrorKind = "unavailable"): ApiError {
  return new ApiError(`Cannot read orders: ${kind}`, { api: "sitoo", kind, reached: true });
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function sitooWith(count: number): MemorySitoo {
  return createMemorySitoo(ids(count).map((orderid) => sitooOrder({ orderid })));
}

function asked(...orders: readonly number[]): { orderId: number; attempts: number }[] {
  return orders.map((orderId) => ({ orderId, attempts: 0 }));
}

Deno.test("read() asks once for orders that Sitoo gives", async () => {
  const sitoo = sitooWith(100);
  const readings = await new OrderReader(sitoo).read(asked(...ids(100), 500), never);
  assertEquals([readings.size, readings.get(500), sitoo.calls.length], [
    101,
    { kind: "missing" },
    1,
  ]);
});

for (const kind of ["unavailable", "refused", "malformed"] as const) {
  Deno.test(`read() finds the one order for which Sitoo's answer is ${kind}, and reads the others`, async () => {
    const sitoo = sitooWith(100);
    sitoo.poison(37, failed(kind));
    const readings = await new OrderReader(sitoo).read(asked(...ids(100)), never);
    assertEquals(readings.get(37), { kind: "missing", detail: `Cannot read orders: ${kind}` });
    assertEquals([...readings.values()].filter((one) => one.kind === "order").length, 99);
    assert(sitoo.calls.length < 20, `${sitoo.calls.length} calls`);
  });
}

Deno.test("read() throws in an outage, and takes no order for its cause", async () => {
  for (const before of [[], [5]]) {
    const sitoo = sitooWith(100);
    const reader = new OrderReader(sitoo);
    if (before.length > 0) await reader.read(asked(...before), never);
    const calls = sitoo.calls.length;
    for (let call = 0; call < 10; call++) sitoo.failNext(failed());
    await assertRejects(() => reader.read(asked(10, 11, 12), never), ApiError);
    assert(sitoo.calls.length - calls <= 4);
  }
});

Deno.test("read() throws where an outage begins while it looks for the culprit", async () => {
  const sitoo = sitooWith(10);
  sitoo.poison(7, failed());
  let calls = 0;
  // From the fifth call on nothing works any more.
  const soonDown = withMethods(sitoo, {
    readOrders: (...args) => ++calls > 4 ? Promise.reject(failed()) : sitoo.readOrders(...args),
    readPage: (...args) => ++calls > 4 ? Promise.reject(failed()) : sitoo.readPage(...args),
  });
  const reader = new OrderReader(soonDown);
  await assertRejects(() => reader.read(asked(5, 6, 7, 8), never), ApiError);
});

Deno.test("read() takes no order for the cause where Sitoo gives pages, and no order by its id", async () => {
  for (const before of [[], [5]]) {
    for (const wanted of [[7], [6, 7, 8], ids(10)]) {
      const sitoo = sitooWith(10);
      let isDown = false;
      const reader = new OrderReader(withMethods(sitoo, {
        readOrders: (...args) => isDown ? Promise.reject(failed()) : sitoo.readOrders(...args),
      }));
      if (before.length > 0) await reader.read(asked(...before), never);
      isDown = true;
      await assertRejects(() => reader.read(asked(...wanted), never), ApiError);
    }
  }
});

Deno.test("read() leaves the key and the pace to those who asked", async () => {
  for (const kind of ["unauthorized", "throttled"] as const) {
    const sitoo = sitooWith(10);
    sitoo.failNext(failed(kind));
    await assertRejects(() => new OrderReader(sitoo).read(asked(1, 2), never), ApiError);
    assertEquals(sitoo.calls.length, 1);
  }
});

Deno.test("read() knows an order that fails alone by the others, even when it is the one given last", async () => {
  const sitoo = sitooWith(3);
  const reader = new OrderReader(sitoo);
  await reader.read(asked(3), never);
  sitoo.poison(3, failed());
  assertEquals((await reader.read(asked(3), never)).get(3)?.kind, "missing");
  const only = sitooWith(1);
  only.poison(1, failed());
  assertEquals((await new OrderReader(only).read(asked(1), never)).get(1)?.kind, "missing");
});

Deno.test("read() asks for orders that failed before in a call of their own", async () => {
  const sitoo = sitooWith(10);
  const orders = [...asked(1, 2), { orderId: 3, attempts: 1 }];
  await new OrderReader(sitoo).read(orders, never);
  assertEquals(sitoo.calls.map((call) => call.asked), [[1, 2], [3]]);
});

Deno.test("read() takes it for an outage when twenty orders in a row fail", async () => {
  const sitoo = sitooWith(100);
  for (const id of ids(100)) if (id > 50 && id <= 70) sitoo.poison(id, failed());
  await assertRejects(() => new OrderReader(sitoo).read(asked(...ids(100)), never), ApiError);
  sitoo.put(sitooOrder({ orderid: 60 }));
  assertEquals((await new OrderReader(sitoo).read(asked(...ids(100)), never)).size, 100);
});

Deno.test("read() reads what is new however many orders that failed before are due with it", async () => {
  const sitoo = sitooWith(100);
  for (const id of ids(30)) sitoo.poison(id, failed());
  const suspects = ids(30).map((orderId) => ({ orderId, attempts: 1 }));
  const readings = await new OrderReader(sitoo).read([...suspects, ...asked(50)], never);
  assertEquals(readings.get(50)?.kind, "order");
  assertEquals([...readings.values()].filter((one) => one.kind === "missing").length, 30);
});

Deno.test("whatever few orders Sitoo cannot give, all others are read", async () => {
  await fc.assert(fc.asyncProperty(
    fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 12 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 60 }),
    async (bad, wanted) => {
      const sitoo = sitooWith(61);
      for (const id of bad) sitoo.poison(id, failed());
      const readings = await new OrderReader(sitoo).read(asked(...wanted), never);
      for (const id of wanted) {
        assertEquals(readings.get(id)?.kind, bad.includes(id) ? "missing" : "order");
      }
    },
  ));
});
