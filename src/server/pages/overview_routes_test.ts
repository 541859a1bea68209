import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openPages } from "./testing.ts";

const minute = 60_000;

Deno.test("GET / draws the last day: orders a minute and lag", async () => {
  await using pages = await openPages();
  const at = pages.clock.now();
  await pages.commit({
    ledger: [1, 2, 3].map((orderId) => ({
      orderId,
      outcome: "delivered",
      at,
      acceptedAt: at,
      steps: [],
    })),
  });
  await pages.clock.advance(2 * minute);
  const html = await pages.html("/");
  assertStringIncludes(html, "now 1.5, at most 1.5 in 24 h");
  assertStringIncludes(html, "now 0 s, at most 0 s in 24 h");
  const [, line = ""] = /class="line" points="([^"]*)"/.exec(html) ?? [];
  const points = line.split(" ");
  assertEquals(points.length, 288);
  assert(points.every((point) => /^[\d.]+,[\d.]+$/.test(point)), line);
});

Deno.test("GET / tells in words what alerts tell", async () => {
  await using pages = await openPages();
  const now = pages.clock.now();
  await pages.store.arrive({
    pointers: [{ orderId: 1, origin: "live", dueAt: now, receivedAt: now, attempts: 0 }],
    receipts: [],
    quarantine: [],
  });
  await pages.store.setConnection("ometria", { state: "down", since: now, detail: "HTTP 502" });
  await pages.clock.advance(65 * minute);
  const html = await pages.html("/");
  for (
    const text of [
      "The oldest order has been waiting for 65 minutes",
      "Ometria does not work (HTTP 502)",
      "down for 1 h 5 min: HTTP 502",
      "Ometria cannot be reached",
      "now 1 h 5 min",
    ]
  ) assertStringIncludes(html, text);
});

Deno.test("GET / says when orders lie there and nobody works on them", async () => {
  await using pages = await openPages();
  const now = pages.clock.now();
  await pages.store.arrive({
    pointers: [{ orderId: 1, origin: "live", dueAt: now, receivedAt: now, attempts: 0 }],
    receipts: [],
    quarantine: [],
  });
  assertStringIncludes(await pages.html("/"), "Delivering");
  await pages.clock.advance(3 * minute);
  assertStringIncludes(await pages.html("/"), "No process works on it</span>");
  await pages.store.acquireLane("somebody", "f");
  const html = await pages.html("/");
  assertStringIncludes(html, "Delivering");
  assertStringIncludes(html, "A process works on it.");
});

Deno.test("GET / counts no further than it has to", async () => {
  await using pages = await openPages();
  const pointers = Array.from({ length: 900 }, (_, orderId) => ({
    orderId,
    origin: "live" as const,
    dueAt: 0,
    receivedAt: pages.clock.now(),
    attempts: 0,
  }));
  for (let n = 0; n < 6; n++) await pages.store.arrive({ pointers, receipts: [], quarantine: [] });
  assertStringIncludes(await pages.html("/"), "<dd>5,000+</dd>");
});

Deno.test("GET / tells how lines match the catalogue, where they are looked up, and escapes SKUs", async () => {
  await using pages = await openPages();
  assert(!(await pages.html("/")).includes("Products:"));
  await pages.commit({ ledger: [], products: { hits: 3, misses: ["<b>SKU"] } });
  const html = await pages.html("/");
  assertStringIncludes(html, "Products: 75.0 % of 4 lines");
  assertStringIncludes(html, "Not there: &lt;b&gt;SKU");
});
