import { sitooOrder } from "../../records/testing.ts";
import type { EncodedOrder } from "../../stages/contract.ts";
import { assert, assertEquals } from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { emptyPipeline, testContext } from "../testing.ts";
import { Rehearsal } from "./rehearsal.ts";

const never = new AbortController().signal;

const encoded: EncodedOrder = {
  id: "till-1",
  bodies: ['{"@type":"order","id":"till-1","properties":{"note":"for Maja, 19810203-1234"}}'],
  contact: '{"@type":"contact","id":"c-1","email":"maja.ek@example.com","firstname":"Maja"}',
  total: "10.00",
  currency: "SEK",
  store: "s1",
  day: "2026-01-15",
};

for (const showPersonalData of [false, true]) {
  Deno.test(`records ${showPersonalData ? "show people when asked" : "are masked by what the order says of people"}`, async () => {
    await using installation = await openMemoryStore();
    const scratch = installation.pipeline("scratch", "default");
    const written: string[] = [];
    const write = (records: readonly string[]): Promise<void> => {
      written.push(...records);
      return Promise.resolve();
    };
    const rehearsal = new Rehearsal({ scratch, write, showPersonalData });
    const orders = {
      sink: "orders",
      takes: anyRecordType,
      batchSize: 100,
      settle: 60_000,
      encode: () => encoded,
      deliver: () => Promise.reject(new Error("A rehearsal must not push")),
    } as const;
    const store = rehearsal.storeOver(installation.pipeline("real", "default"));
    const context = rehearsal.contextOf(
      testContext({ store, pipeline: { ...emptyPipeline, orders }, alert: () => {} }),
    );
    const order = { ...sitooOrder({ orderid: 1 }), comment: "19810203-1234" };
    const facts = { origin: "history", delivered: false, links: [] } as const;
    const [verdict] = await context.pipeline.transform.apply([{ record: order, facts }], never);
    assert(verdict?.kind === "pass");
    context.pipeline.orders?.encode(verdict.record);
    const results = await context.pipeline.orders?.deliver([encoded], never);
    assertEquals(results?.map((result) => result.kind), ["accepted"]);
    assertEquals([rehearsal.records, written.length], [1, 2]);
    const text = written.join("\n");
    assertEquals(/maja|19810203/i.test(text), showPersonalData, text);
    assert(text.includes("till-1"));
    assertEquals([context.alert, context.pipeline.orders?.settle], [undefined, 0]);
  });
}
