import { assertEquals, assertRejects } from "../std/assert.ts";
import { BodyTooLargeError, parseJson, readText } from "./body.ts";

Deno.test("readText() joins characters that were split between two chunks", async () => {
  const bytes = new TextEncoder().encode("kvitto på köp €");
  const stream = ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte)));
  assertEquals(await readText(new Response(stream), 100), "kvitto på köp €");
});

Deno.test("readText() reads no more than its limit and cancels the rest", async () => {
  let given = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      given += 10;
      controller.enqueue(new Uint8Array(10));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  await assertRejects(() => readText(new Response(endless), 25), BodyTooLargeError);
  assertEquals(cancelled, true);
  assertEquals(given < 100, true);
});

Deno.test("readText() reads exactly its limit", async () => {
  assertEquals(await readText(new Response("12345"), 5), "12345");
});

Deno.test("parseJson() gives nothing for what is no JSON", () => {
  for (const text of ["", "<html>", "{", "undefined"]) assertEquals(parseJson(text), undefined);
  assertEquals(parseJson("null"), null);
});
