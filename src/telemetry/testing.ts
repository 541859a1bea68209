import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type BatchObservableCallback,
  type Context,
  context,
  type ContextManager,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";

/** One value that was recorded. */
export interface Point {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes | undefined;
}

/** Collects metrics in this process until it is disposed of. */
export function collectMetrics(): Disposable & {
  readonly points: readonly Point[];
  /** Looks at the gauges. */
  observe(): Promise<void>;
} {
  const points: Point[] = [];
  const gauges = new Map<Observable, string>();
  const callbacks = new Set<BatchObservableCallback>();
  const noop = createNoopMeter();
  const counter = (name: string): Counter => ({
    add: (value, attributes) => void points.push({ name, value, attributes }),
  });
  const histogram = (name: string): Histogram => ({
    record: (value, attributes) => void points.push({ name, value, attributes }),
  });
  const meter: Meter = {
    createCounter: counter,
    createHistogram: histogram,
    createGauge: noop.createGauge.bind(noop),
    createUpDownCounter: noop.createUpDownCounter.bind(noop),
    createObservableCounter: noop.createObservableCounter.bind(noop),
    createObservableGauge: (name) => {
      const gauge = { addCallback: (): void => {}, removeCallback: (): void => {} };
      gauges.set(gauge, name);
      return gauge;
    },
    createObservableUpDownCounter: noop.createObservableUpDownCounter.bind(noop),
    addBatchObservableCallback: (callback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback) => void callbacks.delete(callback),
  };
  const provider: MeterProvider = { getMeter: () => meter };
  metrics.setGlobalMeterProvider(provider);
  return { points, observe, [Symbol.dispose]: () => metrics.disable() };

  async function observe(): Promise<void> {
    for (const callback of callbacks) {
      await callback({
        observe: (gauge, value, attributes) =>
          void points.push({ name: gauges.get(gauge) ?? "unknown", value, attributes }),
      });
    }
  }
}

/** A span as it ended. */
export interface EndedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly options: SpanOptions;
  /** What it hung on, and whether that was to be sent. */
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

/** Collects spans in this process until it is disposed of. `sampled`: whether those without a parent are sent. */
export function collectSpans(
  { sampled = true }: { readonly sampled?: boolean } = {},
): Disposable & { readonly spans: readonly EndedSpan[] } {
  const spans: EndedSpan[] = [];
  let count = 0;
  const tracer: Pick<Tracer, "startSpan"> = {
    startSpan: (name, options = {}, at = context.active()) => {
      const parent = options.root === true ? undefined : trace.getSpanContext(at);
      const isSent = parent === undefined ? sampled : parent.traceFlags === TraceFlags.SAMPLED;
      const own = {
        traceId: parent?.traceId ?? hex(++count, 32),
        spanId: hex(++count, 16),
        traceFlags: isSent ? TraceFlags.SAMPLED : TraceFlags.NONE,
      };
      return recording(own, (ended) => {
        if (isSent) spans.push({ name, options, parent, spanId: own.spanId, ...ended });
      }, options.attributes);
    },
  };
  const manager = new Manager();
  context.setGlobalContextManager(manager);
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      ...tracer,
      startActiveSpan: () => {
        throw new TypeError("Not used");
      },
    }),
  });
  return {
    spans,
    [Symbol.dispose]: (): void => {
      trace.disable();
      context.disable();
    },
  };
}

function recording(
  own: SpanContext,
  end: (ended: Pick<EndedSpan, "attributes" | "failed">) => void,
  first: Attributes = {},
): Span {
  const attributes: Attributes = { ...first };
  let failed = false;
  const span: Span = {
    spanContext: () => own,
    setAttribute: (key, value) => {
      attributes[key] = value;
      return span;
    },
    setAttributes: (more) => {
      Object.assign(attributes, more);
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: () => {
      failed = true;
      return span;
    },
    updateName: () => span,
    isRecording: () => true,
    recordException: () => {},
    end: () => end({ attributes, failed }),
  };
  return span;
}

class Manager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.apply(thisArg, args));
  }

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
