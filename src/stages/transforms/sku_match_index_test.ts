import { assertEquals } from "../../std/assert.ts";
import { entryOf, SkuIndex } from "./sku_match_index.ts";

Deno.test("entryOf() takes a variant with its parent, and nothing without a SKU", () => {
  assertEquals(entryOf({ id: "p1", sku: "A", variant: false }), ["A", "p1"]);
  assertEquals(entryOf({ id: "v1", sku: "A", variant: true, parent: "p1" }), ["A", "p1", "v1"]);
  assertEquals(entryOf({ id: "v1", sku: "A", variant: true }), ["A", "v1", "v1"]);
  assertEquals(entryOf({ id: "p1", sku: "", variant: false }), undefined);
  assertEquals(entryOf({ id: "p1", variant: false }), undefined);
});

Deno.test("SkuIndex keeps the first product of a SKU, and a variant before a parent", () => {
  const index = new SkuIndex();
  for (const product of ["p1", "p2"]) index.add(["A", product]);
  assertEquals(index.find("A"), { product: "p1" });
  index.add(["A", "p3", "v3"]);
  index.add(["A", "p4", "v4"]);
  index.add(["A", "p5"]);
  assertEquals(index.find("A"), { product: "p3", variant: "v3" });
  assertEquals(index.size, 1);
});

Deno.test("SkuIndex looks for a SKU as it is written, then trimmed and in capitals", () => {
  const index = new SkuIndex();
  index.add([" tee-m", "p1"]);
  assertEquals(index.find("TEE-M "), { product: "p1" });
  index.add(["TEE-M", "p2"]);
  assertEquals([index.find(" tee-m"), index.find("tee-m")], [{ product: "p1" }, { product: "p2" }]);
  assertEquals([index.find("tee"), index.find("")], [undefined, undefined]);
});
