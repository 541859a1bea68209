import { Secret } from "../../definition/secret.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { basic, testApp } from "../testing.ts";
import { callerOf, isLocal } from "./local.ts";

const LOCAL = { peer: "127.0.0.1" };
const HOST = { host: "localhost:8000" };
const PATHS = ["/", "/status.json"];

Deno.test("operator pages answer without a password to whoever sits at this machine", async () => {
  const { app } = testApp();
  for (const path of PATHS) {
    assertEquals((await app.request(path, { headers: HOST }, LOCAL)).status, 200);
    assertEquals((await app.request(path, { headers: HOST }, { peer: "192.0.2.7" })).status, 403);
    assertEquals((await app.request(path, { headers: HOST })).status, 403);
  }
});

const local: [string, string, HeadersInit, boolean][] = [
  ["IPv4 and a port", "127.0.0.1", { host: "127.0.0.1:8000" }, true],
  ["another loopback address", "127.0.0.53", { host: "localhost" }, true],
  ["IPv6", "::1", { host: "[::1]:8000" }, true],
  ["IPv4 in IPv6", "::ffff:127.0.0.1", { host: "LOCALHOST:1" }, true],
  ["a peer elsewhere", "10.0.0.1", { host: "localhost" }, false],
  ["a peer that only looks like it", "127.0.0.1.example", { host: "localhost" }, false],
  ["no host", "127.0.0.1", {}, false],
  ["a name that was bound to here", "127.0.0.1", { host: "evil.example" }, false],
  ["a host that only starts well", "127.0.0.1", { host: "localhost.evil.example" }, false],
  ["x-forwarded-for", "127.0.0.1", { host: "localhost", "x-forwarded-for": "1.2.3.4" }, false],
  ["x-forwarded-proto", "127.0.0.1", { host: "localhost", "X-Forwarded-Proto": "https" }, false],
  ["forwarded", "127.0.0.1", { host: "localhost", forwarded: "for=1.2.3.4" }, false],
  ["x-real-ip", "127.0.0.1", { host: "localhost", "x-real-ip": "1.2.3.4" }, false],
  ["cf-connecting-ip", "127.0.0.1", { host: "localhost", "CF-Connecting-IP": "1.2.3.4" }, false],
  ["via", "127.0.0.1", { host: "localhost", via: "1.1 proxy" }, false],
];
for (const [name, peer, headers, expected] of local) {
  Deno.test(`isLocal() is ${expected} for ${name}`, () => {
    assertEquals(isLocal(new Headers(headers), peer, { deploy: false }), expected);
  });
}

Deno.test("isLocal() is false on Deno Deploy and behind a public address", () => {
  const headers = new Headers(HOST);
  assertEquals(isLocal(headers, "127.0.0.1", { deploy: true }), false);
  const publicUrl = "https://hooks.example.com";
  assertEquals(isLocal(headers, "127.0.0.1", { deploy: false, publicUrl }), false);
});

Deno.test("callerOf() believes a forwarded address only from a proxy on this machine", () => {
  const headers = new Headers({ "x-forwarded-for": "203.0.113.9, 198.51.100.4" });
  assertEquals(callerOf(headers, "127.0.0.1"), "198.51.100.4");
  assertEquals(callerOf(headers, "192.0.2.7"), "192.0.2.7");
  assertEquals(callerOf(new Headers(), "::1"), "::1");
  assertEquals(callerOf(headers, undefined), "unknown");
});

Deno.test("operator pages take the password as Basic or Bearer, from anywhere", async () => {
  const { app } = testApp({ operator: { password: new Secret("long enough"), deploy: true } });
  const status = async (headers: HeadersInit): Promise<number> =>
    (await app.request("/status.json", { headers }, { peer: "192.0.2.7" })).status;
  assertEquals(await status(basic("anyone", "long enough")), 200);
  assertEquals(await status({ authorization: "Bearer long%20enough" }), 401);
  assertEquals(await status(basic("long enough", "")), 401);
  assertEquals(await status({}), 401);
});

Deno.test("operator pages ask even this machine for the password once there is one", async () => {
  const { app } = testApp({ operator: { password: new Secret("word") } });
  const response = await app.request("/", { headers: HOST }, LOCAL);
  assertEquals(response.status, 401);
  assertEquals(
    (await app.request("/", { headers: { authorization: "Bearer word" } }, LOCAL)).status,
    200,
  );
});

Deno.test("a browser without a session is led to the login, and back to where it was going", async () => {
  const { app } = testApp({ operator: { password: new Secret("word") } });
  const headers = { ...HOST, accept: "text/html,*/*" };
  const to = async (path: string): Promise<string | null> =>
    (await app.request(path, { headers }, LOCAL)).headers.get("location");
  assertEquals(await to("/"), "/login");
  assertEquals(await to("/orders?x=1"), "/login?from=%2Forders%3Fx%3D1");
});

Deno.test("a browser that followed another site's link comes once more, with its session", async () => {
  const { app } = testApp({ operator: { password: new Secret("word") } });
  const headers = { ...HOST, accept: "text/html", "sec-fetch-mode": "navigate" };
  const linked = await app.request("/orders/1", {
    headers: { ...headers, "sec-fetch-site": "cross-site" },
  }, LOCAL);
  assertEquals(linked.status, 200);
  const html = await linked.text();
  assertStringIncludes(html, 'http-equiv="refresh"');
  assertEquals(html.includes("orders"), false);
  const own = await app.request("/orders/1", {
    headers: { ...headers, "sec-fetch-site": "same-origin" },
  }, LOCAL);
  assertEquals(own.headers.get("location"), "/login?from=%2Forders%2F1");
});

Deno.test("whoever has guessed too often is not heard for a minute, and nobody else", async () => {
  const { app, clock } = testApp({ operator: { password: new Secret("word") } });
  const status = async (headers: HeadersInit, peer = "192.0.2.7"): Promise<number> =>
    (await app.request("/", { headers }, { peer })).status;
  for (let n = 0; n < 20; n++) assertEquals(await status(basic("x", "guess")), 401);
  assertEquals(await status(basic("x", "guess")), 429);
  assertEquals(await status(basic("x", "word")), 429);
  assertEquals(await status({}), 401);
  assertEquals(await status(basic("x", "word"), "192.0.2.8"), 200);
  await clock.advance(60_000);
  assertEquals(await status(basic("x", "word")), 200);
});

Deno.test("parts of another site's page are refused, links from it are followed", async () => {
  const { app } = testApp();
  const get = async (mode: string): Promise<Response> =>
    await app.request("/", {
      headers: { ...HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": mode },
    }, LOCAL);
  const image = await get("no-cors");
  assertEquals(image.status, 403);
  assertStringIncludes(await image.text(), "another site");
  assertEquals((await get("navigate")).status, 200);
});
