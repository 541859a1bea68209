import { assert, assertEquals, assertInstanceOf, assertRejects } from "../std/assert.ts";
import { ApiError } from "./error.ts";
import { type ApiRequest, exchange, requestJson } from "./request.ts";
import { json, rawJson, servePeer, serveRaw } from "./testing.ts";

const never = new AbortController().signal;
const now = Date.UTC(2026, 0, 15, 12);

function get(url: string, more: Partial<ApiRequest> = {}): ApiRequest {
  return {
    api: "sitoo",
    action: "read orders",
    url,
    method: "GET",
    headers: { authorization: "Basic c2VjcmV0" },
    timeout: 10_000,
    now: () => now,
    ...more,
  };
}

async function failing(request: ApiRequest, signal = never): Promise<ApiError> {
  return await assertRejects(() => requestJson(request, signal), ApiError);
}

Deno.test("requestJson() says who it is and gives JSON, status and headers", async () => {
  let seen = new Headers();
  await using peer = servePeer((request) => {
    seen = new Headers(request.headers);
    return json({ ok: true }, 202, { "x-left": "5" });
  });
  const reply = await requestJson(get(`${peer.url}/a`), never);
  assertEquals(reply.body, { ok: true });
  assertEquals(reply.status, 202);
  assertEquals(reply.headers.get("x-left"), "5");
  assertEquals(seen.get("authorization"), "Basic c2VjcmV0");
  assert(/^tillpipe\/\d+\.\d+\.\d+/.test(seen.get("user-agent") ?? ""));
});

const statuses: readonly [status: number, kind: string][] = [
  [400, "refused"],
  [401, "unauthorized"],
  [403, "unauthorized"],
  [404, "refused"],
  [408, "unavailable"],
  [413, "refused"],
  [425, "unavailable"],
  [429, "throttled"],
  [500, "unavailable"],
  [503, "unavailable"],
];

for (const [status, kind] of statuses) {
  Deno.test(`requestJson() takes a ${status} with a body that is no JSON as ${kind}`, async () => {
    await using peer = servePeer(() => new Response("<h1>maja.ek@example.com</h1>", { status }));
    const error = await failing(get(`${peer.url}/v2/orders.json?email=maja.ek@example.com`));
    assertEquals(error.kind, kind);
    assertEquals(error.status, status);
    assertEquals(error.reached, true);
    assertEquals(
      error.message,
      `Cannot read orders: Sitoo answered ${status} (GET /v2/orders.json)`,
    );
  });
}

Deno.test("requestJson() follows no redirect", async () => {
  await using peer = servePeer((request) =>
    request.url.endsWith("/a")
      ? new Response(null, { status: 302, headers: { location: "/b" } })
      : json({ stolen: request.headers.get("authorization") })
  );
  const error = await failing(get(`${peer.url}/a`));
  assertEquals(error.kind, "malformed");
  assertEquals(peer.requests, ["GET /a"]);
});

const waits: readonly [header: string, wait: number][] = [
  ["12", 12_000],
  ["Thu, 15 Jan 2026 12:01:00 GMT", 60_000],
];
for (const [header, wait] of waits) {
  Deno.test(`requestJson() passes on Retry-After: ${header}`, async () => {
    await using peer = servePeer(() => json({}, 429, { "retry-after": header }));
    assertEquals((await failing(get(peer.url))).retryAfter, wait);
  });
}

Deno.test("requestJson() refuses a 2xx that is no JSON", async () => {
  await using peer = servePeer(() => new Response("<html>maintenance</html>"));
  assertEquals((await failing(get(peer.url))).kind, "malformed");
});

Deno.test("requestJson() refuses a 2xx without a body", async () => {
  await using peer = servePeer(() => new Response(null, { status: 204 }));
  assertEquals((await failing(get(peer.url))).kind, "malformed");
});

Deno.test("requestJson() gives up on an answer that does not come", async () => {
  const done = Promise.withResolvers<Response>();
  await using peer = servePeer(() => done.promise);
  const error = await failing(get(peer.url, { timeout: 30 }));
  done.resolve(json({}));
  assertEquals(error.kind, "unavailable");
  assertEquals(error.message, "Cannot read orders: Sitoo did not answer within 0.03 s (GET /)");
});

Deno.test("requestJson() gives up on an answer that begins and does not end", async () => {
  const raw = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
  await using peer = serveRaw(() => raw);
  assertEquals((await failing(get(peer.url, { timeout: 50 }))).kind, "unavailable");
});

