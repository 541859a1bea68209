import { assertEquals } from "../std/assert.ts";
import type { SweepRow } from "../store/rows.ts";
import { fakePipeline, type TestApp, testApp } from "./testing.ts";

const HOST = { headers: { host: "localhost:8000" } };
const LOCAL = { peer: "127.0.0.1" };

interface Stream {
  readonly status: number;
  /** What has come since the last call. */
  next(): Promise<string>;
  readonly ended: Promise<boolean>;
  cancel(): Promise<void>;
}

async function open({ app }: TestApp): Promise<Stream> {
  const response = await app.request("/live", HOST, LOCAL);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new TypeError("There is no body");
  return {
    status: response.status,
    next: async () => (await reader.read()).value ?? "",
    get ended(): Promise<boolean> {
      return reader.read().then(({ done }) => done);
    },
    cancel: () => reader.cancel(),
  };
}

function healing(): { readonly test: TestApp; heal(): void } {
  let healed = 0;
  const sweep = (): Promise<SweepRow> => Promise.resolve({ next: 1, newAt: 1, healed });
  const test = testApp({ pipelines: [fakePipeline({ status: { sweep } })] });
  return { test, heal: () => void healed++ };
}

Deno.test("GET /live tells whether figures have changed, and when it looked", async () => {
  const { test, heal } = healing();
  const stream = await open(test);
  assertEquals(await stream.next(), "event: same\ndata: 2026-01-15 12:00:00 UTC\nretry: 1000\n\n");
  await pass(test, 2);
  assertEquals(await stream.next(), "event: same\ndata: 2026-01-15 12:00:01 UTC\n\n");
  heal();
  assertEquals(await stream.next(), "event: same\ndata: 2026-01-15 12:00:03 UTC\n\n");
  await pass(test, 1);
  assertEquals(await stream.next(), "event: change\ndata: 2026-01-15 12:00:04 UTC\n\n");
  await stream.cancel();
  await pass(test, 1);
  assertEquals(test.clock.sleeping, 0);
});

Deno.test("GET /live asks proxies and caches to keep nothing back", async () => {
  const { test } = healing();
  const response = await test.app.request("/live", HOST, LOCAL);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(response.headers.get("x-accel-buffering"), "no");
  await response.body?.cancel();
  await pass(test, 1);
  assertEquals(test.clock.sleeping, 0);
});

Deno.test("GET /live ends when the server stops, and begins none after that", async () => {
  const { test } = healing();
  const stream = await open(test);
  await stream.next();
  const { ended } = stream;
  test.stopping.abort(new Error("stop"));
  assertEquals(await ended, true);
  assertEquals((await test.app.request("/live", HOST, LOCAL)).status, 503);
});

Deno.test("GET /live ends after five minutes, so that the browser has to be let in again", async () => {
  const { test } = healing();
  const stream = await open(test);
  const heard = toTheEnd(stream);
  await pass(test, 200);
  assertEquals(test.clock.sleeping, 0);
  assertEquals((await heard).match(/event: same/g)?.length, 200);
});

Deno.test("GET /live has so many streams at a time, and takes others when one ends", async () => {
  const { test } = healing();
  const streams = await Promise.all(Array.from({ length: 50 }, () => open(test)));
  assertEquals((await test.app.request("/live", HOST, LOCAL)).status, 503);
  for (const stream of streams) await stream.cancel();
  await pass(test, 1);
  const again = await open(test);
  assertEquals(again.status, 200);
  await again.cancel();
});

/** Lets looks pass; the store of these tests answers a little later each time. */
async function pass({ clock }: TestApp, looks: number): Promise<void> {
  for (let look = 0; look < looks; look++) {
    await clock.advance(1500);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function toTheEnd(stream: Stream): Promise<string> {
  let all = "";
  for (let text = await stream.next(); text !== ""; text = await stream.next()) all += text;
  return all;
}
