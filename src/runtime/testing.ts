/** Contexts for tests of the runtime. */
import { keyedHash } from "../crypto/keyed_hash.ts";
import { testDefinition } from "../definition/testing.ts";
import type { CompiledPipeline } from "../engine/compiled.ts";
import { createMemoryOmetria } from "../ometria/memory.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import type { PipelineStore } from "../store/store.ts";
import { systemClock } from "../time/clock.ts";
import type { PipelineContext } from "./context.ts";
import type { PipelineStatus } from "./status.ts";

/** A pipeline that passes every order on to nowhere. */
export const emptyPipeline: CompiledPipeline = {
  definition: testDefinition(),
  transform: {
    takes: sitooOrderType,
    gives: anyRecordType,
    apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record })),
  },
  steps: [],
};

/** A context with what the test names, and harmless twins in memory for the rest. */
export function testContext(
  fields: Partial<PipelineContext> & { readonly store: PipelineStore },
): PipelineContext {
  return {
    pipeline: emptyPipeline,
    sitoo: createMemorySitoo(),
    ometria: createMemoryOmetria(),
    clock: systemClock,
    random: () => 0.5,
    keyedHash: (text) => keyedHash("the key of tests", text),
    ...fields,
  };
}

/** How a pipeline stands that has done nothing yet. */
export const freshStatus: PipelineStatus = {
  due: 0,
  inFlight: 0,
  waiting: 0,
  delivered: 0,
  confirmed: 0,
  linked: 0,
  dead: 0,
  skipped: {},
  deadBy: {},
  lagSeconds: 0,
  missedWindow: 0,
  receipts: {},
  receiptsSkipped: {},
  connections: { sitoo: "ok", ometria: "ok", ometriaEmail: "ok" },
  products: null,
  backfill: null,
  sweep: null,
};
