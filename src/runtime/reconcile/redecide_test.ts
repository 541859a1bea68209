import { deliveredRow } from "../../engine/testing.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { type SitooOrder, sitooOrderType } from "../../records/sitoo_order.ts";
import { sitooOrder } from "../../records/testing.ts";
import { createMemorySitoo } from "../../sitoo/memory.ts";
import type { AnyOrderSink, Input, Transform } from "../../stages/contract.ts";
import { assertEquals, assertExists } from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { emptyCommit } from "../../store/store.ts";
import { emptyPipeline, testContext } from "../testing.ts";
import { redecide } from "./redecide.ts";

const { signal } = new AbortController();

/** Order 13 stumbles; others go out with a contact where consent is given, history's without one. */
const transform: Transform<SitooOrder, unknown> = {
  takes: sitooOrderType,
  gives: anyRecordType,
  apply: (inputs: readonly Input<SitooOrder>[]) =>
    inputs.map(({ record, facts }) => {
      if (record.orderid === 13) throw new TypeError("what only the log may say");
      const withContact = facts.consent === "given" && facts.origin !== "history";
      return { kind: "pass", record: withContact ? "order contact" : "order" };
    }),
};

const sink: AnyOrderSink = {
  sink: "orders",
  takes: anyRecordType,
  batchSize: 100,
  settle: 0,
  encode: (record) => {
    const [body = "", contact] = String(record).split(" ");
    const place = { currency: "SEK", store: "", day: "2025-09-06" };
    return {
      id: "1",
      bodies: [body],
      total: "1",
      ...place,
      ...(contact === undefined ? {} : { contact }),
    };
  },
  deliver: () => Promise.reject(new Error("Nothing may be sent here")),
};

async function unchanged(...sent: readonly string[]): Promise<readonly (boolean | undefined)[]> {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const ids = sent.map((_, index) => index + 1);
  const context = testContext({
    store,
    sitoo: createMemorySitoo(ids.map((orderid) => sitooOrder({ orderid }))),
    pipeline: { ...emptyPipeline, transform, orders: sink },
  });
  const hold = await store.acquireLane("test", "f");
  assertExists(hold);
  const ledger = sent.map((text, index) =>
    deliveredRow(index + 1, { hash: context.keyedHash(text) })
  );
  await store.commit(hold, { ...emptyCommit, ledger });
  const found = await redecide(ids, context, signal);
  return ids.map((id) => found.get(id)?.unchanged);
}

Deno.test("redecide() takes an order for unchanged whether or not its contact went out with it", async () => {
  assertEquals(await unchanged("order\ncontact", "order\n", "other\n", "order\nother"), [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("redecide() says of an order that Sitoo does not give that it is missing, and of one that stumbles no more than that", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const orders = [12, 13].map((orderid) => sitooOrder({ orderid }));
  const context = testContext({
    store,
    sitoo: createMemorySitoo(orders),
    pipeline: { ...emptyPipeline, transform, orders: sink },
  });
  const found = await redecide([11, 12, 13], context, signal);
  assertEquals([...found.values()].map(({ decision }) => decision.kind), [
    "missing",
    "send",
    "dead",
  ]);
  assertEquals(found.get(13)?.decision, {
    kind: "dead",
    reason: "stage-failed",
    detail: "TypeError",
  });
});
