import type { PipelineDefinition } from "../src/definition/definition.ts";
import { loadDefinition } from "../src/definition/load.ts";
import { requestedRun } from "../src/engine/history_run.ts";
import { ApiError } from "../src/http/error.ts";
import { createMemoryOmetria, type MemoryOmetria } from "../src/ometria/memory.ts";
import { sitooOrder } from "../src/records/testing.ts";
import { createMemorySitoo, type MemorySitoo } from "../src/sitoo/memory.ts";
import { registry } from "../src/stages/registry.ts";
import { assert, assertEquals, assertGreater } from "../src/std/assert.ts";
import { KvStore } from "../src/store/kv_store.ts";
import { MemoryKv } from "../src/store/memory_kv.ts";
import type { Checkpoint } from "../src/store/rows.ts";
import type { PipelineStore } from "../src/store/store.ts";
import { type Fate, Program } from "./model/program.ts";
import { SimClock } from "./model/sim_clock.ts";

const text = `version: 1
name: history
connections:
  sitoo: { account_url: "https://api.mysitoo.com/v2/accounts/4711", api_id: id, api_key: key }
  ometria: { api_key: key }
sources:
  - use: sitoo-history
    with: { start_date: 2024-01-01, page_size: 4 }
transforms:
  - use: map
    with: { timezone: UTC }
sinks:
  - use: ometria-orders
`;
const start = Date.parse("2026-01-15T12:00:00Z");
const minute = 60_000;
const ids = Array.from({ length: 12 }, (_, index) => 100 + index);
/** Its mark can be read; the second one's cannot. */
const [bad, worse] = [105, 110];

function definition(): PipelineDefinition {
  const source = { file: "pipeline.yaml", text };
  const loaded = loadDefinition(source, { catalog: registry, env: () => undefined, now: start });
  if (loaded.definition === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.definition;
}

const pipeline = definition();

function order(orderid: number): ReturnType<typeof sitooOrder> {
  return sitooOrder({ orderid, orderdate: start / 1000 - 86_400 });
}

function answered500(): ApiError {
  const about = { api: "sitoo", kind: "unavailable", status: 500, reached: true } as const;
  return new ApiError("Cannot read orders: Sitoo answered 500", about);
}

/** A history of twelve orders, two of which Sitoo cannot give, and programs that work on it. */
class Shop {
  readonly clock = new SimClock(start);
  readonly kv = new MemoryKv();
  readonly sitoo: MemorySitoo = createMemorySitoo(ids.map(order));
  readonly ometria: MemoryOmetria = createMemoryOmetria();
  readonly store: PipelineStore;
  /** What went wrong with the promise that a checkpoint passes nothing but holes. */
  broken: string | undefined;

  constructor() {
    this.store = new KvStore(this.kv, { clock: this.clock, random: () => 0.5 })
      .pipeline(pipeline.name, pipeline.connections.ometria.account);
    this.sitoo.poison(bad, answered500());
    this.sitoo.poison(worse, answered500(), { marks: true });
  }

  heal(): void {
    this.sitoo.put(order(bad), order(worse));
  }

  async ask(): Promise<void> {
    const at = this.clock.now();
    await this.store.requestBackfill(requestedRun({ next: 0, fingerprint: "f", at }));
  }

  async start(fate: Fate = { kind: "none" }): Promise<Program> {
    const { kv, clock, sitoo, ometria } = this;
    const onCommit = (): Promise<void> => this.#checkpointHolds();
    const machine = { definition: pipeline, kv, clock, random: () => 0.5, sitoo, ometria };
    const program = new Program({ ...machine, onCommit }, fate);
    await program.start();
    return program;
  }

  /** Lets time go by until the run has ended. */
  async ended(): Promise<Checkpoint> {
    for (let seconds = 0; seconds < 600; seconds++) {
      const checkpoint = await this.store.checkpoint();
      if (checkpoint?.state === "done") return checkpoint;
      await this.clock.pass(1_000);
    }
    throw new Error("The run does not come to its end");
  }

  /** Lets time go by until no hole is left. */
  async closed(): Promise<void> {
    for (let look = 0; (await this.store.holes(1)).length > 0; look++) {
      if (look > 600) throw new Error("The holes stay open");
      await this.clock.pass(5_000);
    }
  }

  /** The orders at Ometria. */
  get held(): readonly number[] {
    return [...this.ometria.held.values()].map((record) => Number(record["id"])).toSorted((a, b) =>
      a - b
    );
  }

  async #checkpointHolds(): Promise<void> {
    const checkpoint = await this.store.checkpoint();
    const below = ids.filter((id) => id < (checkpoint?.next ?? 0));
    const rows = await this.store.ledger(below);
    const holes = await this.store.holes(100);
    const missed = below.filter((id) =>
      !rows.has(id) && !holes.some((hole) => hole.from <= id && id < hole.to)
    );
    if (missed.length > 0) this.broken ??= `The checkpoint ${checkpoint?.next} passed ${missed}`;
  }
}

