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
    { use: "filter", options: { when: "sitoo.userid_staff != 7" }, path: ["transforms", 1] },
    { use: "namespace", options: { value: "till" }, path: ["transforms", 2] },
  ];
  const email = {
    enabled: true,
    from_name: "Example Store",
    from_address: "receipts@example.com",
    subject: "Your receipt!",
    stream: "receipts",
    template_id: 1,
    data: { "details.reference": "customerref" },
  };
  const sinks = [{ use: "ometria-email", options: email, path: ["sinks", 0] }];
  const found = ["additionaldata", "comment", "company", "customerref", "userid_staff"];
  assertEquals(fieldsToRead({ transforms, sinks }, registry), found);
  const off = [{ use: "ometria-email", options: { enabled: false }, path: ["sinks", 0] }];
  assertEquals(fieldsToRead({ transforms: [], sinks: off }, registry), []);
});
