import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { differencesCsv, groupsCsv } from "./csv.ts";
import { difference, differingReport, group, report } from "./testing.ts";

Deno.test("groupsCsv() has one line for each store, day and currency, every cell named", () => {
  const text = groupsCsv([report({ groups: [group(), group({ store: "S-2" })] })]);
  const [heading = "", first = "", second = "", end] = text.split("\r\n");
  assertEquals(end, "");
  assertEquals(heading.split(",").length, first.split(",").length);
  assertStringIncludes(first, "till,2025-03-01,S-1,SEK,10,1000.00,10,1000.00");
  assertStringIncludes(second, "till,2025-03-01,S-2,SEK");
  const names = heading.split(",");
  assertEquals(first.split(",")[names.indexOf("sent_money")], "1000.00");
  assertEquals(first.split(",")[names.indexOf("confirmed_orders")], "1");
});

Deno.test("differencesCsv() has every order with its cause and remedy", () => {
  const [heading, first = "", second] = differencesCsv([differingReport()]).split("\r\n");
  assertEquals(
    heading,
    "pipeline,order_id,day,store,currency,sitoo_money,cause,detail,fixable,remedy",
  );
  assertStringIncludes(first, "till,50211,2025-03-01,S-1,SEK,1249.50,never-seen,,yes,");
  assertStringIncludes(second ?? "", "<b>&");
});

Deno.test("differencesCsv() quotes what needs it, and gives a spreadsheet no formula", () => {
  const odd = difference({ store: '=HYPERLINK("x")', detail: 'a "b", c\nd', money: "-5.00" });
  const text = differencesCsv([differingReport({ differences: [odd] })]);
  assertStringIncludes(text, `"'=HYPERLINK(""x"")"`);
  assertStringIncludes(text, `"a ""b"", c\nd"`);
  assertStringIncludes(text, ",-5.00,");
});
