import { testDefinition } from "../definition/testing.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import { sitooOrder } from "../records/testing.ts";
import type { AnyOrderSink, Input, Transform, Verdict } from "../stages/contract.ts";
import { decide } from "./decide.ts";
import { productMatchesOf } from "./product_matches.ts";
import { deliveredRow, encoded, item, link, pointer } from "./testing.ts";
import type { CompiledPipeline } from "./compiled.ts";

const signal = new AbortController().signal;

/** A transform that links orders with a `creditorderid`, and notes the refunds of the others. */
function createTransform(calls: number[][]): Transform<SitooOrder, unknown> {
  return { takes: sitooOrderType, gives: anyRecordType, apply };

  function apply(inputs: readonly Input<SitooOrder>[]): readonly Verdict<unknown>[] {
    calls.push(inputs.map(({ record }) => record.orderid));
    return inputs.map(({ record, facts }) => {
      if (record.creditorderid === undefined) {
        return { kind: "pass", record: facts.links.map((known) => known.refund) };
      }
      return { kind: "link", links: [link(record.creditorderid, record.orderid)] };
    });
  }
}

const sink: AnyOrderSink = {
  sink: "orders",
  takes: anyRecordType,
  batchSize: 100,
  settle: 0,
  encode: (record) => ({ ...encoded(1), bodies: [JSON.stringify(record)] }),
  deliver: () => Promise.resolve([]),
};

function pipelineWith(transform: Transform<SitooOrder, unknown>): CompiledPipeline {
  return { definition, transform, steps: [], orders: sink };
}

const definition = testDefinition();

Deno.test("decide() joins a refund to an original of the same batch, and runs only that one again", async () => {
  const calls: number[][] = [];
  const refund = item(5, {
    reading: { kind: "order", order: sitooOrder({ orderid: 5, creditorderid: 1 }) },
  });
  const results = await decide(
    [item(1), item(2), refund],
    pipelineWith(createTransform(calls)),
    signal,
  );
  assertEquals(calls, [[1, 2, 5], [1]]);
  const bodies = results.map(({ decision }) =>
    decision.kind === "send" ? decision.encoded.bodies[0] : decision.kind
  );
  assertEquals(bodies, ["[5]", "[]", "link"]);
  assertEquals(results[0]?.applied, [link(1, 5)]);
});

Deno.test("decide() lets the batch's own refund replace what it linked before", async () => {
  const refund = item(5, {
    reading: { kind: "order", order: sitooOrder({ orderid: 5, creditorderid: 2 }) },
  });
  const first = item(1, { links: [link(1, 5), link(1, 6)] });
  const results = await decide([first, item(2), refund], pipelineWith(createTransform([])), signal);
  assertEquals(results.map(({ applied }) => applied.map((known) => known.refund)), [[6], [5], []]);
});

Deno.test("decide() sends no order through the stages that was not read", async () => {
  const calls: number[][] = [];
  const items = [
    item(1, { reading: { kind: "missing" } }),
    item(2, { reading: { kind: "unreadable", detail: "orderdate is no number" } }),
  ];
  const results = await decide(items, pipelineWith(createTransform(calls)), signal);
  assertEquals(calls, []);
  assertEquals(results.map(({ decision }) => decision), [
    { kind: "missing" },
    { kind: "dead", reason: "unreadable-order", detail: "orderdate is no number" },
  ]);
});

Deno.test("decide() rejects when a stage answers fewer orders than it got", async () => {
  const transform = { ...createTransform([]), apply: () => [] };
  await assertRejects(() => decide([item(1)], pipelineWith(transform), signal), TypeError, "fewer");
});

Deno.test("decide() takes an order for delivered when Ometria has it, or may have it", async () => {
  const asked: boolean[] = [];
  const transform: Transform<SitooOrder, unknown> = {
    takes: sitooOrderType,
    gives: anyRecordType,
    apply: (inputs) => {
      asked.push(...inputs.map(({ facts }) => facts.delivered));
      return inputs.map(() => ({ kind: "skip", rule: "seen" }));
    },
  };
  const items = [
    item(1),
    item(2, { row: deliveredRow(2) }),
    item(3, { pointer: pointer(3, { force: true }) }),
  ];
  await decide(items, pipelineWith(transform), signal);
  assertEquals(asked, [false, true, true]);
});

Deno.test("productMatchesOf() adds up what stages found for orders that go out or are dead", async () => {
  const verdicts: readonly Verdict<unknown>[] = [
    { kind: "pass", record: {}, products: { hits: 2, misses: ["A"] } },
    { kind: "dead", reason: "odd", detail: "", products: { hits: 0, misses: ["A", "B"] } },
    { kind: "skip", rule: "web-order" },
  ];
  const pipeline = pipelineWith({
    takes: sitooOrderType,
    gives: anyRecordType,
    apply: () => verdicts,
  });
  const decided = await decide([item(1), item(2), item(3)], pipeline, signal);
  const sent = new Map([[1, { kind: "accepted", at: 1, hash: "h" }]] as const);
  assertEquals(productMatchesOf(decided, sent), { hits: 2, misses: ["A", "A", "B"] });
  assertEquals(productMatchesOf(decided.slice(2), sent), undefined);
});
