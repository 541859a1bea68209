import { assertEquals, assertNotEquals } from "../std/assert.ts";
import { contentHash, markHash } from "./content_hash.ts";

function same(text: string): string {
  return text;
}

Deno.test("contentHash() hashes every record and the contact, apart from each other", () => {
  assertEquals(contentHash({ bodies: ["a", "b"], contact: "c" }, same), "a\nb\nc");
  assertEquals(contentHash({ bodies: ["a"] }, same), "a\n");
  assertNotEquals(
    contentHash({ bodies: ["a", "b"] }, same),
    contentHash({ bodies: ["a"], contact: "b" }, same),
  );
});

Deno.test("markHash() keeps sixteen digits", () => {
  assertEquals(markHash("0123456789abcdef0123", same), "0123456789abcdef");
});
