import { assert, assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import { startServer } from "./serve.ts";
import { testApp } from "./testing.ts";

Deno.test("startServer() serves the app on a free port and knows who calls", async () => {
  const { app } = testApp();
  const server = startServer(app, { hostname: "127.0.0.1", port: 0 });
  assert(/^http:\/\/127\.0\.0\.1:\d+$/.test(server.url));
  const status = await fetch(`${server.url}/status.json`);
  assertEquals(Object.keys((await status.json()).pipelines), ["till"]);
  await server.stop(1000);
  await assertRejects(() => fetch(server.url));
});

Deno.test("startServer() lets a request end before it stops", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<boolean>();
  const { app } = testApp({
    ping: () => {
      asked.resolve();
      return answer.promise;
    },
  });
  const server = startServer(app, { hostname: "127.0.0.1", port: 0 });
  const response = fetch(`${server.url}/readyz`);
  await asked.promise;
  const stopped = server.stop(10_000);
  answer.resolve(true);
  assertEquals((await (await response).json()).ready, true);
  await stopped;
});

Deno.test("startServer() answers 503 to a request that does not end in time", async () => {
  const asked = Promise.withResolvers<void>();
  const { app, clock } = testApp({
    ping: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const server = startServer(app, { hostname: "127.0.0.1", port: 0 });
  const response = fetch(`${server.url}/readyz`);
  await asked.promise;
  await server.stop(20);
  assertEquals([(await response).status, await (await response).text()], [503, "Try again later"]);
  await clock.advance(3000);
});

Deno.test("startServer() throws when the address is taken", async () => {
  const { app } = testApp();
  const server = startServer(app, { hostname: "127.0.0.1", port: 0 });
  const port = Number(new URL(server.url).port);
  assertThrows(() => startServer(app, { hostname: "127.0.0.1", port }), Deno.errors.AddrInUse);
  await server.stop(1000);
});
