import { decided, link } from "../engine/testing.ts";
import type { Decided } from "../engine/work.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { openMemoryStore } from "../store/testing.ts";
import type { Checkpoint } from "../store/rows.ts";
import type { BatchCommit, PipelineStore } from "../store/store.ts";
import { commitOutcomes } from "./outcomes.ts";
import { testContext } from "./testing.ts";

/** A refund that gives back something of so many orders; the store then has to write so many links. */
function refundOf(refund: number, originals: number): Decided {
  const links = Array.from({ length: originals }, (_, place) => link(refund * 100 + place, refund));
  return decided(refund, { kind: "link", links });
}

interface Book {
  readonly store: PipelineStore;
  readonly commits: BatchCommit[];
  readonly commit: (batch: BatchCommit) => Promise<void>;
}

async function bookOf(store: PipelineStore): Promise<Book> {
  const hold = await store.acquireLane("test", "fingerprint");
  assert(hold !== undefined);
  const commits: BatchCommit[] = [];
  return {
    store,
    commits,
    commit: async (batch) => {
      await store.commit(hold, batch);
      commits.push(batch);
    },
  };
}

const checkpoint: Checkpoint = {
  state: "running",
  next: 101,
  total: 100,
  read: 100,
  delivered: 0,
  unchanged: 0,
  linked: 100,
  skipped: 0,
  waiting: 0,
  dead: 0,
  young: 0,
  startedAt: 1,
  updatedAt: 1,
  fingerprint: "fingerprint",
};

Deno.test("a batch that changes more than one commit holds goes into several, each order once, the checkpoint last", async () => {
  await using installation = await openMemoryStore();
  const book = await bookOf(installation.pipeline("test", "default"));
  const refunds = Array.from({ length: 100 }, (_, index) => refundOf(index + 1, 6));
  let told = 0;
  const tally = await commitOutcomes(
    {
      pointers: refunds.map((entry) => entry.item.pointer),
      readings: new Map(),
      takeovers: 0,
      later: [],
      holes: { open: [], closed: [1] },
      checkpoint: (so) => {
        told = [...so.values()].reduce((sum, figure) => sum + figure, 0);
        return checkpoint;
      },
    },
    { decided: refunds, sent: new Map() },
    {
      context: testContext({ store: book.store }),
      lane: book,
      write: book.commit,
    },
  );
  assert(book.commits.length > 1);
  assertEquals(
    book.commits.flatMap(({ ledger }) => ledger.map((row) => row.orderId)).toSorted((a, b) =>
      a - b
    ),
    refunds.map((entry) => entry.item.pointer.orderId),
  );
  assertEquals(
    book.commits.map((batch) => batch.checkpoint !== undefined),
    book.commits.map((_, index) => index === book.commits.length - 1),
  );
  assertEquals(
    book.commits.map((batch) => batch.holes !== undefined),
    book.commits.map((_, index) => index === book.commits.length - 1),
    "a hole is closed once all its orders have an outcome",
  );
  assertEquals(told, 100, "the checkpoint counts all orders of the page");
  assertEquals([...tally.values()].reduce((sum, figure) => sum + figure, 0), 100);
  assertEquals((await book.store.linksOf(100)).length, 6);
});

Deno.test("an order that alone changes more than one commit holds is refused, and nothing is written", async () => {
  await using installation = await openMemoryStore();
  const book = await bookOf(installation.pipeline("test", "default"));
  const refund = refundOf(1, 900);
  await assertRejects(
    () =>
      commitOutcomes(
        { pointers: [refund.item.pointer], readings: new Map(), takeovers: 0, later: [] },
        { decided: [refund], sent: new Map() },
        { context: testContext({ store: book.store }), lane: book, write: book.commit },
      ),
    RangeError,
  );
  assertEquals(book.commits, []);
  assertEquals((await book.store.ledger([1])).size, 0);
});
