import { ApiError } from "../../http/error.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import { assertEquals } from "../../std/assert.ts";
import { createReceiptLocales } from "./receipt_locale.ts";

const registers = [
  { registerid: "{7D2A41C0}", receiptlanguagetag: "sv_SE" },
  { registerid: "{0B94E7A2}", receiptlanguagetag: "not a language" },
  { registerid: "{5F1C20DB}" },
];

Deno.test("a receipt is written in the language of its till, whatever way the till is named", async () => {
  const sitoo = createMemorySitoo([], { registers });
  const localeOf = createReceiptLocales({ sitoo, now: () => 0 }, undefined);
  const found: string[] = [];
  for (const registerid of ["{7D2A41C0}", "7d2a41c0", "{0B94E7A2}", "{5F1C20DB}", "{unknown}"]) {
    found.push(await localeOf({ registerid }));
  }
  assertEquals(found, ["sv-SE", "sv-SE", "en-GB", "en-GB", "en-GB"]);
  assertEquals(await localeOf({}), "en-GB");
  assertEquals(sitoo.calls.length, 1, "all tills are read at once");
});

Deno.test("a configured locale asks nobody", async () => {
  const sitoo = createMemorySitoo([], { registers });
  const localeOf = createReceiptLocales({ sitoo, now: () => 0 }, "fi-FI");
  assertEquals(await localeOf({ registerid: "{7D2A41C0}" }), "fi-FI");
  assertEquals(sitoo.calls, []);
});

Deno.test("tills that cannot be read hold no receipt up, and are read again", async () => {
  let now = 0;
  const sitoo = createMemorySitoo([], { registers });
  const localeOf = createReceiptLocales({ sitoo, now: () => now }, undefined);
  sitoo.failNext(new ApiError("No", { api: "sitoo", kind: "unavailable", reached: true }));
  assertEquals(await localeOf({ registerid: "{7D2A41C0}" }), "en-GB");
  assertEquals(await localeOf({ registerid: "{7D2A41C0}" }), "en-GB");
  assertEquals(sitoo.calls.length, 1);
  now += 600_000;
  assertEquals(await localeOf({ registerid: "{7D2A41C0}" }), "sv-SE");
});
