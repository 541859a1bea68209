import { assertEquals, assertThrows } from "../../std/assert.ts";
import { sitooOrder } from "../../records/testing.ts";
import type { Verdict } from "../contract.ts";
import { input, mappedOrder, TestServices } from "../testing.ts";
import { filter } from "./filter.ts";

const signal = new AbortController().signal;

async function verdicts(
  when: string,
  records: readonly unknown[],
  name?: string,
): Promise<readonly Verdict<unknown>[]> {
  const stage = filter.create({ when }, new TestServices(), name);
  return await stage.apply(records.map((record) => input(record)), signal);
}

Deno.test("filter before map sees the Sitoo order", async () => {
  const [kept, dropped] = [sitooOrder({ eshopid: 2 }), sitooOrder({ eshopid: 3 })];
  assertEquals(await verdicts("eshopid = 2", [kept, dropped], "only-site-2"), [
    { kind: "pass", record: kept },
    { kind: "skip", rule: "only-site-2" },
  ]);
});

Deno.test("filter after map sees the order and the Sitoo order, and passes all of it on", async () => {
  const mapped = mappedOrder({ store: "S-014" });
  const when = 'order.store = "S-014" and sitoo.eshopid = 2 and $not($exists(timezone))';
  assertEquals(await verdicts(when, [mapped]), [{ kind: "pass", record: mapped }]);
  assertEquals(await verdicts("order.grand_total > 1000", [mapped]), [
    { kind: "skip", rule: "filter" },
  ]);
});

const noAnswers: readonly (readonly [string, string])[] = [
  ["nowhere", "nothing"],
  ["null", "null"],
  ["eshopid", "a number"],
  ["email", "a string"],
  ["[true]", "a list"],
];
for (const [when, what] of noAnswers) {
  Deno.test(`filter makes an order dead when the result is ${what}`, async () => {
    assertEquals(await verdicts(when, [sitooOrder()], "mine"), [{
      kind: "dead",
      reason: "filter-not-boolean",
      detail: `mine: the result is ${what}, not true or false`,
    }]);
  });
}

Deno.test("filter that fails for one order leaves the others alone", async () => {
  const good = sitooOrder({ externalid: "7" });
  const [failed, passed] = await verdicts("$number(externalid) > 5", [
    sitooOrder({ externalid: "maja.ek@example.com" }),
    good,
  ]);
  assertEquals(failed, {
    kind: "dead",
    reason: "filter-failed",
    detail: "filter: Cannot evaluate the expression: a value cannot be read as a number " +
      "(JSONata D3030), at character 8",
  });
  assertEquals(passed, { kind: "pass", record: good });
});

Deno.test("filter refuses an expression at its place in the file", () => {
  for (const when of ["a +", "$now() > 1", 5]) {
    const parsed = filter.schema.safeParse({ when });
    assertEquals(parsed.error?.issues.map((issue) => issue.path), [["when"]]);
  }
  assertThrows(() => filter.create({}, new TestServices()));
});

Deno.test("filter asks for the fields of the Sitoo order that it names", () => {
  assertEquals(filter.reads?.({ when: 'comment != "test"' }), ["comment"]);
  assertEquals(filter.reads?.({ when: "sitoo.customerref = order.id" }), ["customerref"]);
  assertEquals(filter.reads?.({ when: "sitoo.personalid = order.id" }), []);
});
