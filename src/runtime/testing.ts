/** Contexts for tests of the runtime. */
import { keyedHash } from "../crypto/keyed_hash.ts";
import { testDefinition } from "../definition/testing.ts";
import type { CompiledPipeline } from "../engine/compiled.ts";
import { createMemoryOmetria } from "../ometria/memory.ts";
import { anyRecordType } from "../records/record_type.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { createMemorySitoo } from "../sitoo/memory.ts";
import type { HistorySource } from "../stages/contract.ts";
import type { PipelineStore } from "../store/store.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { PipelineContext } from "./context.ts";
import { renewEvery } from "./lane.ts";
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

/** A source of history from 2024 on, whose orders need not be of any age. */
export function historySource(pageSize = 100): HistorySource {
  return {
    source: "history",
    gives: sitooOrderType,
    sites: [],
    enabled: true,
    startDate: "2024-01-01",
    pageSize,
    minAge: 0,
  };
}

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

/** A clock whose time passes while somebody waits for something, or when it is told to. */
export interface HastyClock extends Clock {
  pass(ms: number): void;
}

/** Every wait takes 20 ms at most; one that is shorter than a heartbeat's moves time on by what was asked for. */
export function hastyClock(): HastyClock {
  let elapsed = 0;
  return {
    now: () => Date.UTC(2026, 0, 15) + elapsed,
    monotonic: () => elapsed,
    sleep: async (ms, signal) => {
      await systemClock.sleep(Math.min(ms, 20), signal);
      if (ms < renewEvery) elapsed += ms;
    },
    pass: (ms) => void (elapsed += ms),
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
  worker: null,
};
