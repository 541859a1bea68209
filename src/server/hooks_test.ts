import { Secret } from "../definition/secret.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { setUpLogging } from "../telemetry/logging.ts";
import { basic, fakePipeline, testApp } from "./testing.ts";

const EVENT = {
  event_id: "7c2daa2051534e58a21d74e22916eb9d",
  event_type: "order",
  event_date: 1768478400,
  account_id: 4711,
  data: { eshop_id: 2, order_id: 50211, order_event_type: "update" },
};
const BODY = JSON.stringify([EVENT]);
const RIGHT = basic("till", "pass");

function post(body: BodyInit = BODY, headers: HeadersInit = RIGHT): RequestInit {
  return { method: "POST", body, headers };
}

for (
  const path of [
    "/hooks/till/events",
    "/hooks/till/events/",
    "/hooks/till",
    "/hooks/till/",
  ]
) {
  Deno.test(`POST ${path} keeps the event and answers 200 with nothing`, async () => {
    const pipeline = fakePipeline();
    const response = await testApp({ pipelines: [pipeline] }).app.request(path, post());
    assertEquals([response.status, await response.text()], [200, ""]);
    assertEquals(pipeline.arrivals[0]?.pointers[0]?.orderId, 50211);
  });
}

for (const ending of ["", "/", "/events", "/events/"]) {
  Deno.test(`POST /hooks/till/PASSWORD${ending} needs no other credentials`, async () => {
    const pipeline = fakePipeline({ passwords: [new Secret("p/a ss%é?")] });
    const { app } = testApp({ pipelines: [pipeline] });
    const path = (password: string): string =>
      `/hooks/till/${encodeURIComponent(password)}${ending}`;
    assertEquals((await app.request(path("p/a ss%é?"), post(BODY, {}))).status, 200);
    assertEquals((await app.request(path("wrong"), post(BODY, {}))).status, 401);
    assertEquals((await app.request(path("wrong"), post())).status, 401);
    assertEquals(pipeline.arrivals.length, 1);
  });
}

const wrong: [string, HeadersInit][] = [
  ["no credentials", {}],
  ["a wrong password", basic("till", "past")],
  ["a wrong user", basic("tiller", "pass")],
  ["an empty password", basic("till", "")],
  ["no colon", { authorization: `Basic ${btoa("till")}` }],
  ["no base64", { authorization: "Basic ???" }],
  ["another scheme", { authorization: "Bearer pass" }],
];
for (const [name, headers] of wrong) {
  Deno.test(`POST /hooks/:pipeline/events answers 401 for ${name}`, async () => {
    const pipeline = fakePipeline();
    const { app } = testApp({ pipelines: [pipeline] });
    const response = await app.request("/hooks/till/events", post(BODY, headers));
    assertEquals(response.status, 401);
    assertStringIncludes(response.headers.get("www-authenticate") ?? "", "Basic");
    assertEquals(pipeline.arrivals, []);
  });
}

Deno.test("POST /hooks/:pipeline/events takes either of two passwords", async () => {
  const pipeline = fakePipeline({ passwords: [new Secret("old"), new Secret("née")] });
  const { app } = testApp({ pipelines: [pipeline] });
  const status = async (password: string): Promise<number> =>
    (await app.request("/hooks/till/events", post(BODY, basic("till", password)))).status;
  assertEquals([await status("old"), await status("née"), await status("newer")], [200, 200, 401]);
});

Deno.test("POST /hooks/:pipeline/events understands credentials in Latin-1", async () => {
  const { app } = testApp({ pipelines: [fakePipeline({ passwords: [new Secret("née")] })] });
  const headers = { authorization: `Basic ${btoa("till:n\xe9e")}` };
  assertEquals((await app.request("/hooks/till/events", post(BODY, headers))).status, 200);
});

Deno.test("POST /hooks/:pipeline/events alerts for the first wrong credentials of an hour", async () => {
  const { app, alerts, clock } = testApp();
  const fail = async (): Promise<void> => {
    await app.request("/hooks/till/events", post(BODY, {}));
  };
  await fail();
  await fail();
  assertEquals(alerts.length, 1);
  await clock.advance(3_600_000);
  await fail();
  assertEquals(alerts.length, 2);
});

Deno.test("POST /hooks/:pipeline/events answers 429 to many failures, never to the right ones", async () => {
  const { app, clock } = testApp();
  const status = async (headers: HeadersInit, peer: string): Promise<number> =>
    (await app.request("/hooks/till/events", post(BODY, headers), { peer })).status;
  for (let n = 0; n < 20; n++) assertEquals(await status({}, "203.0.113.1"), 401);
  assertEquals(await status({}, "203.0.113.1"), 429);
  assertEquals(await status({}, "203.0.113.2"), 401);
  assertEquals(await status(RIGHT, "203.0.113.1"), 200);
  await clock.advance(60_000);
  assertEquals(await status({}, "203.0.113.1"), 401);
});

Deno.test("POST /hooks/:pipeline/events answers 404 for a pipeline that takes no events", async () => {
  const { app } = testApp({ pipelines: [fakePipeline({ webhook: false })] });
  assertEquals((await app.request("/hooks/till/events", post())).status, 404);
  assertEquals((await app.request("/hooks/other/events", post())).status, 404);
});

