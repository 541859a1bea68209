import { assertEquals } from "../../src/std/assert.ts";
import { linesOf } from "./lines.ts";

Deno.test("linesOf() puts lines together that come in pieces, and letters, too", async () => {
  const bytes = new TextEncoder().encode("één\ntwo\n\nrest");
  const pieces = [bytes.slice(0, 1), bytes.slice(1, 7), bytes.slice(7)];
  assertEquals(await Array.fromAsync(linesOf(ReadableStream.from(pieces))), ["één", "two", ""]);
});
