import { testDefinition } from "../definition/testing.ts";
import { mappedOrderType } from "../records/ometria_order.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { sitooOrder } from "../records/testing.ts";
import { eraseTransform } from "../stages/erase.ts";
import { perRecord, pipe } from "../stages/chain.ts";
import { assertEquals, assertInstanceOf, assertRejects } from "../std/assert.ts";
import type { CompiledPipeline, CompiledStep } from "./compiled.ts";
import { decide } from "./decide.ts";
import { encoded, item, link } from "./testing.ts";
import { traceOrder } from "./trace.ts";

const never = new AbortController().signal;
const types = { takes: sitooOrderType, gives: sitooOrderType };

const small = perRecord(
  types,
  ({ record }) =>
    record.moneytotal_gross_all === "1.00"
      ? { kind: "skip", rule: "small" }
      : { kind: "pass", record: { ...record, email: "" }, links: [link(7, record.orderid)] },
);
const refused = perRecord(
  types,
  ({ record }) =>
    record.orderid === 9
      ? { kind: "dead", reason: "odd-order", detail: "nine" }
      : { kind: "pass", record, unusable: [{ refund: 3, reason: "odd", detail: "" }] },
);

function pipelineOf(steps: readonly CompiledStep[] = defaultSteps): CompiledPipeline {
  return {
    definition: testDefinition(),
    transform: pipe(small, refused),
    steps,
    orders: {
      sink: "orders",
      takes: mappedOrderType,
      batchSize: 1,
      settle: 0,
      encode: (record) => ({ ...encoded(1), bodies: [JSON.stringify(record)] }),
      deliver: () => Promise.resolve([]),
    },
  };
}

const defaultSteps: readonly CompiledStep[] = [
  { use: "filter", name: "small", transform: eraseTransform(small) },
  { use: "custom", transform: eraseTransform(refused) },
];

Deno.test("traceOrder() decides as decide() does, and says what each stage made of the order", async () => {
  const orders = [
    item(5),
    item(9),
    item(6, {
      reading: { kind: "order", order: sitooOrder({ orderid: 6, moneytotal_gross_all: "1.00" }) },
    }),
    item(8, { reading: { kind: "missing" } }),
    item(8, { reading: { kind: "unreadable", detail: "orderdate is missing" } }),
  ];
  const kinds: string[] = [];
  for (const one of orders) {
    const trace = await traceOrder(one, pipelineOf(), never);
    const [decided] = await decide([one], pipelineOf(), never);
    assertEquals(trace.decision, decided?.decision);
    kinds.push(trace.steps.map(({ step, verdict }) => `${step.use} ${verdict.kind}`).join(", "));
  }
  assertEquals(kinds, [
    "filter pass, custom pass",
    "filter pass, custom dead",
    "filter skip",
    "",
    "",
  ]);
});

Deno.test("traceOrder() tells which stage failed as a whole, and rejects only when aborted", async () => {
  const failing = { ...eraseTransform(small), apply: () => Promise.reject(new Error("down")) };
  const pipeline = pipelineOf([...defaultSteps, { use: "sku-match", transform: failing }]);
  const trace = await traceOrder(item(5), pipeline, never);
  assertEquals([trace.steps.length, trace.failed?.step, trace.decision], [
    2,
    { use: "sku-match" },
    undefined,
  ]);
  assertInstanceOf(trace.failed?.error, Error);
  await assertRejects(() => traceOrder(item(5), pipeline, AbortSignal.abort(new Error("stop"))));
});
