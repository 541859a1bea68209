import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import type { Checkpoint } from "../store/rows.ts";
import { StoreUnwritableError } from "../store/unwritable.ts";
import { fakePipeline, type FakePipelineOptions, testApp } from "./testing.ts";

const LOCAL = { peer: "127.0.0.1" };
const HOST = { headers: { host: "localhost:8000" } };

const RUN: Checkpoint = {
  state: "running",
  next: 500,
  total: 2000,
  read: 500,
  delivered: 480,
  unchanged: 0,
  linked: 12,
  skipped: 8,
  waiting: 0,
  dead: 0,
  young: 0,
  startedAt: Date.UTC(2026, 0, 15, 11, 59),
  updatedAt: Date.UTC(2026, 0, 15, 12),
  fingerprint: "f",
};

async function page(options: FakePipelineOptions = {}): Promise<string> {
  const { app } = testApp({ pipelines: [fakePipeline(options)] });
  const response = await app.request("/", HOST, LOCAL);
  assertEquals(response.status, 200);
  return await response.text();
}

Deno.test("GET /healthz answers while the process lives", async () => {
  const { app, stopping } = testApp({ ping: () => Promise.resolve(false) });
  stopping.abort();
  const response = await app.request("/healthz");
  assertEquals([response.status, await response.text()], [200, "ok"]);
});

Deno.test("GET /readyz says whether events can be taken", async () => {
  const { app, stopping } = testApp();
  const ready = await app.request("/readyz");
  assertEquals(ready.status, 200);
  assertEquals(await ready.json(), { ready: true, store: true, pipelines: 1, stopping: false });
  stopping.abort();
  assertEquals((await app.request("/readyz")).status, 503);
});

for (
  const [name, ping] of [
    ["says no", (): Promise<boolean> => Promise.resolve(false)],
    ["fails", (): Promise<boolean> => Promise.reject(new Error("gone"))],
    ["hangs", (): Promise<boolean> => new Promise(() => {})],
  ] as const
) {
  Deno.test(`GET /readyz answers 503 when the store ${name}`, async () => {
    const { app, clock } = testApp({ ping });
    const response = app.request("/readyz");
    await clock.advance(3000);
    assertEquals([(await response).status, (await (await response).json()).store], [503, false]);
  });
}

Deno.test("GET /readyz answers 503 with the reason while the store takes nothing", async () => {
  const { app } = testApp({ refusal: () => new StoreUnwritableError({ reason: "full" }) });
  const response = await app.request("/readyz");
  assertEquals(response.status, 503);
  const { ready, refusal } = await response.json();
  assertEquals([ready, refusal], [false, "The store takes nothing more: its disk is full"]);
});

Deno.test("GET /status.json shows every pipeline's figures and is not kept by caches", async () => {
  const { app } = testApp({ pipelines: [fakePipeline(), fakePipeline({ name: "second" })] });
  const response = await app.request("/status.json", HOST, LOCAL);
  assertEquals(response.headers.get("cache-control"), "no-store");
  const status = await response.json();
  assertEquals(Object.keys(status.pipelines), ["till", "second"]);
  assertEquals(status.pipelines.till.connections.sitoo, "ok");
});

Deno.test("GET / shows how each pipeline stands", async () => {
  const html = await page();
  assert(html.startsWith('<!DOCTYPE html><html lang="en">'));
  assertStringIncludes(html, "Up to date");
});

Deno.test("GET / shows how far a backfill is and how long it will take", async () => {
  const html = await page({ status: { checkpoint: () => Promise.resolve(RUN) } });
  assertStringIncludes(html, "Bringing in history");
  assertStringIncludes(html, "500 of 2,000 orders read (25 %), about 3 min left");
  assertStringIncludes(html, "delivered 480, linked 12, skipped 8");
});

Deno.test("GET / tells first what is most urgent", async () => {
  const connections = new Map([["ometria", { state: "paused", since: 0 }] as const]);
  const html = await page({
    status: {
      connections: () => Promise.resolve(connections),
      checkpoint: () => Promise.resolve(RUN),
    },
  });
  assertStringIncludes(html, "Ometria refuses the key");
});

Deno.test("GET / allows nothing but its own style and script", async () => {
  const { app } = testApp();
  const response = await app.request("/", HOST, LOCAL);
  const policy = response.headers.get("content-security-policy") ?? "";
  assertStringIncludes(policy, "default-src 'none'");
  assert(!policy.includes("unsafe"));
  const html = await response.text();
  assert(!/ style=| on\w+=|<style|<script>/.test(html));
  for (const [, path = ""] of html.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
    assertEquals((await app.request(path, HOST, LOCAL)).status, 200, path);
  }
});

Deno.test("the app answers 404 to what it does not know, files outside its assets too", async () => {
  const { app } = testApp();
  for (const path of ["/nothing", "/assets/app.ts", "/assets/..%2fapp.ts", "/assets/toString"]) {
    assertEquals((await app.request(path, HOST, LOCAL)).status, 404, path);
  }
});

Deno.test("the app answers 503 when something of its own breaks, without saying what", async () => {
  const counters = (): Promise<never> => Promise.reject(new Error("inner secret"));
  const { app } = testApp({ pipelines: [fakePipeline({ status: { counters } })] });
  const response = await app.request("/status.json", HOST, LOCAL);
  assertEquals([response.status, await response.text()], [503, "Try again later"]);
});
