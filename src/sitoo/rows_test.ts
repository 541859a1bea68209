import { assertEquals, assertThrows } from "../std/assert.ts";
import { FieldProblem } from "./fields.ts";
import { checkRows, readPageOf, readPartOf, type RowFilter } from "./rows.ts";

const row = { orderid: "12", eshopid: 2, orderdate: 1000 };

Deno.test("readPageOf() takes rows and the total, as number, text or not at all", () => {
  assertEquals(readPageOf({ totalcount: "7", items: [row] }), { rows: [row], total: 7 });
  assertEquals(readPageOf({ totalcount: 0, items: [] }), { rows: [], total: 0 });
  assertEquals(readPageOf({ items: [row] }).total, undefined);
  assertEquals(readPageOf({ totalcount: 0, items: null }).rows, []);
});

Deno.test("readPartOf() takes nothing, without a count, for nothing", () => {
  assertEquals(readPartOf({ items: [] }), { rows: [], total: undefined });
});

for (
  const body of [
    ...[null, [], "x", {}, { items: 7 }, { items: [7] }, { items: [], totalcount: "x" }],
    ...[{ items: [] }, { items: null }, { items: [], totalcount: null }],
  ]
) {
  Deno.test(`readPageOf() refuses ${JSON.stringify(body)}`, () => {
    assertThrows(() => readPageOf(body), FieldProblem);
  });
}

const ignored: readonly [filter: RowFilter, parameter: string][] = [
  [{ ids: new Set([11]) }, "orderid"],
  [{ from: 13 }, "orderidfrom"],
  [{ to: 12 }, "orderidto"],
  [{ sites: [3, 4] }, "eshopid"],
  [{ dateFrom: 1001 }, "orderdatefrom"],
  [{ dateTo: 999 }, "orderdateto"],
];
for (const [filter, parameter] of ignored) {
  Deno.test(`checkRows() notices that ${parameter} was ignored`, () => {
    assertThrows(
      () => checkRows([row], filter),
      FieldProblem,
      `The filter ${parameter} was ignored`,
    );
  });
}

Deno.test("checkRows() lets rows at the edges of a filter through", () => {
  const filter = { ids: new Set([12]), from: 12, to: 13, sites: [2], dateFrom: 1000, dateTo: 1000 };
  assertEquals(checkRows([row], filter), [row]);
});

Deno.test("checkRows() notices an ignored sort and drops a repeated row", () => {
  assertThrows(
    () => checkRows([{ orderid: 2 }, { orderid: 1 }], {}),
    FieldProblem,
    "sort was ignored",
  );
  assertEquals(checkRows([{ orderid: 1 }, { orderid: 1 }, { orderid: 2 }], {}).length, 2);
});

Deno.test("checkRows() refuses a row without an id, which would be lost without a trace", () => {
  assertThrows(() => checkRows([{ eshopid: 2 }], {}), FieldProblem, "orderid is missing");
});
