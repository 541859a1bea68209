/** What an operator's command leaves when its process dies between two commits, or meets another one. */
import { deliveredRow } from "../engine/testing.ts";
import { assert, assertEquals, assertExists, assertRejects } from "../std/assert.ts";
import type { DeadLetter } from "../store/rows.ts";
import { emptyCommit, type LaneHold, type PipelineStore } from "../store/store.ts";
import { openMemoryStore, type RefusableStore } from "../store/testing.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { replay } from "./replay.ts";
import { raw, take, worldOf } from "./desk/testing.ts";

interface Fixture extends AsyncDisposable {
  readonly all: RefusableStore;
  readonly clock: ManualClock;
  readonly store: PipelineStore;
  readonly hold: LaneHold;
}

async function open(): Promise<Fixture> {
  const clock = new ManualClock();
  const all = await openMemoryStore(clock);
  const store = all.pipeline("test", "default");
  const hold = await store.acquireLane("test", "f");
  assertExists(hold);
  return { all, clock, store, hold, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() };
}

function ids(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

async function ledgerIds(store: PipelineStore): Promise<readonly number[]> {
  return (await Array.fromAsync(store.ledgerRange(0, 10_000))).map(({ orderId }) => orderId);
}

Deno.test("prune that dies after any of its commits has taken whole steps away, and the next one the rest", async () => {
  for (const survives of [0, 1, 2]) {
    await using made = await open();
    const { all, clock, store, hold } = made;
    const old = clock.now() - 1_000;
    const rows = ids(1_000).map((orderId) => deliveredRow(orderId, { at: old, acceptedAt: old }));
    for (let from = 0; from < rows.length; from += 100) {
      await store.commit(hold, { ...emptyCommit, ledger: rows.slice(from, from + 100) });
    }
    const asked = { below: 951, endedBefore: clock.now() };
    let steps = 0;
    all.refuse = survives === 0;
    await assertRejects(async () => {
      for await (const _ of store.prune(asked)) all.refuse = ++steps >= survives;
    });
    all.refuse = false;
    const left = await ledgerIds(store);
    assertEquals(left.length, 1_000 - survives * 400);
    assertEquals((await store.counters()).delivered, left.length);
    for await (const _ of store.prune(asked));
    assertEquals(await ledgerIds(store), ids(1_000).slice(950));
    assertEquals((await store.counters()).delivered, 50);
  }
});

Deno.test("replay that dies half-way has lost no letter, and the next one makes each order due", async () => {
  await using made = await open();
  const { all, clock, store, hold } = made;
  const letters = ids(250).map((orderId): DeadLetter => ({
    orderId,
    reason: "not-found",
    detail: "",
    at: 1,
    attempts: 1,
  }));
  for (let from = 0; from < letters.length; from += 100) {
    await store.commit(hold, { ...emptyCommit, dead: letters.slice(from, from + 100) });
  }
  const arrive = store.arrive.bind(store);
  let calls = 0;
  const dying: Pick<PipelineStore, "arrive"> = {
    arrive: (arrivals) => {
      all.refuse = ++calls === 2;
      return arrive(arrivals);
    },
  };
  const dies = { clock, store: Object.assign(Object.create(store), dying) };
  await assertRejects(() => replay(dies, letters));
  all.refuse = false;
  assertEquals((await store.deadLetters(1_000)).length, 250);
  await replay({ clock, store }, letters);
  const due = new Set((await store.due(1_000)).map(({ orderId }) => orderId));
  assertEquals(due.size, 250);
});

Deno.test("replay and discard of one dead order at once leave it delivered, with no letter, counted once", async () => {
  for (const first of ["replay", "discard"] as const) {
    await using world = await worldOf({ map: { currencies: ["SEK"] } });
    const { store } = world.context;
    await take(world, raw(50211, { currencycode: "NOK" }));
    const [letter] = await store.deadLetters(10);
    assertEquals(letter?.reason, "unexpected-currency");
    assert(letter !== undefined);
    const acts = [
      (): Promise<unknown> => replay(world.context, [letter]),
      (): Promise<unknown> => store.discardDead([letter]),
    ];
    if (first === "discard") acts.reverse();
    await Promise.all(acts.map((act) => act()));
    assertEquals((await store.counters()).deadBy, { "unexpected-currency": 1 });
    await take(world, raw(50211));
    const { delivered, deadBy } = await store.counters();
    assertEquals([delivered, deadBy["unexpected-currency"] ?? 0], [1, 0]);
    assertEquals(await store.deadLetters(10), []);
  }
});
