import { raw, take, worldOf } from "../../runtime/desk/testing.ts";
import type { TestWorld } from "../../runtime/pipeline_tests/test_world.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { testApp } from "../testing.ts";

const HEADERS = { host: "localhost:8000", origin: "http://localhost:8000" };
const LOCAL = { peer: "127.0.0.1" };

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(
  { context }: Pick<TestWorld, "context">,
  form?: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { app } = testApp({ pipelines: [context] });
  const path = `/pipelines/${context.pipeline.definition.name}/reconcile`;
  const response = await app.request(path, {
    headers: { ...HEADERS, ...headers },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  }, LOCAL);
  return { status: response.status, text: await response.text() };
}

/** The local day of the orders of these tests. */
function dayOf(order: ReturnType<typeof raw>): string {
  return new Date(Number(order["orderdate"]) * 1000).toISOString().slice(0, 10);
}

Deno.test("GET reconcile asks for days, and reads nothing", async () => {
  await using world = await worldOf();
  const { status, text } = await ask(world);
  assertEquals(status, 200);
  assertStringIncludes(text, 'type="date"');
  assert(!text.includes("Every order"));
});

Deno.test("POST reconcile shows orders and money of the days, and that all of it is explained", async () => {
  await using world = await worldOf();
  const order = raw(50211);
  await take(world, order);
  const day = dayOf(order);
  const { text } = await ask(world, { from: day, to: day });
  for (const part of [day, "Every order is explained", "249.00", "SEK"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("POST reconcile lists what is not as it should be, and makes it due when told to", async () => {
  await using world = await worldOf();
  const order = raw(50211);
  world.put([order]);
  await world.context.store.setCutOver(1);
  const { clock } = world.context;
  const late = {
    context: {
      ...world.context,
      clock: {
        now: () => clock.now() + 3 * 86_400_000,
        monotonic: () => clock.monotonic(),
        sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal),
      },
    },
  };
  const day = dayOf(order);
  const { text } = await ask(late, { from: day, to: day });
  assertStringIncludes(text, "1 order not as it should be");
  assertStringIncludes(text, 'href="/orders/50211"');
  assertStringIncludes(text, "Make 1 order due");
  assertEquals((await world.context.store.inboxSummary(9)).later, 0);
  const fixed = await ask(late, { from: day, to: day, fix: "yes" });
  assertStringIncludes(fixed.text, "1 order made due");
  assertEquals((await world.context.store.inboxSummary(9)).later, 1);
});

Deno.test("POST reconcile refuses odd days with a remedy, to programs too", async () => {
  await using world = await worldOf();
  const odd = await ask(world, { from: "soon" });
  assertEquals(odd.status, 409);
  assertStringIncludes(odd.text, "soon");
  const told = await ask(world, { from: "2025-02-02", to: "2025-02-01" }, {
    accept: "application/json",
  });
  assertEquals(told.status, 409);
  assertStringIncludes(JSON.parse(told.text).reason, "ends before it begins");
  assertEquals((await ask(world, { verify: "all" })).status, 400);
});
