import { Secret } from "../../definition/secret.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import type { OperatorRule } from "../environment.ts";
import { fakePipeline, type TestApp, testApp } from "../testing.ts";

const HOST = "localhost:8000";

interface Answer {
  readonly response: Response;
  /** The session's cookie as a browser would send it back. */
  readonly cookie: string;
}

async function login(
  { app }: TestApp,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await app.request("/login", {
    method: "POST",
    headers: { host: HOST, origin: `http://${HOST}`, ...headers },
    body: new URLSearchParams(form),
  }, { peer: "127.0.0.1" });
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  return { response, cookie };
}

function appWith(operator: Partial<OperatorRule> = {}): TestApp {
  return testApp({ operator: { password: new Secret("word"), ...operator } });
}

async function statusWith({ app }: TestApp, cookie: string): Promise<number> {
  return (await app.request("/status.json", { headers: { host: HOST, cookie } })).status;
}

Deno.test("POST /login begins a session that lets in for twelve hours", async () => {
  const test = appWith();
  const { response, cookie } = await login(test, { password: "word" });
  assertEquals([response.status, response.headers.get("location")], [303, "/"]);
  assertEquals(await statusWith(test, cookie), 200);
  await test.clock.advance(12 * 3_600_000 - 1000);
  assertEquals(await statusWith(test, cookie), 200);
  await test.clock.advance(1000);
  assertEquals(await statusWith(test, cookie), 401);
});

Deno.test("POST /login looks at no more passwords at once than one after another", async () => {
  const test = appWith();
  const guesses = Array.from({ length: 40 }, () => login(test, { password: "guess" }));
  const answers = await Promise.all(guesses);
  const looked = answers.filter(({ response }) => response.status === 401);
  assertEquals(looked.length, 20);
  const { response } = await login(test, { password: "word" });
  assertEquals(response.status, 429);
});

Deno.test("POST /login gives the cookie to no script and no other site", async () => {
  const { response } = await login(appWith(), { password: "word" });
  const cookie = response.headers.get("set-cookie") ?? "";
  for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) assertStringIncludes(cookie, part);
  assert(!cookie.includes("Secure"), "on this machine there is no HTTPS");
});

Deno.test("POST /login gives the cookie to HTTPS alone off this machine", async () => {
  const publicUrl = "https://till.example.com";
  const elsewhere = { host: "till.example.com", origin: publicUrl };
  for (
    const { response } of [
      await login(appWith(), { password: "word" }, elsewhere),
      await login(appWith({ publicUrl }), { password: "word" }, { origin: publicUrl }),
      await login(appWith({ deploy: true }), { password: "word" }),
    ]
  ) {
    assertStringIncludes(response.headers.get("set-cookie") ?? "", "Secure");
  }
});

Deno.test("POST /login goes on to a path of this server, and to nowhere else", async () => {
  const cases: [string, string][] = [
    ["/pipelines/till/dead?reason=x", "/pipelines/till/dead?reason=x"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["https://evil.example/", "/"],
    ["/login", "/"],
    ["/a\r\nset-cookie: b=c", "/"],
    ["", "/"],
  ];
  for (const [from, to] of cases) {
    const { response } = await login(appWith(), { password: "word", from });
    assertEquals(response.headers.get("location"), to, from);
  }
});

Deno.test("POST /login asks again after a wrong password, and keeps the way", async () => {
  const { response, cookie } = await login(appWith(), { password: "wor", from: "/orders" });
  assertEquals([response.status, cookie], [401, ""]);
  const html = await response.text();
  assertStringIncludes(html, "This is not the password");
  assertStringIncludes(html, 'value="/orders"');
  assert(!html.includes('wor"'), "what was typed is not shown again");
});

Deno.test("POST /login does not look at passwords of whoever has guessed too often", async () => {
  const test = appWith();
  for (let n = 0; n < 20; n++) await login(test, { password: `guess ${n}` });
  const { response, cookie } = await login(test, { password: "word" });
  assertEquals([response.status, cookie], [429, ""]);
  await test.clock.advance(60_000);
  assertEquals((await login(test, { password: "word" })).response.status, 303);
});

Deno.test("POST /login of another site's page begins nothing", async () => {
  const { response } = await login(appWith(), { password: "word" }, {
    origin: "https://evil.example",
  });
  assertEquals([response.status, response.headers.get("set-cookie")], [403, null]);
});

Deno.test("a session ends with its logout, for copies of the cookie too, and leaves others open", async () => {
  const test = appWith();
  const { cookie } = await login(test, { password: "word" });
  const other = await login(test, { password: "word" });
  const response = await test.app.request("/logout", {
    method: "POST",
    headers: { host: HOST, origin: `http://${HOST}`, cookie },
  });
  assertEquals([response.status, response.headers.get("location")], [303, "/login"]);
  assertStringIncludes(response.headers.get("set-cookie") ?? "", "Max-Age=0");
  assertEquals(await statusWith(test, cookie), 401);
  assertEquals(await statusWith(test, other.cookie), 200);
});

Deno.test("a session is known to every instance with the same secret and password", async () => {
  const { cookie } = await login(appWith(), { password: "word" });
  assertEquals(await statusWith(appWith(), cookie), 200);
  assertEquals(await statusWith(appWith({ password: new Secret("another") }), cookie), 401);
  const pipelines = [fakePipeline({ context: { keyedHash: () => "another secret" } })];
  const stranger = testApp({ pipelines, operator: { password: new Secret("word") } });
  assertEquals(await statusWith(stranger, cookie), 401);
});

Deno.test("a cookie that was changed is no session", async () => {
  const test = appWith();
  const { cookie } = await login(test, { password: "word" });
  const [name, value = ""] = cookie.split("=");
  assertEquals(await statusWith(test, `${name}=${value.replace(/^\d/, "9")}`), 401);
  assertEquals(await statusWith(test, `${name}=99999999999.abc`), 401);
  assertEquals(await statusWith(test, `${name}=`), 401);
});

Deno.test("GET /login says that a browser keeps no session without HTTPS", async () => {
  const { app } = appWith();
  const page = async (host: string): Promise<string> =>
    await (await app.request(`http://${host}/login`, { headers: { host } })).text();
  assert(!(await page(HOST)).includes("over HTTPS"));
  assertStringIncludes(await page("10.0.0.5:8000"), "over HTTPS");
});

Deno.test("GET /login leads on where no password is set", async () => {
  const response = await testApp().app.request("/login");
  assertEquals([response.status, response.headers.get("location")], [303, "/"]);
});
