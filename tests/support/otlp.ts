/** A tiny receiver of OTLP over HTTP with JSON, on this machine. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Every request's body, as it came. */
  readonly bodies: readonly string[];
  readonly spans: readonly ReceivedSpan[];
  /** Data points by the metric's name; counters hold the last total of each set of attributes. */
  readonly metrics: ReadonlyMap<string, readonly Attributes[]>;
}

/** Attributes with their values as texts. */
export type Attributes = Readonly<Record<string, string>>;

/** A span that arrived. */
export interface ReceivedSpan {
  readonly name: string;
  /** Who made it: `tillpipe`, or the runtime. */
  readonly scope: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly attributes: Attributes;
  /** Ids of the spans that it is linked to. */
  readonly links: readonly string[];
}

/** Listens until it is disposed of. */
export function startOtlpReceiver(): OtlpReceiver {
  const bodies: string[] = [];
  const spans: ReceivedSpan[] = [];
  const metrics = new Map<string, Attributes[]>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const text = await request.text();
      bodies.push(text);
      const body: unknown = JSON.parse(text);
      for (const scope of items(items(body, "resourceSpans"), "scopeSpans")) {
        const name = String(get(get(scope, "scope"), "name"));
        for (const span of items(scope, "spans")) spans.push(spanOf(span, name));
      }
      for (const scope of items(items(body, "resourceMetrics"), "scopeMetrics")) {
        for (const metric of items(scope, "metrics")) {
          const data = get(metric, "sum") ?? get(metric, "histogram") ?? get(metric, "gauge");
          const points = items(data, "dataPoints").map(attributesOf);
          metrics.set(String(get(metric, "name")), points);
        }
      }
      return Response.json({});
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    bodies,
    spans,
    metrics,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function spanOf(span: unknown, scope: string): ReceivedSpan {
  return {
    name: String(get(span, "name")),
    scope,
    spanId: String(get(span, "spanId")),
    traceId: String(get(span, "traceId")),
    parentSpanId: String(get(span, "parentSpanId")),
    attributes: attributesOf(span),
    links: items(span, "links").map((link) => String(get(link, "spanId"))),
  };
}

function attributesOf(holder: unknown): Attributes {
  return Object.fromEntries(
    items(holder, "attributes").map((attribute) => {
      const value = get(attribute, "value");
      const plain = ["stringValue", "intValue", "doubleValue", "boolValue"]
        .map((kind) => get(value, kind)).find((one) => one !== undefined);
      return [String(get(attribute, "key")), String(plain)];
    }),
  );
}

function get(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** The lists under a key, of one holder or of many, as one. */
function items(value: unknown, key: string): readonly unknown[] {
  return (Array.isArray(value) ? value : [value]).flatMap((holder: unknown): unknown[] => {
    const list = get(holder, key);
    return Array.isArray(list) ? list : [];
  });
}
