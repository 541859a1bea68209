import type { Hono } from "hono";
import { plainHash } from "../crypto/keyed_hash.ts";
import { testDefinition } from "../definition/testing.ts";
import type { Secret } from "../definition/secret.ts";
import { type FakeIntake, fakeIntake, type FakeIntakeOptions } from "../runtime/intake_fake.ts";
import { emptyPipeline, testContext } from "../runtime/testing.ts";
import { KvStore } from "../store/kv_store.ts";
import { MemoryKv } from "../store/memory_kv.ts";
import type { DeadLetter } from "../store/rows.ts";
import type { PipelineStore } from "../store/store.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { createApp } from "./app.ts";
import type { AppEnv, OperatorRule, ServedPipeline, ServerOptions } from "./environment.ts";

/** A served pipeline that remembers what arrived. */
export type FakePipeline = ServedPipeline & Pick<FakeIntake, "arrivals">;

/** What is special about it. */
export interface FakePipelineOptions extends FakeIntakeOptions {
  readonly name?: string;
  readonly passwords?: readonly Secret[];
  /** Answers in place of the store's own. */
  readonly status?: Partial<PipelineStore>;
  readonly deadLetters?: readonly DeadLetter[];
  /** A real store, instead of an empty one that keeps no events. */
  readonly store?: PipelineStore;
  /** Commits nothing and never answers. */
  readonly hangs?: boolean;
  /** Anything else. */
  readonly context?: Partial<ServedPipeline>;
}

/** A pipeline on an empty store but for what the options say. */
export function fakePipeline(options: FakePipelineOptions = {}): FakePipeline {
  const intake = fakeIntake(options);
  const { definition, webhook } = intake.pipeline;
  const passwords = options.passwords ?? webhook?.passwords ?? [];
  return {
    ...testContext({
      store: options.store ?? fakeStore(intake, options),
      clock: new ManualClock(),
      keyedHash: (text) => plainHash(`key ${text}`),
      ...options.context,
    }),
    arrivals: intake.arrivals,
    pipeline: {
      ...emptyPipeline,
      ...intake.pipeline,
      definition: { ...testDefinition(), ...definition, name: options.name ?? "till" },
      ...(webhook === undefined ? {} : { webhook: { ...webhook, passwords } }),
      ...options.context?.pipeline,
    },
  };
}

function fakeStore(intake: FakeIntake, options: FakePipelineOptions): PipelineStore {
  const clock = new ManualClock();
  const store = new KvStore(new MemoryKv(), { clock, random: () => 0.5, alone: true })
    .pipeline(options.name ?? "till", "default");
  return Object.assign(store, {
    arrive: options.hangs === true
      ? (): Promise<never> => new Promise(() => {})
      : intake.store.arrive,
    ...(options.deadLetters === undefined
      ? {}
      : { deadLetters: () => Promise.resolve(options.deadLetters ?? []) }),
    ...options.status,
  });
}

/** An app with what tests look at. */
export interface TestApp {
  readonly app: Hono<AppEnv>;
  readonly clock: ManualClock;
  readonly stopping: AbortController;
  readonly alerts: string[];
}

/** What is special about it. */
export interface TestAppOptions {
  readonly pipelines?: readonly ServedPipeline[];
  readonly operator?: Partial<OperatorRule>;
  readonly ping?: () => Promise<boolean>;
  readonly refusal?: ServerOptions["store"]["refusal"];
  readonly clock?: ManualClock;
}

/** The app as it is served, on fakes and a clock that stands still. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const clock = options.clock ?? new ManualClock();
  const stopping = new AbortController();
  const alerts: string[] = [];
  const app = createApp({
    pipelines: options.pipelines ?? [fakePipeline()],
    store: {
      ping: options.ping ?? ((): Promise<boolean> => Promise.resolve(true)),
      refusal: options.refusal ?? ((): undefined => undefined),
    },
    clock,
    operator: { deploy: false, ...options.operator },
    stopping: stopping.signal,
    alert: (pipeline, text) => void alerts.push(`${pipeline}: ${text}`),
  });
  return { app, clock, stopping, alerts };
}

/** An `Authorization` header for HTTP Basic. */
export function basic(username: string, password: string): { authorization: string } {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
