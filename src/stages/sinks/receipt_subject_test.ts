import { assertEquals } from "../../std/assert.ts";
import { fillIn } from "./receipt_subject.ts";

const data = { details: { receiptNumber: "S1", items: ["a"], none: null }, count: 3 };

const subjects: readonly (readonly [string, string])[] = [
  ["Your receipt!", "Your receipt!"],
  ["Receipt {{ details.receiptNumber }}", "Receipt S1"],
  ["{{details.receiptNumber}}/{{ count }}", "S1/3"],
  ["Receipt {{ details.nothing }}", "Receipt"],
  ["Receipt {{ details }} {{ details.items }} end", "Receipt   end"],
  ["{{ details.constructor }}{{ toString }}x", "x"],
  ["{{ details.receiptNumber.length }}{{ details.none.x }}{{ count.x }}x", "x"],
  ["{{ not a path }}", "{{ not a path }}"],
  ["one\r\nBcc: two", "one Bcc: two"],
];
for (const [subject, filled] of subjects) {
  Deno.test(`fillIn makes ${JSON.stringify(filled)} of ${JSON.stringify(subject)}`, () => {
    assertEquals(fillIn(subject, data), filled);
  });
}

Deno.test("fillIn lets no field bring a line break into the subject", () => {
  assertEquals(fillIn("To {{ name }}", { name: "a\nBcc: b\u2028c" }), "To a Bcc: b c");
});
