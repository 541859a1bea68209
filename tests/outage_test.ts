import type { PipelineDefinition } from "../src/definition/definition.ts";
import { loadDefinition } from "../src/definition/load.ts";
import type { OmetriaApi } from "../src/ometria/api.ts";
import { createMemoryOmetria } from "../src/ometria/memory.ts";
import { sitooOrder } from "../src/records/testing.ts";
import { createMemorySitoo } from "../src/sitoo/memory.ts";
import { registry } from "../src/stages/registry.ts";
import { assert, assertEquals, assertLessOrEqual } from "../src/std/assert.ts";
import { MemoryKv } from "../src/store/memory_kv.ts";
import { KvStore } from "../src/store/kv_store.ts";
import { failed } from "./model/ometria.ts";
import { Program } from "./model/program.ts";
import { SimClock } from "./model/sim_clock.ts";

const text = `version: 1
name: model
connections:
  sitoo: { account_url: "https://api.mysitoo.com/v2/accounts/4711", api_id: id, api_key: key }
  ometria: { api_key: key }
sources:
  - use: sitoo-webhook
    with: { username: till, password: password, sweep: { new: 2d } }
transforms:
  - use: map
    with: { timezone: UTC }
sinks:
  - use: ometria-orders
`;

function definition(): PipelineDefinition {
  const source = { file: "pipeline.yaml", text };
  const loaded = loadDefinition(source, { catalog: registry, env: () => undefined, now: start });
  if (loaded.definition === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.definition;
}

const start = Date.parse("2026-01-15T12:00:00Z");
const hour = 3_600_000;
const firstId = 1_000;

/** Ten events in a request, as Sitoo sends them. */
function requests(orders: number): readonly string[] {
  const events = Array.from({ length: orders }, (_, index) => ({
    event_id: `event-${index}`,
    event_type: "order",
    event_date: start / 1000,
    account_id: 4711,
    data: { eshop_id: 2, order_id: firstId + index, order_event_type: "add" },
  }));
  return Array.from(
    { length: orders / 10 },
    (_, index) => JSON.stringify(events.slice(index * 10, index * 10 + 10)),
  );
}

/** A program on a machine of its own, whose Ometria answers every push 503 until it is told otherwise. */
function machine(orders: number): {
  readonly clock: SimClock;
  readonly program: Program;
  readonly kv: MemoryKv;
  readonly ometria: ReturnType<typeof createMemoryOmetria>;
  readonly state: { down: boolean };
} {
  const clock = new SimClock(start);
  const kv = new MemoryKv();
  const sold = Array.from(
    { length: orders },
    (_, index) => sitooOrder({ orderid: firstId + index, orderdate: start / 1000 }),
  );
  const ometria = createMemoryOmetria();
  const state = { down: true };
  const flaky: OmetriaApi = {
    ...ometria,
    push: (bodies, signal) =>
      state.down ? Promise.reject(failed("ometria", "unavailable")) : ometria.push(bodies, signal),
  };
  const program = new Program({
    definition: definition(),
    kv,
    clock,
    random: () => 0.5,
    sitoo: createMemorySitoo(sold),
    ometria: flaky,
  });
  return { clock, program, kv, ometria, state };
}

async function taken(program: Program, orders: number): Promise<number> {
  let acked = 0;
  for (const body of requests(orders)) if (await program.take(body)) acked += 10;
  return acked;
}

Deno.test("1,000 events that come while Ometria is down are delivered within a minute of its return", async () => {
  const { clock, program, ometria, state } = machine(1_000);
  await program.start();
  assertEquals(await taken(program, 1_000), 1_000);
  await clock.pass(hour / 12);
  assertEquals(ometria.held.size, 0);
  state.down = false;
  const back = clock.now();
  while (ometria.held.size < 1_000 && clock.now() - back < hour) await clock.pass(1_000);
  assertEquals(ometria.held.size, 1_000);
  assertLessOrEqual(clock.now() - back, 60_000);
  await program.stop(1_000);
});

Deno.test("an outage of an hour makes no order dead and costs none an attempt", async () => {
  const { clock, program, kv, ometria, state } = machine(200);
  await program.start();
  await taken(program, 200);
  await clock.pass(hour);
  state.down = false;
  await clock.pass(120_000);
  await program.stop(1_000);
  const store = await new KvStore(kv, { clock, random: () => 0.5 }).open();
  const pipeline = store.pipeline("model", "default");
  const { deadBy, delivered, missedWindow } = await pipeline.counters();
  assertEquals([deadBy, delivered, missedWindow], [{}, 200, 0]);
  assertEquals(ometria.held.size, 200);
  const rows = await pipeline.ledger([firstId]);
  assert(rows.get(firstId)?.steps.every((step) => step.what !== "dead"));
});
