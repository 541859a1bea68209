import { type Link, type SpanContext, trace, TraceFlags } from "@opentelemetry/api";

/** Events remembered at most; older ones go first. */
const MOST = 10_000;

/**
 * Which request told of an order, for the span that sends it. In memory alone: an event that another process
 * took, or this one before a restart, has no link.
 */
const told = new Map<string, SpanContext>();

/** Remembers that the request under way told of these orders, when it is traced. */
export function rememberEvents(
  pipeline: string,
  pointers: readonly { readonly orderId: number }[],
): void {
  const request = trace.getActiveSpan()?.spanContext();
  if (request === undefined || (request.traceFlags & TraceFlags.SAMPLED) === 0) return;
  for (const { orderId } of pointers) {
    const key = `${pipeline}/${orderId}`;
    told.delete(key);
    told.set(key, request);
  }
  for (const key of told.keys()) {
    if (told.size <= MOST) return;
    told.delete(key);
  }
}

/** Links to the requests that told of these orders; each is given once. */
export function takeEventLinks(
  pipeline: string,
  pointers: readonly { readonly orderId: number }[],
): readonly Link[] {
  if (told.size === 0) return [];
  const spans = new Map<string, SpanContext>();
  for (const { orderId } of pointers) {
    const key = `${pipeline}/${orderId}`;
    const request = told.get(key);
    if (request === undefined) continue;
    told.delete(key);
    spans.set(request.spanId, request);
  }
  return [...spans.values()].map((request) => ({ context: request }));
}
