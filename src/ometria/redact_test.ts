import { assertEquals } from "../std/assert.ts";
import { redact } from "./redact.ts";

const cases: readonly [message: string, personal: readonly string[], left: string][] = [
  ["Payload invalid: Record is too large.", [], "Payload invalid: Record is too large."],
  ["not a valid value (root > currency)", [], "not a valid value (root > currency)"],
  ["bad address maja.ek+shop@example.com here", [], "bad address … here"],
  ["phone +46 70-123 45 67 is odd", [], "phone … is odd"],
  ["order till-50212 is odd", [], "order till-50212 is odd"],
  ["customer MAJA Ek, Åby; majas", ["Maja Ek", "åby"], "customer … …, …; majas"],
  ["a  b\n c", [], "a b c"],
  ["(.*) is odd", ["(.*)"], "(.*) is odd"],
];
for (const [message, personal, left] of cases) {
  Deno.test(`redact() leaves ${JSON.stringify(left)} of ${JSON.stringify(message)}`, () => {
    assertEquals(redact(message, personal), left);
  });
}

Deno.test("redact() keeps a message short, without cutting an address in two", () => {
  const message = `${"x".repeat(190)} maja.ek@example.com ${"y".repeat(5000)}`;
  assertEquals(redact(message, []), `${"x".repeat(190)} … ${"y".repeat(7)}`);
});
