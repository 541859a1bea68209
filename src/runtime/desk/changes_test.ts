import fc from "fast-check";
import { assertEquals } from "../../std/assert.ts";
import { changesOf, fieldGroup, fieldText } from "./changes.ts";

Deno.test("changesOf() finds what is new, gone and different, field by field", () => {
  const before = { id: "1", total: 5, lines: [{ sku: "A" }, { sku: "B" }], store: "S-1" };
  const after = { id: "till-1", total: 5, lines: [{ sku: "A", tax: 1 }], channel: "till" };
  assertEquals(
    changesOf(before, after).map(({ path, ...values }) => [fieldText(path), values]),
    [
      ["id", { before: "1", after: "till-1" }],
      ["lines[0].tax", { after: 1 }],
      ["lines[1]", { before: { sku: "B" } }],
      ["store", { before: "S-1" }],
      ["channel", { after: "till" }],
    ],
  );
});

Deno.test("changesOf() finds nothing between a tree and its copy, and something whenever they differ", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    assertEquals(changesOf(a, structuredClone(a)), []);
    const differ = JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
    assertEquals(changesOf(a, b).length > 0, differ);
  }));
});

Deno.test("fieldGroup() takes all lines as one field", () => {
  assertEquals(fieldGroup(["lineitems", 12, "properties", "a"]), "lineitems[].properties.a");
});

/** The same tree with the keys of its maps in order; no difference between 0 and -0. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]),
  );
}
