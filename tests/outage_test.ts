import type { PipelineDefinition } from "../src/definition/definition.ts";
import { loadDefinition } from "../src/definition/load.ts";
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

/** Programs one after another on a machine of their own, with two APIs that fail while they are told to. */
interface Site {
  readonly clock: SimClock;
  readonly kv: MemoryKv;
  readonly ometria: ReturnType<typeof createMemoryOmetria>;
  readonly down: Set<"sitoo" | "ometria">;
  /** Another process on the same store. */
  readonly program: () => Program;
}

function site(orders: number, outage: "sitoo" | "ometria"): Site {
  const clock = new SimClock(start);
  const kv = new MemoryKv();
  const sold = Array.from(
    { length: orders },
    (_, index) => sitooOrder({ orderid: firstId + index, orderdate: start / 1000 }),
  );
  const ometria = createMemoryOmetria();
  const down = new Set([outage]);
  const machine = {
    definition: definition(),
    kv,
    clock,
    random: () => 0.5,
    sitoo: failing(createMemorySitoo(sold), "sitoo", () => down.has("sitoo")),
    ometria: failing(ometria, "ometria", () => down.has("ometria")),
  };
  return { clock, kv, ometria, down, program: () => new Program(machine) };
}

/** An API whose every call is answered 503 while it is down. */
function failing<A extends object>(api: A, name: "sitoo" | "ometria", isDown: () => boolean): A {
  return new Proxy(api, {
    get: (target, property, receiver): unknown => {
      const method: unknown = Reflect.get(target, property, receiver);
      if (typeof method !== "function") return method;
      return (...args: readonly unknown[]) =>
        isDown()
          ? Promise.reject(failed(name, "unavailable"))
          : Reflect.apply(method, target, args);
    },
  });
}

/** Gives a program the events of some orders; how many it has acked. */
async function taken(program: Program, from: number, to: number): Promise<number> {
  let acked = 0;
  for (const body of requests(to).slice(from / 10)) if (await program.take(body)) acked += 10;
  return acked;
}

/** ms until all orders were delivered, and what has become of them. */
async function recovered({ clock, kv, ometria }: Site, orders: number): Promise<{
  readonly took: number;
  readonly counts: readonly unknown[];
}> {
  const back = clock.now();
  while (ometria.held.size < orders && clock.now() - back < hour) await clock.pass(1_000);
  const took = clock.now() - back;
  const store = await new KvStore(kv, { clock, random: () => 0.5 }).open();
  const pipeline = store.pipeline("model", "default");
  const { deadBy, delivered } = await pipeline.counters();
  const rows = await pipeline.ledger([firstId]);
  assert(rows.get(firstId)?.steps.every((step) => step.what !== "dead"));
  return { took, counts: [deadBy, delivered, ometria.held.size] };
}

for (const name of ["sitoo", "ometria"] as const) {
  Deno.test(`1,000 events that come while ${name} is down are delivered within a minute of its return`, async () => {
    const here = site(1_000, name);
    const program = here.program();
    await program.start();
    assertEquals(await taken(program, 0, 1_000), 1_000);
    await here.clock.pass(hour / 12);
    assertEquals(here.ometria.held.size, 0);
    here.down.clear();
    const { took, counts } = await recovered(here, 1_000);
    assertLessOrEqual(took, 60_000);
    assertEquals(counts, [{}, 1_000, 1_000]);
    await program.stop(1_000);
  });

  // The pipeline tries a batch every minute, 1,800 times: only a few orders wait all the time.
  Deno.test(`30 hours without ${name}, with servers killed and stopped meanwhile, make no order dead`, async () => {
    const here = site(1_000, name);
    const first = here.program();
    await first.start();
    assertEquals(await taken(first, 0, 20), 20);
    await here.clock.pass(10 * hour);
    first.kill();
    const second = here.program();
    await second.start();
    assertEquals(await taken(second, 20, 40), 20);
    await here.clock.pass(10 * hour);
    await second.stop(1_000);
    const third = here.program();
    await third.start();
    await here.clock.pass(10 * hour);
    assertEquals(await taken(third, 40, 1_000), 960);
    await here.clock.pass(hour / 60);
    assertEquals(here.ometria.held.size, 0);
    here.down.clear();
    const { took, counts } = await recovered(here, 1_000);
    assertLessOrEqual(took, 60_000);
    assertEquals(counts, [{}, 1_000, 1_000]);
    await third.stop(1_000);
  });

  Deno.test(`servers that are killed every minute of an outage of ${name} make no order dead`, async () => {
    const here = site(20, name);
    for (let minute = 0; minute < 60; minute++) {
      const program = here.program();
      await program.start();
      if (minute === 0) assertEquals(await taken(program, 0, 20), 20);
      await here.clock.pass(hour / 60 + 1_000 * (minute % 13));
      program.kill();
    }
    here.down.clear();
    const last = here.program();
    await last.start();
    const { counts } = await recovered(here, 20);
    assertEquals(counts, [{}, 20, 20]);
    await last.stop(1_000);
  });
}
