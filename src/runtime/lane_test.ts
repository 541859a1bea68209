import { assertEquals, assertRejects } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import { emptyCommit, type PipelineStore } from "../store/store.ts";
import { systemClock } from "../time/clock.ts";
import { type Lane, withLane } from "./lane.ts";
import { withMethods } from "./with_methods.ts";

const first = { ids: [1, 2, 3], takeovers: 0 };
const second = { ids: [4, 5], takeovers: 1 };

/** Takes the lane of a new store for a test. */
async function inLane(
  test: (lane: Lane, store: PipelineStore) => Promise<void>,
): Promise<PipelineStore> {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const options = { store, clock: systemClock, holder: "a", fingerprint: "f" };
  await withLane(options, (lane) => test(lane, store), new AbortController().signal);
  return store;
}

async function inHand(store: PipelineStore): Promise<number | undefined> {
  return (await store.laneHolder())?.inHand;
}

Deno.test("a commit beside the batch in hand leaves it in hand: a crash then still finds it", async () => {
  await inLane(async (lane, store) => {
    await lane.claim(first);
    await lane.commit(emptyCommit);
    assertEquals(await inHand(store), 3);
  });
});

Deno.test("the commit of a batch puts the next one in hand, which then needs no commit of its own", async () => {
  await inLane(async (lane, store) => {
    await lane.claim(first);
    await lane.conclude(emptyCommit, () => second);
    assertEquals(await inHand(store), 2);
    let writes = 0;
    const { renewLane } = store;
    Object.assign(store, {
      renewLane: (...args: Parameters<typeof renewLane>) => {
        writes++;
        return renewLane.apply(store, args);
      },
    });
    await lane.claim(second);
    assertEquals(writes, 0);
    await lane.claim(first);
    assertEquals([writes, await inHand(store)], [1, 3]);
    await lane.conclude(emptyCommit);
    assertEquals(await inHand(store), 0);
  });
});

Deno.test("what was in hand is told to the one who takes over, takeovers included", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const options = { store, clock: systemClock, fingerprint: "f" };
  const { signal } = new AbortController();
  await withLane({ ...options, holder: "a" }, async (lane) => {
    await lane.claim(first);
    await lane.conclude(emptyCommit, () => second);
  }, signal);
  await withLane({ ...options, holder: "b" }, ({ hold }) => {
    assertEquals(hold.inHand, second);
    return Promise.resolve();
  }, signal);
});

Deno.test("what ends the work is told, although the lane cannot be let go either", async () => {
  await using installation = await openMemoryStore();
  const store = withMethods(installation.pipeline("test", "default"), {
    releaseLane: () => Promise.reject(new Error("second")),
  });
  const options = { store, clock: systemClock, holder: "a", fingerprint: "f" };
  const { signal } = new AbortController();
  await assertRejects(
    () => withLane(options, () => Promise.reject(new Error("first")), signal),
    Error,
    "first",
  );
});

Deno.test("takeChanged() names the orders of the commits since the last call", async () => {
  await inLane(async (lane) => {
    const row = { orderId: 7, outcome: "skipped", at: 1, steps: [] } as const;
    const link = { original: 5, refund: 7, lines: [{ sku: "A", quantity: 1, amount: "1.00" }] };
    await lane.commit({ ...emptyCommit, ledger: [row] });
    await lane.conclude({ ...emptyCommit, links: [link] });
    assertEquals(lane.takeChanged(), new Set([7, 5]));
    assertEquals(lane.takeChanged(), new Set());
  });
});

Deno.test("what a dead holder had in hand stays noted until its orders are due, whatever is written before", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const options = { store, clock: systemClock, fingerprint: "f" };
  const { signal } = new AbortController();
  await withLane({ ...options, holder: "a" }, (lane) => lane.claim(first), signal);
  await withLane({ ...options, holder: "b" }, async (lane) => {
    await lane.commit(emptyCommit);
    assertEquals(await inHand(store), 3);
    await lane.conclude(emptyCommit);
    assertEquals(await inHand(store), 0);
  }, signal);
});
