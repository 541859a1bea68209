import fc from "fast-check";
import { assert, assertEquals, assertNotEquals } from "../std/assert.ts";
import {
  equalInConstantTime,
  keyedHash,
  keyedHasher,
  plainHash,
  sameInConstantTime,
} from "./keyed_hash.ts";

Deno.test("keyedHash() is HMAC-SHA-256, as in the second test case of RFC 4231", () => {
  assertEquals(
    keyedHash("Jefe", "what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

Deno.test("keyedHash() differs with the key", () => {
  assertNotEquals(keyedHash("one", "text"), keyedHash("two", "text"));
});

Deno.test("keyedHasher() makes the same hash as keyedHash() of any key and any text, each time", () => {
  const longKey = fc.string({ minLength: 60, maxLength: 70, unit: "grapheme" });
  fc.assert(fc.property(fc.oneof(fc.string(), longKey), fc.array(fc.string()), (key, texts) => {
    const hash = keyedHasher(key);
    assertEquals(texts.map(hash), texts.map((text) => keyedHash(key, text)));
  }));
});

Deno.test("plainHash() is SHA-256, of the text as UTF-8", () => {
  assertEquals(
    plainHash("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertNotEquals(plainHash("é"), plainHash("e"));
});

Deno.test("equalInConstantTime() tells equal secrets from others, of any length", () => {
  assert(equalInConstantTime("a-secret", "a-secret"));
  assert(!equalInConstantTime("a-secret", "a-secreT"));
  assert(!equalInConstantTime("a-secret", "a-secret "));
  assert(!equalInConstantTime("", "a"));
  assert(equalInConstantTime("", ""));
});

Deno.test("sameInConstantTime() tells the same text from any other, of any length", () => {
  assert(sameInConstantTime("a-secret", "a-secret"));
  assert(sameInConstantTime("é€😀", "é€😀"));
  for (const other of ["a-secreT", "b-secret", "a-secret ", "a-secre", "a-secreta-secret", ""]) {
    assert(!sameInConstantTime(other, "a-secret"), other);
    assert(!sameInConstantTime("a-secret", other), other);
  }
});
