import { assert, assertEquals } from "../std/assert.ts";
import { eventually } from "../../tests/support/waiting.ts";
import { startServer } from "./serve.ts";
import { basic, type FakePipeline, fakePipeline, type TestApp, testApp } from "./testing.ts";

const BODY = JSON.stringify([{
  event_id: "an-event",
  event_type: "order",
  event_date: 1768478400,
  account_id: 4711,
  data: { eshop_id: 2, order_id: 50211, order_event_type: "update" },
}]);

function post(test: TestApp, path: string, headers: Record<string, string>): Promise<Response> {
  const length = { "content-length": String(BODY.length) };
  const init = { method: "POST", body: BODY, headers: { ...headers, ...length } };
  return Promise.resolve(test.app.request(path, init));
}

/** An app that has found these credentials right before, so that the short way is open. */
async function warm(pipeline: FakePipeline = fakePipeline()): Promise<TestApp> {
  const test = testApp({ pipelines: [pipeline] });
  assertEquals((await post(test, "/hooks/till/events", basic("till", "pass"))).status, 200);
  return test;
}

/** Only the long way sets it. */
function wentLong(response: Response): boolean {
  return response.headers.has("content-security-policy");
}

Deno.test("a webhook request goes the short way once its header was found right, and is kept", async () => {
  const pipeline = fakePipeline();
  const test = await warm(pipeline);
  for (const path of ["/hooks/till", "/hooks/till/events"]) {
    const response = await post(test, path, basic("till", "pass"));
    assertEquals([response.status, await response.text(), wentLong(response)], [200, "", false]);
  }
  assertEquals(pipeline.arrivals.length, 3);
});

Deno.test("a webhook request with any other header, address or method goes the long way", async () => {
  const test = await warm();
  const status = async (path: string, headers: Record<string, string>): Promise<number> => {
    const response = await post(test, path, headers);
    assert(wentLong(response), path);
    return response.status;
  };
  assertEquals(await status("/hooks/till/events", {}), 401);
  assertEquals(await status("/hooks/till/events", basic("till", "past")), 401);
  assertEquals(await status("/hooks/till/events", basic("till", "passpass")), 401);
  assertEquals(await status("/hooks/other/events", basic("till", "pass")), 404);
  assertEquals(await status("/hooks/till/events/", basic("till", "pass")), 200);
  assertEquals(await status("/hooks/till/pass", {}), 200);
  assertEquals(
    (await test.app.request("/hooks/till", { headers: basic("till", "pass") })).status,
    405,
  );
});

Deno.test("the short way of a webhook request refuses what the long way refuses", async () => {
  const test = await warm();
  const answer = async (body: BodyInit, size?: number): Promise<Response> => {
    const length = size === undefined ? {} : { "content-length": String(size) };
    const headers = { ...basic("till", "pass"), ...length };
    return await test.app.request("/hooks/till/events", { method: "POST", body, headers });
  };
  const cases: readonly (readonly [number, Response])[] = [
    [400, await answer("[1,")],
    [400, await answer(new Uint8Array([0x22, 0xff, 0x22]), 3)],
    [413, await answer("[]", 1_048_577)],
    [413, await answer(" ".repeat(1_048_577))],
    // A length that is not true does not get past the limit, either.
    [413, await answer(" ".repeat(1_048_577), 2)],
  ];
  for (const [expected, response] of cases) {
    assertEquals([response.status, wentLong(response)], [expected, false]);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    await response.text();
  }
  test.stopping.abort();
  const stopped = await answer(BODY);
  assertEquals([stopped.status, stopped.headers.get("retry-after")], [503, "10"]);
});

Deno.test("a body that is announced and does not come is answered 503 when its time is up", async () => {
  const test = await warm();
  const server = startServer(test.app, { hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = `POST /hooks/till/events HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: ${
    basic("till", "pass").authorization
  }\r\ncontent-length: 100\r\n\r\n[`;
  await connection.write(new TextEncoder().encode(head));
  let answer = "";
  const buffer = new Uint8Array(1024);
  const read = connection.read(buffer).then((size) => {
    answer = new TextDecoder().decode(buffer.subarray(0, size ?? 0));
  });
  await eventually(
    async () => {
      await test.clock.advance(12_000);
      return answer !== "";
    },
    5_000,
    "the answer",
  );
  await read;
  assert(answer.startsWith("HTTP/1.1 503"), answer);
  await server.stop(1_000);
});