Deno.test("requestJson() takes an answer that breaks off as unavailable", async () => {
  await using peer = serveRaw(() => "cut");
  const error = await failing(get(peer.url));
  assertEquals(error.kind, "unavailable");
  assertEquals(error.reached, true);
});

const halves: readonly [status: string, code: number | undefined][] = [
  ["503 Service Unavailable", 503],
  ["200 OK", undefined],
];
for (const [line, status] of halves) {
  Deno.test(`requestJson() judges a ${line} whose body breaks off`, async () => {
    const half = `HTTP/1.1 ${line}\r\ncontent-length: 100\r\n\r\n{`;
    await using peer = serveRaw(() => ({ thenCut: half }));
    const error = await failing(get(peer.url));
    assertEquals([error.kind, error.status], ["unavailable", status]);
  });
}

Deno.test("requestJson() passes the caller's reason on when aborted before or during the call", async () => {
  const reason = new Error("shutting down");
  const waiting = Promise.withResolvers<void>();
  const done = Promise.withResolvers<Response>();
  await using peer = servePeer(() => {
    waiting.resolve();
    return done.promise;
  });
  const stop = new AbortController();
  const call = requestJson(get(peer.url), stop.signal);
  await waiting.promise;
  stop.abort(reason);
  assertEquals(await assertRejects(() => call, Error), reason);
  assertEquals(await assertRejects(() => requestJson(get(peer.url), stop.signal), Error), reason);
  assertEquals(peer.requests.length, 1);
  done.resolve(json({}));
});

Deno.test("exchange() tells only with a connection of its own that nothing was sent", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${closed.addr.port}/profiles?email=maja.ek@example.com`;
  closed.close();
  const pooled = await failing(get(url));
  assertEquals(pooled.reached, true);
  const own = await assertRejects(() => exchange(get(url, { once: true }), never), ApiError);
  assertEquals(own.reached, false);
  assertEquals(own.kind, "unavailable");
});

Deno.test("exchange() says that Deno may not reach a host, and that nothing was sent", async () => {
  const error = await failing(get("http://nothing.invalid/"));
  assertEquals(error.reached, false);
  assertEquals(
    error.message,
    "Cannot read orders: Sitoo is no host that this command may call (GET /)",
  );
});

Deno.test("exchange() sends a request once, though a pooled connection would repeat it", async () => {
  for (const once of [false, true]) {
    await using peer = serveRaw((request) => request.startsWith("GET") ? rawJson({}) : "cut");
    for (let read = 0; read < 2; read++) await requestJson(get(`${peer.url}/warm`), never);
    const post = get(`${peer.url}/send`, { method: "POST", body: "{}", once });
    assertInstanceOf(await assertRejects(() => exchange(post, never), ApiError), ApiError);
    const sent = peer.requests.filter((line) => line === "POST /send").length;
    // The first half shows that the peer is one with which the danger is real.
    assertEquals(sent, once ? 1 : 2);
  }
});

Deno.test("exchange() takes the status as the answer to a request that goes out once", async () => {
  const half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
  await using peer = serveRaw(() => ({ thenCut: half }));
  const post = get(peer.url, { method: "POST", body: "{}", once: true });
  const reply = await exchange(post, never);
  assertEquals([reply.status, reply.body], [200, undefined]);
});

Deno.test("no error of a call shows a secret, an address or a query", async () => {
  const secret = "s3cr3t-key";
  const email = "maja.ek@example.com";
  const handlers = [
    (): Response => new Response(`${secret} ${email}`, { status: 500 }),
    (): Response => new Response(`${secret} ${email}`, { status: 400 }),
    (): Response => new Response(`${secret} ${email}`),
    (): Response => new Response(null, { status: 301, headers: { location: `/?${email}` } }),
  ];
  const errors: unknown[] = [];
  for (const handler of handlers) {
    await using peer = servePeer(handler);
    errors.push(await failing(ask(peer.url)));
  }
  await using cutting = serveRaw(() => "cut");
  errors.push(await failing(ask(cutting.url)));
  errors.push(await failing(ask("http://nothing.invalid")));
  errors.push(await failing(ask("http://nothing.invalid", `${secret}\n`)));
  errors.push(await failing(ask("no address at all")));
  for (const error of errors) {
    const shown = Deno.inspect(error, { depth: 10 });
    for (const hidden of [secret, "maja", "example.com", "?email"]) {
      assert(!shown.includes(hidden), `${hidden} in: ${shown}`);
    }
  }

  function ask(base: string, key = secret): ApiRequest {
    const body = JSON.stringify({ email });
    return get(`${base}/profiles?email=${email}`, {
      method: "POST",
      headers: { "x-ometria-auth": key },
      body,
    });
  }
});
