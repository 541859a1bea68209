import { deliveredRow, link } from "../../engine/testing.ts";
import { assertEquals } from "../../std/assert.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { joiningOf, type Relations } from "./refunds.ts";
import { situation } from "./testing.ts";

/** Refund 100 of order 50, linked at 2000. */
const refund = { orderId: 100, row: deliveredRow(100, { outcome: "linked", at: 2_000 }) };

function joined(sale: LedgerRow | undefined, relations: Partial<Relations> = {}): unknown {
  const own = [link(50, 100)];
  const rows = new Map(sale === undefined ? [] : [[50, sale]]);
  return joiningOf(refund, { own, rows, all: new Map([[50, own]]), ...relations }, situation());
}

Deno.test("joiningOf(): a sale that was sent after its refund was linked went out with it", () => {
  assertEquals(joined(deliveredRow(50, { acceptedAt: 2_000 })), { kind: "joined" });
});

Deno.test("joiningOf(): so did one whose last step counts all of its refunds", () => {
  const steps = [{ at: 1_000, what: "delivered", detail: "refunds: 1" }];
  assertEquals(joined(deliveredRow(50, { steps })), { kind: "joined" });
  const all = new Map([[50, [link(50, 100), link(50, 101)]]]);
  assertEquals(joined(deliveredRow(50, { steps }), { all }), { kind: "look", originals: [50] });
  const gone = new Map([[50, [link(50, 100), link(50, 101, { lines: [] })]]]);
  assertEquals(joined(deliveredRow(50, { steps }), { all: gone }), { kind: "joined" });
});

Deno.test("joiningOf(): a sale that was sent before has to be looked at", () => {
  assertEquals(joined(deliveredRow(50)), { kind: "look", originals: [50] });
});

Deno.test("joiningOf(): a sale that is due, or that is not sent, holds nothing against its refund", () => {
  const own = [link(50, 100)];
  const pending = new Map([[50, 0]]);
  const relations = { own, rows: new Map(), all: new Map() };
  assertEquals(joiningOf(refund, relations, { pending }), { kind: "joined" });
  for (const outcome of ["skipped", "waiting", "dead"] as const) {
    assertEquals(joined(deliveredRow(50, { outcome })), { kind: "joined" });
  }
});

Deno.test("joiningOf(): a sale whose row was pruned holds nothing against its refund", () => {
  const relations = { own: [link(50, 100)], rows: new Map(), all: new Map() };
  assertEquals(joiningOf(refund, relations, situation({ keptFrom: 51 })), { kind: "joined" });
});

Deno.test("joiningOf(): a sale that nobody looked at, and a refund without a link, are not joined", () => {
  assertEquals(joined(undefined), { kind: "not-joined", originals: [50] });
  assertEquals(joined(deliveredRow(50), { own: [] }), { kind: "not-joined", originals: [] });
});
