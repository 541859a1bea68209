import fc from "fast-check";
import { ApiError, type ApiErrorKind } from "../http/error.ts";
import { sitooOrder } from "../records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../sitoo/memory.ts";
import { assert, assertEquals, assertLessOrEqual, assertRejects } from "../std/assert.ts";
import { PageReader } from "./page_reader.ts";

const never = new AbortController().signal;

function failed(kind: ApiErrorKind = "unavailable"): ApiError {
  return new ApiError("Sitoo answered 500", { api: "sitoo", kind, status: 500, reached: true });
}

function sitooWith(ids: readonly number[]): MemorySitoo {
  return createMemorySitoo(ids.map((orderid) => sitooOrder({ orderid })));
}

interface Walk {
  readonly read: readonly number[];
  readonly holes: readonly (readonly [from: number, to: number])[];
  readonly failures: number;
}

/** Reads everything from 0 to before `to`, calling again after each failure, as the drain does. */
async function walk(sitoo: MemorySitoo, { size, to }: { size: number; to: number }): Promise<Walk> {
  const reader = new PageReader({ sitoo, sites: [], size });
  const read: number[] = [];
  const holes: (readonly [number, number])[] = [];
  let failures = 0;
  for (let from = 0; from < to;) {
    const answer = await reader.read({ from, to }, never).catch((error: unknown) => {
      if (!(error instanceof ApiError) || ++failures > 1000) throw error;
      return undefined;
    });
    if (answer === undefined) continue;
    if (answer.kind === "hole") {
      holes.push([answer.from, answer.to]);
      from = answer.to;
      continue;
    }
    const ids = answer.orders.map((order) => order.orderId);
    if (ids.length === 0) break;
    read.push(...ids);
    from = (ids.at(-1) ?? 0) + 1;
  }
  return { read, holes, failures };
}

Deno.test("one order that Sitoo cannot give costs no other order", async () => {
  const ids = Array.from({ length: 300 }, (_, index) => 1000 + index);
  const sitoo = sitooWith(ids);
  sitoo.poison(1142, failed());
  const result = await walk(sitoo, { size: 100, to: 1300 });
  assertEquals(result.holes, [[1142, 1143]]);
  assertEquals(result.read, ids.filter((id) => id !== 1142));
  // Each of these is a pause of the whole pipeline.
  assertLessOrEqual(result.failures, 5);
});

Deno.test("an order that does not even tell its id is felt for", async () => {
  const ids = [10, 11, 500, 900, 901];
  for (const bad of ids.slice(1)) {
    const sitoo = sitooWith(ids);
    sitoo.poison(bad, failed("malformed"), { marks: true });
    const { read, holes } = await walk(sitoo, { size: 5, to: 902 });
    assertEquals(holes, [[bad, bad + 1]], `order ${bad}`);
    assertEquals(read, ids.filter((id) => id !== bad));
  }
});

Deno.test("an outage makes no hole, however long it lasts", async () => {
  const sitoo = sitooWith([1, 2, 3]);
  const reader = new PageReader({ sitoo, sites: [], size: 100 });
  for (let round = 0; round < 20; round++) {
    sitoo.failNext(failed());
    // The question about other orders fails as well.
    sitoo.failNext(failed(), "readMarks");
    await assertRejects(() => reader.read({ from: 1 }, never), ApiError);
  }
});

for (const kind of ["throttled", "unauthorized"] as const) {
  Deno.test(`${kind} makes no hole and no smaller page`, async () => {
    const sitoo = sitooWith([1, 2, 3]);
    const reader = new PageReader({ sitoo, sites: [], size: 100 });
    for (let round = 0; round < 20; round++) {
      sitoo.failNext(failed(kind));
      await assertRejects(() => reader.read({ from: 1 }, never), ApiError);
    }
    const answer = await reader.read({ from: 1 }, never);
    assertEquals(answer.kind === "page" && answer.orders.length, 3);
  });
}

Deno.test("history does not go past everything when every order fails", async () => {
  const ids = Array.from({ length: 60 }, (_, index) => index + 1);
  const sitoo = sitooWith(ids);
  for (const id of ids) sitoo.poison(id, failed());
  const reader = new PageReader({ sitoo, sites: [], size: 100 });
  let from = 1;
  let failures = 0;
  while (failures < 200) {
    const answer = await reader.read({ from, to: 61 }, never).catch(() => undefined);
    if (answer?.kind === "hole") from = answer.to;
    else failures++;
  }
  assertEquals(from, 21);
});

Deno.test("whatever orders Sitoo cannot give, each order is read once or lies in one hole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 2, max: 400 }), { minLength: 1, maxLength: 40 }),
      fc.array(fc.record({ at: fc.nat(), marks: fc.boolean() }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 30 }),
      async (list, poisons, size) => {
        const ids = list.toSorted((a, b) => a - b);
        const sitoo = sitooWith(ids);
        const bad = new Set(poisons.map(({ at }) => ids[at % ids.length] ?? 0));
        for (const { at, marks } of poisons) {
          sitoo.poison(ids[at % ids.length] ?? 0, failed(), { marks });
        }
        const { read, holes } = await walk(sitoo, { size, to: 401 });
        assertEquals(read, ids.filter((id) => !bad.has(id)));
        assertEquals(holes.map(([from]) => from), ids.filter((id) => bad.has(id)));
        assert(holes.every(([from, to]) => to === from + 1));
      },
    ),
    { numRuns: 200 },
  );
});
