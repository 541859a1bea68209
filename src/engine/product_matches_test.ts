import { assertEquals } from "../std/assert.ts";
import { productMatchesOf } from "./product_matches.ts";
import type { Sent } from "./settlement.ts";
import { decided, deliveredRow, encoded, pointer } from "./testing.ts";
import type { Item } from "./work.ts";

const products = { hits: 2, misses: ["A"] };
const accepted: Sent = { kind: "accepted", at: 1, hash: "h" };

function counted(sent: Sent, fields: Partial<Item> = {}): number {
  const entry = decided(1, {
    kind: "send",
    encoded: encoded(1),
    links: [],
    unusable: [],
    products,
  }, fields);
  return productMatchesOf([entry], new Map([[1, sent]]))?.hits ?? 0;
}

Deno.test("productMatchesOf() counts what was sent, and nothing that was only read again", () => {
  assertEquals(counted(accepted), 2);
  assertEquals(counted({ kind: "rejected", reason: "r", detail: "" }), 2);
  assertEquals(counted({ kind: "unchanged" }, { row: deliveredRow(1) }), 0);
  assertEquals(counted({ kind: "deferred", until: 5 }, { row: deliveredRow(1) }), 0);
});

Deno.test("productMatchesOf() does not count a sale again that a refund calls up", () => {
  const row = deliveredRow(1);
  assertEquals(counted(accepted, { row, pointer: pointer(1, { origin: "refund" }) }), 0);
});

Deno.test("productMatchesOf() counts a dead order once", () => {
  const decision = { kind: "dead", reason: "unknown-product", detail: "", products } as const;
  const again = { row: deliveredRow(1, { outcome: "dead", rule: "unknown-product" }) };
  assertEquals(productMatchesOf([decided(1, decision)], new Map())?.misses, ["A"]);
  assertEquals(productMatchesOf([decided(1, decision, again)], new Map()), undefined);
});
