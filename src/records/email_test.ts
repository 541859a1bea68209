import { assertEquals } from "../std/assert.ts";
import { normaliseEmail } from "./email.ts";

Deno.test("normaliseEmail() trims and lowers an address", () => {
  assertEquals(normaliseEmail(" Maja.Ek@Example.COM "), "maja.ek@example.com");
  assertEquals(normaliseEmail("o'neil+till@mail.example.co.uk"), "o'neil+till@mail.example.co.uk");
  assertEquals(normaliseEmail("åsa@räksmörgås.example"), "åsa@räksmörgås.example");
  const longest = `${"a".repeat(242)}@example.com`;
  assertEquals(normaliseEmail(longest), longest);
});

Deno.test("normaliseEmail() takes nothing that cannot be an address", () => {
  const wrong = [
    "",
    "none",
    "@example.com",
    "maja@",
    "maja@example",
    "maja ek@example.com",
    "maja@@example.com",
    "maja..ek@example.com",
    "maja@example..com",
    "maja@-example.com",
    "maja@example.com,leo@example.com",
    "<maja@example.com>",
    `${"a".repeat(243)}@example.com`,
  ];
  for (const text of wrong) assertEquals(normaliseEmail(text), undefined, text);
});

Deno.test("normaliseEmail() answers at once however odd the text", () => {
  assertEquals(normaliseEmail(`${"a.".repeat(100)}@${"b-".repeat(20)}`), undefined);
  assertEquals(normaliseEmail("a".repeat(1_000_000)), undefined);
});