Deno.test("GET /hooks/:pipeline/events answers 405 and names POST", async () => {
  const { app } = testApp();
  for (const path of ["/hooks/till", "/hooks/till/events", "/hooks/till/pass/events/"]) {
    const response = await app.request(path);
    assertEquals([response.status, response.headers.get("allow")], [405, "POST"]);
  }
});

for (const body of ["", "events", "[1,", '{"a":1}x', new Uint8Array([0x22, 0xff, 0x22])]) {
  Deno.test(`POST /hooks/:pipeline/events answers 400 to ${JSON.stringify(body)}`, async () => {
    const pipeline = fakePipeline();
    const { app } = testApp({ pipelines: [pipeline] });
    assertEquals((await app.request("/hooks/till/events", post(body))).status, 400);
    assertEquals(pipeline.arrivals, []);
  });
}

for (const body of ["{}", "null", '"text"', "12", "[{}]", "[[]]", '[{"event_type":"order"}]']) {
  Deno.test(`POST /hooks/:pipeline/events sets ${body} aside and answers 200`, async () => {
    const pipeline = fakePipeline();
    const { app } = testApp({ pipelines: [pipeline] });
    assertEquals((await app.request("/hooks/till/events", post(body))).status, 200);
    assertEquals(pipeline.arrivals[0]?.quarantine.length, 1);
  });
}

Deno.test("POST /hooks/:pipeline/events answers 200 to an empty batch", async () => {
  assertEquals((await testApp().app.request("/hooks/till/events", post("[]"))).status, 200);
});

Deno.test("POST /hooks/:pipeline/events takes a body of 1 MiB and no more", async () => {
  const { app } = testApp();
  const padded = (size: number): string => BODY + " ".repeat(size - BODY.length);
  assertEquals((await app.request("/hooks/till/events", post(padded(1048576)))).status, 200);
  assertEquals((await app.request("/hooks/till/events", post(padded(1048577)))).status, 413);
  const announced = post(BODY, { ...RIGHT, "content-length": "1048577" });
  assertEquals((await app.request("/hooks/till/events", announced)).status, 413);
});

Deno.test("POST /hooks/:pipeline/events stops reading a stream that is too large", async () => {
  let sent = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent++;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const { app } = testApp();
  assertEquals((await app.request("/hooks/till/events", post(endless))).status, 413);
  assert(cancelled && sent < 30);
});

Deno.test("POST /hooks/:pipeline/events answers 503 when any pipeline's store refuses", async () => {
  const pipelines = [fakePipeline(), fakePipeline({ name: "second", refuses: true })];
  const { app } = testApp({ pipelines });
  assertEquals((await app.request("/hooks/till/events", post())).status, 503);
});

Deno.test("POST /hooks/:pipeline/events answers 503 before Sitoo hangs up on a slow body", async () => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const slow = new ReadableStream<Uint8Array>({ cancel: () => resolve() });
  const { app, clock } = testApp();
  const response = app.request("/hooks/till/events", post(slow));
  await clock.advance(12_000);
  assertEquals((await response).status, 503);
  await cancelled;
});

Deno.test("POST /hooks/:pipeline/events warns of a sender that hangs up, and cries only over the store", async () => {
  const written: string[] = [];
  await using _ = await setUpLogging({ json: true, write: (line) => written.push(line) });
  const cut = new ReadableStream<Uint8Array>({ pull: (to) => to.error(new TypeError("reset")) });
  assertEquals((await testApp().app.request("/hooks/till/events", post(cut))).status, 503);
  const refusing = testApp({ pipelines: [fakePipeline({ refuses: true })] });
  assertEquals((await refusing.app.request("/hooks/till/events", post())).status, 503);
  const [cutOff, refused] = written.map((line) => JSON.parse(line));
  assertEquals([cutOff?.level, cutOff?.properties.error], ["WARN", undefined]);
  assertStringIncludes(cutOff?.message ?? "", "did not come to its end");
  assertEquals(cutOff?.properties.reason, "TypeError");
  assertEquals([written.length, refused?.level], [2, "ERROR"]);
});

Deno.test("POST /hooks/:pipeline/events answers 503 when the store does not answer in time", async () => {
  const { app, clock } = testApp({ pipelines: [fakePipeline({ hangs: true })] });
  const response = app.request("/hooks/till/events", post());
  await clock.advance(12_000);
  assertEquals((await response).status, 503);
});

Deno.test("POST /hooks/:pipeline/events answers 503 once the process has to stop", async () => {
  const pipeline = fakePipeline();
  const { app, stopping } = testApp({ pipelines: [pipeline] });
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const half = app.request(
    "/hooks/till/events",
    post(new ReadableStream<Uint8Array>({ cancel: () => resolve() })),
  );
  stopping.abort();
  assertEquals((await half).status, 503);
  await cancelled;
  assertEquals((await app.request("/hooks/till/events", post())).status, 503);
  assertEquals(pipeline.arrivals, []);
});

Deno.test("POST /hooks repeats nothing of the request in any answer", async () => {
  const { app } = testApp();
  const requests: [string, RequestInit][] = [
    ["/hooks/marker/events", post()],
    ["/hooks/till/marker", post()],
    ["/hooks/till/events?marker", post("marker", { ...RIGHT, "x-request-id": "marker" })],
    ["/marker", post()],
    ["/hooks/till/marker", { method: "PUT" }],
  ];
  for (const [path, init] of requests) {
    const response = await app.request(path, init);
    const text = await response.text() + JSON.stringify([...response.headers]);
    assert(response.status >= 400 && !text.includes("marker"), text);
  }
});
