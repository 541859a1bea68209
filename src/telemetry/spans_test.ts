import { trace, TraceFlags } from "@opentelemetry/api";
import { assertEquals, assertNotEquals, assertRejects } from "../std/assert.ts";
import { rememberEvents, takeEventLinks } from "./event_links.ts";
import {
  describeSpan,
  inSpan,
  ownSpansOnly,
  sendOwnSpansOnly,
  withoutRuntimeSpans,
} from "./spans.ts";
import { collectSpans } from "./testing.ts";
import { OWN_SPANS_ONLY, tracingBy } from "./tracing_setting.ts";

Deno.test("inSpan() runs the work while nobody collects spans", async () => {
  assertEquals(
    await inSpan("work", {}, (span) => withoutRuntimeSpans(span, async () => await 7)),
    7,
  );
});

Deno.test("inSpan() hangs an inner span on the outer one, and describeSpan() adds to the inner", async () => {
  using collected = collectSpans();
  await inSpan(
    "outer",
    {},
    () => inSpan("inner", { attributes: { a: 1 } }, () => describeSpan({ b: 2 })),
  );
  const [inner, outer] = collected.spans;
  assertEquals([inner?.name, outer?.name], ["inner", "outer"]);
  assertEquals(inner?.parent?.spanId ?? "none", outer?.spanId);
  assertEquals(inner?.attributes, { a: 1, b: 2 });
});

Deno.test("inSpan() notes a failure by its name, never by its message", async () => {
  using collected = collectSpans();
  const error = new TypeError("Cannot mail ada@example.com");
  await assertRejects(() => inSpan("work", {}, () => Promise.reject(error)), TypeError);
  const [span] = collected.spans;
  assertEquals(span?.failed, true);
  assertEquals(span?.attributes, { "error.type": "TypeError" });
});

Deno.test("withoutRuntimeSpans() lets a span that the runtime makes hang on one that is not sent", async () => {
  using _collected = collectSpans();
  const flags = await inSpan(
    "call",
    {},
    (span) =>
      withoutRuntimeSpans(span, async () => await trace.getActiveSpan()?.spanContext().traceFlags),
  );
  assertEquals(flags, TraceFlags.NONE);
});

Deno.test("links lead to the request that told of an order, once for each request and batch", async () => {
  using _collected = collectSpans();
  const own = await inSpan("request", {}, async (span) => {
    rememberEvents("till", [{ orderId: 1 }, { orderId: 2 }]);
    return await span.spanContext().spanId;
  });
  const batch = [{ orderId: 2 }, { orderId: 1 }, { orderId: 3 }];
  assertEquals(takeEventLinks("other", batch), []);
  assertEquals(takeEventLinks("till", batch).map(({ context }) => context.spanId), [own]);
  assertEquals(takeEventLinks("till", batch), []);
});

Deno.test("links are remembered for the latest 10,000 orders alone", async () => {
  using _collected = collectSpans();
  const pointers = Array.from({ length: 10_001 }, (_, index) => ({ orderId: index }));
  await inSpan("request", {}, () => rememberEvents("till", pointers));
  assertEquals(takeEventLinks("till", [{ orderId: 0 }]), []);
  assertEquals(takeEventLinks("till", pointers).length, 1);
});

Deno.test("nothing is remembered of a request that is not traced", () => {
  rememberEvents("till", [{ orderId: 1 }]);
  assertEquals(takeEventLinks("till", [{ orderId: 1 }]), []);
});

const settings: readonly (readonly [Record<string, string>, ReturnType<typeof tracingBy>])[] = [
  [{}, "off"],
  [{ OTEL_DENO: "false" }, "off"],
  [{ OTEL_DENO: "true", OTEL_SDK_DISABLED: "true" }, "off"],
  [{ OTEL_DENO: "true", OTEL_TRACES_SAMPLER: "always_off" }, "off"],
  [{ OTEL_DENO: "true" }, "whole-addresses"],
  [{ OTEL_DENO: "1", OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "whole-addresses"],
  [{ OTEL_DENO: "true", ...OWN_SPANS_ONLY, OTEL_PROPAGATORS: "tracecontext" }, "whole-addresses"],
  [{ OTEL_DENO: "true", ...OWN_SPANS_ONLY }, "own-spans"],
];
for (const [env, expected] of settings) {
  Deno.test(`tracingBy() is ${expected} with ${JSON.stringify(env)}`, () => {
    assertEquals(tracingBy((name) => env[name]), expected);
  });
}

// The last one: it holds for the rest of the process.
Deno.test("sendOwnSpansOnly() sends spans that the sampler would leave out, in one trace", async () => {
  using collected = collectSpans({ sampled: false });
  await inSpan("left out", {}, () => {});
  assertEquals([collected.spans.length, ownSpansOnly()], [0, false]);
  sendOwnSpansOnly();
  await inSpan("outer", {}, () => inSpan("inner", {}, () => {}));
  const [inner, outer] = collected.spans;
  assertEquals(inner?.parent?.spanId ?? "none", outer?.spanId);
  assertNotEquals(outer?.parent, undefined);
});
