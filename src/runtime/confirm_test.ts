import { confirmAfter } from "../engine/confirmation.ts";
import { deliveredRow } from "../engine/testing.ts";
import { createMemoryOmetria } from "../ometria/memory.ts";
import type { MemoryOmetria } from "../ometria/memory.ts";
import type { StoredOrder } from "../ometria/api.ts";
import { ApiError } from "../http/error.ts";
import { assertEquals, assertExists } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { ConfirmRow, LedgerRow } from "../store/rows.ts";
import { emptyCommit, type LaneHold, type PipelineStore } from "../store/store.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { Confirm } from "./confirm.ts";
import { testContext } from "./testing.ts";

const stored: StoredOrder = {
  id: "till-1",
  grand_total: 249,
  status: "complete",
  is_valid: true,
  lines: 1,
  quantityRefunded: 0,
  refunded: 0,
};

interface World extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: PipelineStore;
  readonly ometria: MemoryOmetria;
  /** Lets time go by, reads what is due, and writes down what was found. */
  look(ms: number): Promise<void>;
  row(): Promise<LedgerRow>;
  /** Ometria accepts the order once more. */
  acceptAgain(): Promise<void>;
}

/** A world in which order 1 has just been accepted. */
async function world(): Promise<World> {
  const clock = new ManualClock();
  const installation = await openMemoryStore(clock);
  const store = installation.pipeline("test", "default");
  const ometria = createMemoryOmetria();
  const hold = await store.acquireLane("test", "f");
  assertExists(hold);
  await accept(store, hold, { at: clock.now(), steps: [] });
  const confirm = new Confirm(testContext({ clock, store, ometria }));
  return {
    clock,
    store,
    ometria,
    look: async (ms) => {
      await clock.advance(ms);
      const over = new AbortController();
      const run = confirm.run(over.signal);
      const commits: number[] = [];
      for (let turn = 0; turn < 50 && commits.length === 0; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await confirm.apply(async (batch) => {
          await store.commit(hold, batch);
          commits.push(1);
        });
      }
      over.abort();
      await run;
    },
    row: async () => {
      const row = (await store.ledger([1])).get(1);
      assertExists(row);
      return row;
    },
    acceptAgain: async () => {
      const { steps } = (await store.ledger([1])).get(1) ?? { steps: [] };
      await accept(store, hold, { at: clock.now(), steps });
    },
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };
}

async function accept(
  store: PipelineStore,
  hold: LaneHold,
  { at, steps }: Pick<LedgerRow, "at" | "steps">,
): Promise<void> {
  const { grand_total, lines } = stored;
  const row: ConfirmRow = {
    orderId: 1,
    sentId: "till-1",
    acceptedAt: at,
    dueAt: at + confirmAfter,
    tries: 0,
    expected: {
      total: String(grand_total),
      status: "complete",
      isValid: true,
      lines,
      quantityRefunded: 0,
      refunded: "0",
    },
  };
  const ledger = [deliveredRow(1, { acceptedAt: at, sentId: "till-1", steps })];
  await store.commit(hold, { ...emptyCommit, ledger, confirm: [row] });
}

Deno.test("Confirm reads an accepted order back once it is due, and counts it as confirmed", async () => {
  await using all = await world();
  all.ometria.stored.set("till-1", stored);
  await all.look(confirmAfter - 1_000);
  assertEquals((await all.row()).confirmedAt, undefined);
  await all.look(2_000);
  assertExists((await all.row()).confirmedAt);
  assertEquals((await all.store.counters()).confirmed, 1);
  assertEquals(await all.store.toConfirm(10), []);
});

Deno.test("Confirm sends an order again that Ometria does not have after three looks", async () => {
  await using all = await world();
  for (let look = 0; look < 3; look++) {
    assertEquals((await all.store.due(10)).length, 0);
    await all.look(confirmAfter + 1_000);
  }
  const [pointer] = await all.store.due(10);
  assertEquals([pointer?.orderId, pointer?.force], [1, true]);
  assertEquals((await all.row()).steps.at(-1)?.what, "sent again");
  assertEquals((await all.row()).outcome, "delivered");
});

Deno.test("Confirm gives an order up that is not there after it was sent again", async () => {
  await using all = await world();
  for (let look = 0; look < 3; look++) await all.look(confirmAfter + 1_000);
  await all.acceptAgain();
  for (let look = 0; look < 3; look++) await all.look(confirmAfter + 1_000);
  const { outcome, rule } = await all.row();
  assertEquals([outcome, rule], ["dead", "not-stored"]);
  const [letter] = await all.store.deadLetters(10);
  assertEquals([letter?.reason, letter?.detail], ["not-stored", "Ometria does not have it"]);
});

Deno.test("Confirm sees an order that is there, but not as it was sent", async () => {
  await using all = await world();
  all.ometria.stored.set("till-1", { ...stored, grand_total: 100 });
  for (let look = 0; look < 3; look++) await all.look(confirmAfter + 1_000);
  assertEquals((await all.row()).steps.at(-1)?.detail, "grand_total is 100, not 249");
});

Deno.test("Confirm holds nothing against an order when Ometria cannot be asked", async () => {
  await using all = await world();
  const failure = { api: "ometria", kind: "unavailable", reached: true } as const;
  all.ometria.failNext(new ApiError("Ometria is not there", failure), "readOrder");
  await all.look(confirmAfter + 1_000);
  assertEquals((await all.store.toConfirm(10)).map((row) => row.tries), [0]);
});
