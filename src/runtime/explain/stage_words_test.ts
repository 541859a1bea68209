import { assertEquals } from "../../std/assert.ts";
import { endWords, refundedWords, stageWords } from "./stage_words.ts";

Deno.test("stageWords() names changed fields one by one, the first twelve", () => {
  const changes = Array.from({ length: 14 }, (_, index) => ({
    path: [`field${index}`],
    before: undefined,
    after: index,
  }));
  const words = stageWords({ stage: "namespace", outcome: "passed", changes });
  assertEquals(words.length, 13);
  assertEquals([words[0], words[12]], ["field0: nothing → 0", "and 2 more"]);
  assertEquals(stageWords({ stage: "filter", outcome: "passed", changes: [] }), [
    "passed it on as it was",
  ]);
  assertEquals(stageWords({ stage: "map", outcome: "made", changes: changes.slice(0, 1) }), [
    "made the record: 1 field",
  ]);
});

Deno.test("endWords() keeps what could not be joined apart from what was", () => {
  const end = endWords({
    kind: "send",
    id: "till-1",
    compared: "changed",
    records: [],
    refunds: [7, 8],
    unusable: [{ refund: 9, reason: "refund-line-unclear", detail: "no such line" }],
  });
  assertEquals(end, {
    headline: "Differs from what Ometria accepted last: it would be sent again",
    notes: ["With refunds 7, 8"],
    problems: ["Without refund 9, refund-line-unclear: no such line"],
  });
});

Deno.test("refundedWords() tells what came back, and that nothing did", () => {
  assertEquals(
    refundedWords([{ sku: "TEE", quantity: 2, amount: "498.00" }, {
      sku: "",
      quantity: 1,
      amount: "5.00",
    }]),
    "2 × TEE for 498.00, 1 × ? for 5.00",
  );
  assertEquals(refundedWords([]), "nothing any more");
});