Deno.test("history goes past what Sitoo cannot give, says so, and brings it once Sitoo can", async (t) => {
  const shop = new Shop();
  await shop.ask();
  const program = await shop.start();

  await t.step("everything else arrives, and the holes are recorded", async () => {
    const run = await shop.ended();
    assertEquals([run.read, run.delivered, run.holes], [10, 10, 2]);
    assertEquals(shop.held, ids.filter((id) => id !== bad && id !== worse));
    const holes = await shop.store.holes(10);
    assertEquals(holes.map(({ from, to, tries }) => [from, to, tries]), [
      [bad, bad + 1, 1],
      [worse, worse + 1, 1],
    ]);
    assertEquals(holes[0]?.detail, "Cannot read orders: Sitoo answered 500");
  });

  await t.step("a server tries them again, ever more seldom", async () => {
    const before = shop.sitoo.calls.length;
    await shop.clock.pass(60 * minute);
    const [hole] = await shop.store.holes(10);
    assertGreater(hole?.tries ?? 0, 3);
    const pages = shop.sitoo.calls.slice(before).filter(({ method }) => method === "readPage");
    assert(pages.length < 30, `${pages.length} pages in an hour`);
  });

  await t.step("once Sitoo gives them, they arrive and the run has no hole left", async () => {
    shop.heal();
    await shop.clock.pass(2 * 60 * minute);
    const run = await shop.store.checkpoint();
    assertEquals([run?.state, run?.read, run?.delivered, run?.holes], ["done", 12, 12, 0]);
    assertEquals(await shop.store.holes(10), []);
    assertEquals(shop.held, ids);
  });
  program.kill();
  assertEquals(shop.broken, undefined);
});

Deno.test("the next run tries the holes of the last one before it ends", async () => {
  const shop = new Shop();
  await shop.ask();
  const first = await shop.start();
  await shop.ended();
  await first.stop(4_000);
  shop.heal();
  await shop.clock.pass(20 * 1_000);
  const { next } = await shop.store.checkpoint() ?? { next: 0 };
  const at = shop.clock.now();
  await shop.store.requestBackfill(requestedRun({ next, fingerprint: "f", at }));
  const second = await shop.start();
  const run = await shop.ended();
  assertEquals([run.read, run.delivered, run.holes], [2, 2, 0]);
  assertEquals(shop.held, ids);
  second.kill();
});

Deno.test("a run that is read once more does not count a hole twice", async () => {
  const shop = new Shop();
  await shop.ask();
  const program = await shop.start();
  await shop.ended();
  await shop.ask();
  await shop.clock.pass(1_000);
  const run = await shop.ended();
  assertEquals([run.unchanged, run.holes], [10, 2]);
  program.kill();
});

Deno.test("killed at any moment, history loses nothing and its checkpoint passes nothing but holes", async () => {
  const whole = new Shop();
  await whole.ask();
  const program = await whole.start();
  await whole.ended();
  const { steps } = program;
  program.kill();
  assertGreater(steps, 100);
  for (let step = 1; step <= steps; step++) {
    const shop = new Shop();
    await shop.ask();
    // One that is killed while it starts never says that it has started.
    void shop.start({ kind: "killed", step });
    await shop.clock.pass(10_000);
    const next = await shop.start();
    const run = await shop.ended();
    assertEquals(shop.broken, undefined, `killed at step ${step}`);
    assertEquals([run.holes, (await shop.store.holes(10)).length], [2, 2], `step ${step}`);
    shop.heal();
    await shop.closed();
    assertEquals(shop.held, ids, `killed at step ${step}`);
    next.kill();
    assertEquals(shop.broken, undefined, `killed at step ${step}`);
  }
});
