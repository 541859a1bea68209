import { ApiError } from "../../http/error.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import { assertEquals, assertRejects } from "../../std/assert.ts";
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

Deno.test("tills are read again after a day, and a fault of ours is none of Sitoo's", async () => {
  let now = 0;
  const sitoo = createMemorySitoo([], { registers });
  const localeOf = createReceiptLocales({ sitoo, now: () => now }, undefined);
  await localeOf({ registerid: "{7D2A41C0}" });
  now += 24 * 3_600_000 - 1;
  await localeOf({ registerid: "{7D2A41C0}" });
  assertEquals(sitoo.calls.length, 1);
  now += 1;
  await localeOf({ registerid: "{7D2A41C0}" });
  assertEquals(sitoo.calls.length, 2);
  now += 24 * 3_600_000;
  const failing = (error: Error): ReturnType<typeof createReceiptLocales> =>
    createReceiptLocales(
      { sitoo: { ...sitoo, registers: () => Promise.reject(error) }, now: () => now },
      undefined,
    );
  const till = { registerid: "{7D2A41C0}" };
  assertEquals(await failing(new DOMException("Late", "TimeoutError"))(till), "en-GB");
  await assertRejects(() => failing(new TypeError("A fault"))(till), TypeError);
  await assertRejects(() => failing(new DOMException("Over", "AbortError"))(till), DOMException);
  const named = Object.assign(new Error("Late"), { name: "TimeoutError" });
  await assertRejects(() => failing(named)(till), Error, "Late");
});
