/** What strangers get, for every route there is: a new route is in here as soon as it is written. */
import { Secret } from "../definition/secret.ts";
import { assert, assertEquals } from "../std/assert.ts";
import { setUpLogging } from "../telemetry/logging.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { openMemoryStore, type RefusableStore } from "../store/testing.ts";
import { fakePipeline, type TestApp, testApp } from "./testing.ts";

const HOST = "tillpipe.example.com";
const NAME = "a-name-that-nobody-knows";

/** Open to everyone: each says in its own tests what it tells. */
const OPEN = ["/healthz", "/readyz", "/login", "/logout", "/assets/:name"];

interface Route {
  readonly method: string;
  readonly path: string;
}

interface Fixture {
  readonly test: TestApp;
  readonly store: RefusableStore;
  readonly routes: readonly Route[];
}

async function fixture(): Promise<Fixture & AsyncDisposable> {
  const clock = new ManualClock();
  const store = await openMemoryStore(clock);
  const pipelines = [fakePipeline({ name: NAME, store: store.pipeline(NAME, "default") })];
  const test = testApp({ pipelines, operator: { password: new Secret("word") } });
  const all = test.app.routes.filter(({ method, path }) =>
    method !== "ALL" && !path.startsWith("/hooks/")
  );
  const routes = [
    ...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values(),
  ];
  return { test, store, routes, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

/** The address of a route with parts that exist. */
function addressOf({ path }: Route): string {
  return path.replace(":pipeline", NAME).replace(/:\w+(\{[^/]*\})?/g, "1");
}

async function session({ test }: Fixture): Promise<string> {
  const response = await test.app.request("/login", {
    method: "POST",
    headers: { host: HOST, origin: `https://${HOST}` },
    body: new URLSearchParams({ password: "word" }),
  });
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

function request(
  { test }: Fixture,
  route: Route,
  headers: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const body = route.method === "GET" ? null : new URLSearchParams({ all: "yes", id: "1" });
  return test.app.request(addressOf(route), {
    method: route.method,
    headers: { host: HOST, ...headers },
    body,
  }, { peer: "192.0.2.7" });
}

Deno.test("every route of the operator is in the table", async () => {
  await using made = await fixture();
  const guarded = made.routes.filter(({ path }) => !OPEN.includes(path));
  assert(guarded.length >= 3, "the table was not read");
  assert(guarded.some(({ path }) => path === "/") && guarded.some(({ path }) => path === "/live"));
});

Deno.test("no route tells or changes anything without the password", async () => {
  await using made = await fixture();
  const before = made.store.commits;
  for (const route of made.routes.filter(({ path }) => !OPEN.includes(path))) {
    const name = `${route.method} ${route.path}`;
    // The guesses below are not so many that nobody is heard any more.
    await made.test.clock.advance(60_000);
    const site = { origin: `https://${HOST}` };
    for (
      const headers of [
        { ...site },
        { ...site, accept: "text/html" },
        { ...site, authorization: "Bearer guess" },
        { ...site, cookie: "tillpipe-session=9999999999.x.y" },
      ]
    ) {
      const response = await request(made, route, headers);
      const isLogin = response.status === 303 &&
        response.headers.get("location")?.startsWith("/login") === true;
      assert(response.status === 401 || isLogin, `${name} answers ${response.status}`);
      assert(!(await response.text()).includes(NAME), name);
    }
  }
  assertEquals(made.store.commits, before);
});

Deno.test("no route without a password tells or changes anything from elsewhere", async () => {
  await using made = await fixture();
  const pipelines = [fakePipeline({ name: NAME, store: made.store.pipeline(NAME, "default") })];
  const open = { ...made, test: testApp({ pipelines }) };
  const before = made.store.commits;
  for (const route of made.routes.filter(({ path }) => !OPEN.includes(path))) {
    const response = await request(open, route, { origin: `https://${HOST}` });
    assertEquals(response.status, 403, `${route.method} ${route.path}`);
    assert(!(await response.text()).includes(NAME), route.path);
  }
  assertEquals(made.store.commits, before);
});

Deno.test("no route changes anything for another site's page, even if a browser sent the session along", async () => {
  await using made = await fixture();
  const cookie = await session(made);
  const before = made.store.commits;
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { cookie, origin: "https://evil.example" },
    { cookie, origin: "null" },
    { cookie },
    { authorization: `Basic ${btoa("x:word")}`, origin: "https://evil.example" },
  ];
  for (const route of made.routes.filter(({ method }) => method !== "GET")) {
    for (const headers of foreign) {
      const response = await request(made, route, headers);
      assertEquals(response.status, 403, `${route.method} ${route.path}`);
      assert(!(await response.text()).includes(NAME), route.path);
    }
  }
  assertEquals(made.store.commits, before);
});

Deno.test("no route tells anything to parts of another site's page", async () => {
  await using made = await fixture();
  const cookie = await session(made);
  for (const route of made.routes.filter(({ path }) => !OPEN.includes(path))) {
    const headers = { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    const response = await request(made, route, headers);
    assertEquals(response.status, 403, `${route.method} ${route.path}`);
    assert(!(await response.text()).includes(NAME), route.path);
  }
});

/** What each action is asked for here; `none`: it only reads, and so leaves no line. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>> | "none">> = {
  "/login": { password: "word" },
  "/logout": {},
  "/orders": "none",
  "/orders/:order{[1-9][0-9]{0,14}}/people": {},
  "/pipelines/:pipeline/dead/replay": { id: "1" },
  "/pipelines/:pipeline/dead/discard": { id: "1" },
  "/pipelines/:pipeline/receipts/resend": { id: "event" },
  "/pipelines/:pipeline/receipts/mark-sent": { id: "event" },
  "/pipelines/:pipeline/backfill/start": {},
  "/pipelines/:pipeline/backfill/pause": {},
  "/pipelines/:pipeline/backfill/measure": "none",
  "/pipelines/:pipeline/reconcile": {},
  "/pipelines/:pipeline/reconcile/cancel": {},
};

Deno.test("every action leaves a line in the log, and a new one is noticed here", async () => {
  await using made = await fixture();
  const posts = made.routes.filter(({ method }) => method === "POST");
  assertEquals(posts.map(({ path }) => path).toSorted(), Object.keys(ACTIONS).toSorted());
  for (const route of posts) {
    const form = ACTIONS[route.path] ?? "none";
    const cookie = await session(made);
    const lines: string[] = [];
    await using _ = await setUpLogging({ json: true, write: (line) => void lines.push(line) });
    const response = await made.test.app.request(addressOf(route), {
      method: "POST",
      headers: { host: HOST, origin: `https://${HOST}`, cookie },
      body: new URLSearchParams(form === "none" ? {} : form),
    });
    await response.body?.cancel();
    const noted = lines.map((line) => JSON.parse(line))
      .filter(({ logger }) => logger === "tillpipe.audit");
    const isRefused = route.path.endsWith("/backfill/start");
    assertEquals(noted.length, form === "none" || isRefused ? 0 : 1, route.path);
  }
});

Deno.test("every page is there for the operator, and may not be framed or cached", async () => {
  await using made = await fixture();
  const cookie = await session(made);
  for (
    const route of made.routes.filter(({ method, path }) => method === "GET" && path !== "/live")
  ) {
    const response = await request(made, route, { cookie });
    assert(response.status < 500, `${route.path} answers ${response.status}`);
    await response.body?.cancel();
    const policy = response.headers.get("content-security-policy") ?? "";
    assert(policy.includes("frame-ancestors 'none'") && !policy.includes("unsafe"), policy);
    if (!OPEN.includes(route.path)) {
      assertEquals(response.headers.get("cache-control"), "no-store", route.path);
    }
  }
});
