import type { Hono } from "hono";
import type { Secret } from "../definition/secret.ts";
import { type FakeIntake, fakeIntake, type FakeIntakeOptions } from "../runtime/intake_fake.ts";
import type { StatusContext } from "../runtime/status.ts";
import type { DeadLetter } from "../store/rows.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { createApp } from "./app.ts";
import type { AppEnv, OperatorRule, ServedPipeline } from "./environment.ts";

/** A served pipeline that remembers what arrived. */
export type FakePipeline = ServedPipeline & Pick<FakeIntake, "arrivals">;

/** What is special about it. */
export interface FakePipelineOptions extends FakeIntakeOptions {
  readonly name?: string;
  readonly passwords?: readonly Secret[];
  readonly status?: Partial<StatusContext["store"]>;
  readonly deadLetters?: readonly DeadLetter[];
  /** A real store, instead of figures that are all zero. */
  readonly store?: ServedPipeline["store"];
  /** Commits nothing and never answers. */
  readonly hangs?: boolean;
}

/** A pipeline whose figures are all zero but for what the options say. */
export function fakePipeline(options: FakePipelineOptions = {}): FakePipeline {
  const intake = fakeIntake(options);
  const { definition, webhook } = intake.pipeline;
  const passwords = options.passwords ?? webhook?.passwords ?? [];
  return {
    ...intake,
    pipeline: {
      ...intake.pipeline,
      definition: { ...definition, name: options.name ?? "till" },
      ...(webhook === undefined ? {} : { webhook: { ...webhook, passwords } }),
    },
    store: options.store ?? {
      arrive: options.hangs === true
        ? (): Promise<never> => new Promise(() => {})
        : intake.store.arrive,
      inboxSummary: () => Promise.resolve({ due: 0, later: 0 }),
      laneHolder: () => Promise.resolve(undefined),
      connections: () => Promise.resolve(new Map()),
      checkpoint: () => Promise.resolve(undefined),
      sweep: () => Promise.resolve(undefined),
      counters: () => Promise.resolve(NO_COUNTERS),
      deadLetters: () => Promise.resolve(options.deadLetters ?? []),
      ...options.status,
    },
  };
}

const NO_COUNTERS = {
  delivered: 0,
  confirmed: 0,
  missedWindow: 0,
  linked: 0,
  waiting: 0,
  skipped: {},
  deadBy: {},
  receipts: {},
};

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
}

/** The app as it is served, on fakes and a clock that stands still. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const alerts: string[] = [];
  const app = createApp({
    pipelines: options.pipelines ?? [fakePipeline()],
    store: { ping: options.ping ?? ((): Promise<boolean> => Promise.resolve(true)) },
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
