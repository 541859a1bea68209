import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { SCOPE } from "./scope.ts";

export { SpanKind };

/** Options of {@linkcode inSpan}. */
export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Spans of other traces that led to this one. */
  readonly links?: readonly Link[];
}

/** Set by the composition root: the runtime's own spans are left out, so ours have to be kept in. */
let ownOnly = false;

/** From now on Tillpipe's spans are sent although no other span is. */
export function sendOwnSpansOnly(): void {
  ownOnly = true;
}

/** Whether only Tillpipe's own spans are sent. */
export function ownSpansOnly(): boolean {
  return ownOnly;
}

/**
 * Runs `work` in a span. A failure is noted by the name of its error alone: messages are not ours to
 * send. Does nothing but run it when nobody collects traces.
 */
export async function inSpan<T>(
  name: string,
  { kind = SpanKind.INTERNAL, attributes = {}, links = [] }: SpanOptions,
  work: (span: Span) => T | Promise<T>,
): Promise<T> {
  const parent = parentOf();
  const span = trace.getTracer(SCOPE.name, SCOPE.version)
    .startSpan(name, { kind, attributes, links: [...links] }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Runs `work` so that spans which the runtime makes by itself are not sampled. The one of `fetch` holds the
 * whole address, and one of Ometria's addresses holds somebody's email address. Needs a sampler that asks
 * the parent, as `parentbased_always_off` does.
 */
export function withoutRuntimeSpans<T>(span: Span, work: () => Promise<T>): Promise<T> {
  const own = span.spanContext();
  if (!trace.isSpanContextValid(own)) return work();
  const hidden = { ...own, traceFlags: TraceFlags.NONE };
  return context.with(trace.setSpanContext(context.active(), hidden), work);
}

/** Adds to the span under way, if it is sent. */
export function describeSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/**
 * What a new span hangs on. Where the runtime's spans are left out by the sampler, the span that is not sent
 * stands in as a parent that is; without one, a span that is never sent lends its ids.
 */
function parentOf(): Context {
  const active = context.active();
  if (!ownOnly) return active;
  const found = trace.getSpanContext(active) ??
    trace.getTracer(SCOPE.name).startSpan("root", { root: true }).spanContext();
  if (!trace.isSpanContextValid(found)) return active;
  return trace.setSpanContext(active, { ...found, traceFlags: TraceFlags.SAMPLED });
}
