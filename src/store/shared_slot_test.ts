import fc from "fast-check";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import type { Clock } from "../time/clock.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { KvStore } from "./kv_store.ts";
import { MemoryKv } from "./memory_kv.ts";
import { slotKey, slotWaiterKey } from "./keys.ts";
import type { Store } from "./store.ts";
import type { KvOperation, KvPort } from "./transact.ts";

const never = new AbortController().signal;
const GAP = { gap: 50 };

/** A database that several stores use, as processes do. */
class CountingKv implements KvPort {
  readonly #kv = new MemoryKv();
  commits = 0;
  /** While set, every commit fails with it. */
  failure: Error | undefined;
  get = this.#kv.get.bind(this.#kv);
  getMany = this.#kv.getMany.bind(this.#kv);
  list = this.#kv.list.bind(this.#kv);
  close(): void {}

  atomic(): KvOperation {
    const operation = this.#kv.atomic();
    const { commit } = operation;
    operation.commit = () => {
      this.commits++;
      return this.failure === undefined ? commit() : Promise.reject(this.failure);
    };
    return operation;
  }
}

function openProcess(kv: KvPort, clock: Clock): Promise<Store> {
  return new KvStore(kv, { clock, random: () => 0.5 }).open();
}

/** Counts how many tasks run at once, over all processes. */
class Peer {
  readonly #clock: Clock;
  #running = 0;
  most = 0;
  endedAt = -Infinity;
  readonly log: string[] = [];
  /** ms between one task's end and the next one's start, at least. */
  smallestGap = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  task(name: string, ms: number): () => Promise<void> {
    return async () => {
      this.smallestGap = Math.min(this.smallestGap, this.#clock.monotonic() - this.endedAt);
      this.most = Math.max(this.most, ++this.#running);
      this.log.push(name);
      await this.#clock.sleep(ms, never);
      this.#running--;
      this.endedAt = this.#clock.monotonic();
    };
  }
}

Deno.test("a process that has the slot to itself makes no commit a task", async () => {
  const clock = new ManualClock();
  const kv = new CountingKv();
  await using store = await openProcess(kv, clock);
  const peer = new Peer(clock);
  const slot = store.slot("sitoo", GAP);
  const before = kv.commits;
  for (let task = 0; task < 50; task++) {
    const done = slot.run(peer.task("a", 100), never);
    await clock.advance(150);
    await done;
  }
  // 7.5 s of work: one to take it, two or three to renew it.
  assert(kv.commits - before <= 4, `${kv.commits - before} commits`);
  assertEquals(peer.log.length, 50);
});

Deno.test("an idle slot costs nothing, and is taken again without waiting", async () => {
  const clock = new ManualClock();
  const kv = new CountingKv();
  await using store = await openProcess(kv, clock);
  const slot = store.slot("sitoo", GAP);
  await slot.run(() => Promise.resolve(), never);
  const before = kv.commits;
  await clock.advance(60_000);
  assertEquals(kv.commits, before);
  assertEquals(clock.sleeping, 0);
  const start = clock.monotonic();
  await slot.run(() => Promise.resolve(), never);
  assertEquals(clock.monotonic(), start);
});

Deno.test("over all processes one task runs at a time, with the gap, and all get their turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          process: fc.integer({ min: 0, max: 2 }),
          pause: fc.integer({ min: 0, max: 2_000 }),
          ms: fc.integer({ min: 1, max: 4_000 }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      async (tasks) => {
        const clock = new ManualClock();
        const kv = new MemoryKv();
        const peer = new Peer(clock);
        const stores = await Promise.all([0, 1, 2].map(() => openProcess(kv, clock)));
        const slots = stores.map((store) => store.slot("sitoo", GAP));
        const runs: Promise<void>[] = [];
        for (const [index, { process, pause, ms }] of tasks.entries()) {
          const run = slots[process]?.run(peer.task(String(index), ms), never);
          if (run !== undefined) runs.push(run);
          await clock.advance(pause);
        }
        // Each task, and a hand-over before it.
        for (const { ms } of tasks) await clock.advance(ms + 1_000);
        await Promise.all(runs);
        assertEquals(peer.log.length, tasks.length);
        assertEquals(peer.most, 1);
        assert(peer.smallestGap >= GAP.gap, `gap of ${peer.smallestGap} ms`);
        for (const store of stores) await store[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("a busy holder lets another process in between two tasks", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  await using first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  const peer = new Peer(clock);
  const busy = Array.from(
    { length: 20 },
    () => first.slot("sitoo", GAP).run(peer.task("a", 200), never),
  );
  await clock.advance(1_000);
  const other = second.slot("sitoo", GAP).run(peer.task("b", 200), never);
  await clock.advance(1_000);
  await other;
  assert(peer.log.includes("b"));
  await clock.advance(10_000);
  await Promise.all(busy);
  assertEquals(peer.most, 1);
});

Deno.test("the slot of a process that died is free when its lease runs out", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  const dead = await openProcess(new FrozenAfter(kv), clock);
  await dead.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  FrozenAfter.isDead = true;
  await using store = await openProcess(kv, clock);
  const start = clock.monotonic();
  let startedAt = Infinity;
  const run = store.slot("sitoo", GAP).run(() => {
    startedAt = clock.monotonic() - start;
    return Promise.resolve();
  }, never);
  await clock.advance(9_000);
  assertEquals(startedAt, Infinity);
  await clock.advance(1_500);
  await run;
  FrozenAfter.isDead = false;
  await dead[Symbol.asyncDispose]();
});

/** A database whose user is dead: what it asks is never answered with anything new. */
class FrozenAfter implements KvPort {
  static isDead = false;
  readonly #kv: KvPort;
  constructor(kv: KvPort) {
    this.#kv = kv;
  }
  get(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<unknown>> {
    return this.#kv.get(key);
  }
  getMany(keys: readonly Deno.KvKey[]): Promise<Deno.KvEntryMaybe<unknown>[]> {
    return this.#kv.getMany(keys);
  }
  list(
    selector: Deno.KvListSelector,
    options: Pick<Deno.KvListOptions, "limit" | "reverse" | "batchSize">,
  ): AsyncIterable<Deno.KvEntry<unknown>> {
    return this.#kv.list(FrozenAfter.isDead ? { prefix: ["none"] } : selector, options);
  }
  atomic(): KvOperation {
    const operation = this.#kv.atomic();
    if (FrozenAfter.isDead) operation.commit = () => Promise.reject(new Error("Dead"));
    return operation;
  }
  close(): void {}
}

Deno.test("an idle holder hands the slot over at once, and a closed one leaves it free", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  const first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  await using third = await openProcess(kv, clock);
  await first.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  const run = second.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  await clock.advance(500);
  await run;
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  const last = third.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  await clock.advance(GAP.gap);
  await last;
});

Deno.test("a process that stops waiting does not keep the slot from others", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  await using first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  const peer = new Peer(clock);
  const long = first.slot("sitoo", GAP).run(peer.task("a", 3_000), never);
  await clock.advance(100);
  const giveUp = new AbortController();
  const waiting = second.slot("sitoo", GAP).run(peer.task("never", 10), giveUp.signal);
  await clock.advance(500);
  giveUp.abort(new Error("off"));
  await assertRejects(() => waiting, Error, "off");
  const next = first.slot("sitoo", GAP).run(peer.task("b", 10), never);
  await clock.advance(2_500);
  await long;
  await clock.advance(100);
  await next;
  assertEquals(peer.log, ["a", "b"]);
});

Deno.test("a process that died waiting costs the others two seconds at most", async () => {
  const clock = new ManualClock();
  const kv = new CountingKv();
  await using store = await openProcess(kv, clock);
  const peer = new Peer(clock);
  const slot = store.slot("sitoo", GAP);
  await slot.run(() => Promise.resolve(), never);
  const now = clock.now();
  const row = new TextEncoder().encode(JSON.stringify({ v: 1, since: now, until: now + 3_000 }));
  const operation = kv.atomic();
  operation.set(slotWaiterKey("sitoo", "gone"), row);
  await operation.commit();
  await clock.advance(300);
  const start = clock.monotonic();
  const run = slot.run(peer.task("b", 0), never);
  await clock.advance(2_300);
  await run;
  assert(peer.endedAt - start > 1_000);
  assertEquals(peer.log, ["b"]);
});

Deno.test("a store that fails fails the task before it starts, and the next one may go", async () => {
  const clock = new ManualClock();
  const kv = new CountingKv();
  await using store = await openProcess(kv, clock);
  const slot = store.slot("sitoo", GAP);
  kv.failure = new Error("The disk is full");
  let isStarted = false;
  const failed = slot.run(() => {
    isStarted = true;
    return Promise.resolve();
  }, never);
  await assertRejects(() => failed, Error, "full");
  assertEquals(isStarted, false);
  kv.failure = undefined;
  const next = slot.run(() => Promise.resolve("done"), never);
  await clock.advance(100);
  assertEquals(await next, "done");
});

Deno.test("a slot whose row nobody can read is free", async () => {
  const clock = new ManualClock();
  const kv = new CountingKv();
  await using store = await openProcess(kv, clock);
  const operation = kv.atomic();
  operation.set(slotKey("sitoo"), new Uint8Array([1, 2, 3]));
  await operation.commit();
  assertEquals(await store.slot("sitoo", GAP).run(() => Promise.resolve(7), never), 7);
});

Deno.test("a lease of a clock that was set back since does not block the slot", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  const first = await openProcess(kv, clock);
  await first.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  clock.jump(-3_600_000);
  await using second = await openProcess(kv, clock);
  const run = second.slot("sitoo", GAP).run(() => Promise.resolve(), never);
  await clock.advance(GAP.gap);
  await run;
  await first[Symbol.asyncDispose]();
});

Deno.test("two busy processes take turns without a pause beyond the gap and a look", async () => {
  const clock = new ManualClock();
  const kv = new MemoryKv();
  await using first = await openProcess(kv, clock);
  await using second = await openProcess(kv, clock);
  const gap = 250;
  const peer = new Peer(clock);
  const runs = [first, second].flatMap((store, index) =>
    Array.from(
      { length: 10 },
      () => store.slot("sitoo", { gap }).run(peer.task(`${index}`, 20), never),
    )
  );
  // Twenty tasks of 20 ms, and between two of them the gap and a waiter's look.
  for (let ms = 0; ms < 20 * (20 + gap + 100); ms += 10) await clock.advance(10);
  const done = peer.log.length;
  await clock.advance(60_000);
  await Promise.all(runs);
  assertEquals(done, 20);
  assert(peer.smallestGap >= gap, `gap of ${peer.smallestGap} ms`);
});
