import { registry } from "../stages/registry.ts";
import { assertEquals } from "../std/assert.ts";
import { fieldsToRead } from "./compile.ts";

Deno.test("fieldsToRead() gathers what the expressions of all stages name, each once", () => {
  const map = {
    set: { "properties.company": "company", "properties.note": 'comment & " " & company' },
    customer_id: "additionaldata.member",
  };
  const transforms = [
    { use: "map", options: map, path: ["transforms", 0] },
    { use: "namespace", options: { value: "till" }, path: ["transforms", 1] },
  ];
  assertEquals(fieldsToRead({ transforms }, registry), ["additionaldata", "comment", "company"]);
  assertEquals(fieldsToRead({ transforms: [] }, registry), []);
});
