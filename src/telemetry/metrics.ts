import {
  type Attributes,
  type BatchObservableResult,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
} from "@opentelemetry/api";
import { type GaugeKey, type MetricKey, METRICS } from "./metric_list.ts";
import { SCOPE } from "./scope.ts";

/** What became of a batch of orders. */
export interface BatchFigures {
  /** Orders by outcome. */
  readonly outcomes: Iterable<readonly [outcome: string, count: number]>;
  /** The rule of each skipped order. */
  readonly skipped: readonly string[];
  /** The reason of each dead order. */
  readonly dead: readonly string[];
  /** s from each live event to its acceptance by Ometria. */
  readonly lags: readonly number[];
}

/** How a call to an API went. */
export interface CallFigures {
  readonly api: string;
  /** What it was for, without ids: `read orders`. */
  readonly operation: string;
  /** `ok`, or the kind of failure. */
  readonly outcome: string;
  readonly seconds: number;
}

/** How the events of one webhook request fared. */
export interface EventFigures {
  readonly kept: number;
  readonly ignored: number;
  readonly quarantined: number;
}

/** How a pipeline stands. */
export interface Standing {
  readonly pipeline: string;
  readonly due: number;
  /** s */
  readonly dueAge: number;
  readonly dead: number;
  /** Whether each API works. */
  readonly connections: Iterable<readonly [api: string, works: boolean]>;
}

type Instrument = (value: number, attributes: Attributes) => void;

/** Where the instruments come from, and the instruments; none when nobody collects. */
interface Instruments {
  readonly provider: MeterProvider;
  readonly record: Readonly<Record<MetricKey, Instrument>> | undefined;
}

let known: Instruments | undefined;

/** Whether anybody collects metrics. Ask before figures are worked out that are for them alone. */
export function metricsAreOn(): boolean {
  return instruments() !== undefined;
}

/** Counts the events of a request whose answer is 200. */
export function countEvents(pipeline: string, figures: EventFigures): void {
  const record = instruments()?.events;
  if (record === undefined) return;
  for (const outcome of ["kept", "ignored", "quarantined"] as const) {
    if (figures[outcome] === 0) continue;
    record(figures[outcome], { "tillpipe.pipeline": pipeline, "tillpipe.outcome": outcome });
  }
}

/** Counts a batch that is through. */
export function countBatch(pipeline: string, figures: BatchFigures): void {
  const record = instruments();
  if (record === undefined) return;
  const own = { "tillpipe.pipeline": pipeline };
  for (const [outcome, count] of figures.outcomes) {
    if (count > 0) record.orders(count, { ...own, "tillpipe.outcome": outcome });
  }
  for (const [rule, count] of counted(figures.skipped)) {
    record.skipped(count, { ...own, "tillpipe.rule": rule });
  }
  countDead(pipeline, figures.dead);
  for (const seconds of figures.lags) record.lag(Math.max(0, seconds), own);
}

/** Counts orders that became dead, by their reasons. */
export function countDead(pipeline: string, reasons: readonly string[]): void {
  const record = instruments()?.dead;
  if (record === undefined) return;
  for (const [reason, count] of counted(reasons)) {
    record(count, { "tillpipe.pipeline": pipeline, "tillpipe.reason": reason });
  }
}

/** Counts a receipt that has come to its end. */
export function countReceipt(pipeline: string, state: string): void {
  instruments()?.receipts(1, { "tillpipe.pipeline": pipeline, "tillpipe.receipt.state": state });
}

/** Notes how long a call to an API took, without the wait for its turn. */
export function recordCall({ api, operation, outcome, seconds }: CallFigures): void {
  instruments()?.calls(seconds, {
    "tillpipe.api": api,
    "tillpipe.operation": operation,
    "tillpipe.outcome": outcome,
  });
}

/** Notes how long a call waited for its turn. @param budget `sitoo`, or `push`, `read`, `email` of Ometria */
export function recordWait(budget: string, seconds: number): void {
  instruments()?.waits(seconds, { "tillpipe.budget": budget });
}

/**
 * Has `read` asked whenever metrics are sent, until the returned function is called. What `read` throws leaves
 * the figures out that time.
 */
export function observeStanding(read: () => Promise<readonly Standing[]>): () => void {
  if (!metricsAreOn()) return () => {};
  const meter = metrics.getMeter(SCOPE.name, SCOPE.version);
  const due = gauge(meter, "due");
  const dueAge = gauge(meter, "dueAge");
  const deadNow = gauge(meter, "deadNow");
  const connections = gauge(meter, "connections");
  const all = [due, dueAge, deadNow, connections];
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);

  async function observe(result: BatchObservableResult): Promise<void> {
    for (const standing of await read().catch(() => [])) {
      const own = { "tillpipe.pipeline": standing.pipeline };
      result.observe(due, standing.due, own);
      result.observe(dueAge, standing.dueAge, own);
      result.observe(deadNow, standing.dead, own);
      for (const [api, works] of standing.connections) {
        result.observe(connections, works ? 1 : 0, { ...own, "tillpipe.api": api });
      }
    }
  }
}

/** Undefined when nobody collects. Made anew when somebody else does. */
function instruments(): Instruments["record"] | undefined {
  const provider = metrics.getMeterProvider();
  if (known?.provider !== provider) {
    const meter = provider.getMeter(SCOPE.name, SCOPE.version);
    known = { provider, record: meter === createNoopMeter() ? undefined : made(meter) };
  }
  return known.record;
}

function made(meter: Meter): Readonly<Record<MetricKey, Instrument>> {
  return {
    events: instrument(meter, "events"),
    orders: instrument(meter, "orders"),
    skipped: instrument(meter, "skipped"),
    dead: instrument(meter, "dead"),
    lag: instrument(meter, "lag"),
    calls: instrument(meter, "calls"),
    waits: instrument(meter, "waits"),
    receipts: instrument(meter, "receipts"),
  };
}

function instrument(meter: Meter, key: MetricKey): Instrument {
  const { name, unit, description, buckets } = METRICS[key];
  if (buckets === undefined) {
    const counter = meter.createCounter(name, { unit, description });
    return (value, attributes) => counter.add(value, attributes);
  }
  const advice = { explicitBucketBoundaries: [...buckets] };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return (value, attributes) => histogram.record(value, attributes);
}

function gauge(meter: Meter, key: GaugeKey): Observable {
  const { name, unit, description } = METRICS[key];
  return meter.createObservableGauge(name, { unit, description });
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
