import { ApiError } from "../../http/error.ts";
import { raw, take, worldOf } from "../../runtime/desk/testing.ts";
import type { TestWorld } from "../../runtime/pipeline_tests/test_world.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { setUpLogging } from "../../telemetry/logging.ts";
import { testApp } from "../testing.ts";

const HEADERS = { host: "localhost:8000", origin: "http://localhost:8000" };
const LOCAL = { peer: "127.0.0.1" };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

async function ask(
  world: Pick<TestWorld, "context">,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { app } = testApp({ pipelines: [world.context] });
  const response = await app.request(path, {
    headers: HEADERS,
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  }, LOCAL);
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get("location"),
  };
}

Deno.test("POST /orders finds an order by its id, its id at Ometria and its receipt's number", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  for (const q of ["50211", " 50211 ", "till-50211", "SII50211"]) {
    const { status, location } = await ask(world, "/orders", { q });
    assertEquals([status, location], [303, "/orders/50211"], q);
  }
});

Deno.test("POST /orders says what it looks for when it finds nothing, and looks for no person", async () => {
  await using world = await worldOf();
  const calls = world.context.sitoo;
  let asked = 0;
  const counting = {
    context: {
      ...world.context,
      sitoo: {
        ...calls,
        findReceipt: (...args: Parameters<typeof calls.findReceipt>) => {
          asked++;
          return calls.findReceipt(...args);
        },
      },
    },
  };
  const none = await ask(counting, "/orders", { q: "SII99999" });
  assertStringIncludes(none.text, "No order is called that");
  assertEquals([none.status, asked], [404, 1]);
  for (const q of ["", "maja.ek@example.com", "x".repeat(61)]) {
    const answer = await ask(counting, "/orders", { q });
    assertStringIncludes(answer.text, "by an id or by a receipt&#39;s number alone");
    assert(!answer.text.includes("maja"), "it is not shown again");
  }
  assertEquals(asked, 1);
});

Deno.test("POST /orders says so when Sitoo cannot be asked", async () => {
  await using world = await worldOf();
  const findReceipt = (): Promise<never> =>
    Promise.reject(
      new ApiError("Sitoo does not answer", { api: "sitoo", kind: "unavailable", reached: false }),
    );
  const sitoo = { ...world.context.sitoo, findReceipt };
  const { text } = await ask({ context: { ...world.context, sitoo } }, "/orders", { q: "SII1" });
  assertStringIncludes(text, "Sitoo does not answer");
});

Deno.test("GET /orders/ORDER tells the story, and masks people", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  const { status, text } = await ask(world, "/orders/50211");
  assertEquals(status, 200);
  for (
    const part of [
      "Delivered as till-50211, 249 SEK",
      "order, closed, paid",
      "receipt SII50211",
      "made the record",
      "id: &quot;50211&quot; → &quot;till-50211&quot;",
      "nothing would be sent",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.match(/maja|ek@/gi), null);
});

Deno.test("POST /orders/ORDER/people shows them, and leaves a line in the log without them", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  const lines: string[] = [];
  await using _ = await setUpLogging({ json: true, write: (line) => void lines.push(line) });
  const { text } = await ask(world, "/orders/50211/people", {});
  assertStringIncludes(text, "maja.ek@example.com");
  const noted = lines.filter((line) => line.includes("tillpipe.audit"));
  assertEquals(noted.length, 1);
  assertStringIncludes(noted[0] ?? "", "Operator: show the people of an order (order 50211)");
  assertEquals(lines.join("").match(/maja/gi), null);
});

Deno.test("GET /orders/ORDER of an order that nobody knows answers 404", async () => {
  await using world = await worldOf();
  const { status, text } = await ask(world, "/orders/77");
  assertEquals(status, 404);
  assertStringIncludes(text, "Sitoo does not answer this order");
  for (const odd of ["/orders/0", "/orders/x", "/orders/-1", `/orders/${"9".repeat(16)}`]) {
    assertEquals((await ask(world, odd)).status, 404, odd);
  }
});
