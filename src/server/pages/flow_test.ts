import type { PipelineDefinition, StageUse } from "../../definition/definition.ts";
import { testDefinition } from "../../definition/testing.ts";
import { assertEquals } from "../../std/assert.ts";
import { flowOf } from "./flow.ts";

function use(name: string, own?: string): StageUse {
  return { use: name, options: {}, path: [], ...(own === undefined ? {} : { name: own }) };
}

function definition(
  transforms: readonly StageUse[],
  sinks: readonly StageUse[],
): PipelineDefinition {
  return {
    ...testDefinition(),
    sources: [use("sitoo-webhook"), use("sitoo-history")],
    transforms,
    sinks,
  };
}

const none = { delivered: 0, linked: 0, waiting: 0, skipped: {}, deadBy: {}, receipts: {} };

Deno.test("flowOf() shows how many orders came to each stage, and where the others left", () => {
  const flow = flowOf(
    definition(
      [use("map"), use("filter", "small-sales"), use("namespace"), use("sku-match")],
      [use("ometria-orders"), use("ometria-email")],
    ),
    {
      delivered: 100,
      linked: 8,
      waiting: 2,
      skipped: { "web-copy": 20, parked: 5, "before-start": 10, "small-sales": 3 },
      deadBy: { "unknown-product": 4, "rejected-by-ometria": 1, "money-mismatch": 2 },
      receipts: { sent: 7, "no-address": 1, asked: 0 },
    },
  );
  assertEquals(flow.sources, ["sitoo-webhook", "sitoo-history"]);
  assertEquals(flow.stages, [
    { title: "read from Sitoo", came: 155, left: ["before-start 10"] },
    {
      title: "map",
      came: 145,
      left: [
        "joined to their sales 8",
        "waiting 2",
        "web-copy 20",
        "parked 5",
        "money-mismatch 2",
      ],
    },
    { title: "filter small-sales", came: 108, left: ["small-sales 3"] },
    { title: "namespace", came: 105, left: [] },
    { title: "sku-match", came: 105, left: ["unknown-product 4"] },
    { title: "ometria-orders", came: 101, left: ["delivered 100", "rejected-by-ometria 1"] },
  ]);
  assertEquals(flow.receipts, { title: "ometria-email", left: ["sent 7", "no-address 1"] });
});

Deno.test("flowOf() gives what no stage claims to the first where there is no map", () => {
  const flow = flowOf(definition([use("custom")], [use("ometria-orders")]), {
    ...none,
    skipped: { "own-rule": 3 },
  });
  assertEquals(flow.stages.map(({ title, left }) => [title, ...left]), [
    ["read from Sitoo"],
    ["custom", "own-rule 3"],
    ["ometria-orders", "delivered 0"],
  ]);
});

Deno.test("flowOf() shows receipts alone where a pipeline sends nothing else", () => {
  const flow = flowOf(definition([], [use("ometria-email")]), none);
  assertEquals(flow.stages.map(({ title }) => title), ["read from Sitoo"]);
  assertEquals(flow.receipts?.title, "ometria-email");
});
