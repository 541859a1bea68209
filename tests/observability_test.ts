import { parse } from "yaml";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import { GAUGES, type Metric, METRICS } from "../src/telemetry/metric_list.ts";
import { root } from "./support/system.ts";

const all = Object.values(METRICS);

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, root));
}

/** A metric's name once OTLP has become Prometheus. */
function prometheusName({ name, unit, buckets }: Metric): string {
  const plain = `${name.replaceAll(".", "_")}${unit === "s" ? "_seconds" : ""}`;
  const isGauge = GAUGES.some((key) => METRICS[key].name === name);
  return buckets === undefined && !isGauge ? `${plain}_total` : plain;
}

Deno.test("the dashboard shows every metric of the code, and none that is not there", async () => {
  const text = await read("docs/observability/dashboard.json");
  assert(JSON.parse(text).panels.length > 0);
  // Labels stand in braces or in `by (…)`; what is left under that name are metrics.
  const shown = [...text.matchAll(/\b(tillpipe_\w+)(?=\{|\[|,? tillpipe_pipeline\))/g)]
    .map(([, name = ""]) => name.replace(/_(bucket|sum|count)$/, ""));
  assertEquals([...new Set(shown)].toSorted(), all.map(prometheusName).toSorted());
});

Deno.test("the dashboard groups and chooses by attributes that the metric has", async () => {
  const text = await read("docs/observability/dashboard.json");
  const queries = [...text.matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(([, query = ""]) => query);
  assert(queries.length > 10);
  for (const query of queries) {
    const metric = all.find((one) => query.includes(`${prometheusName(one)}`));
    assert(metric !== undefined, query);
    const known = metric.attributes.map((attribute) => attribute.replaceAll(".", "_"));
    const names = [...query.matchAll(/\btillpipe_\w+/g)].map(([name]) => name)
      .filter((name) => !name.startsWith(prometheusName(metric)));
    assertEquals(names.filter((name) => !known.includes(name)), [], query);
  }
});

Deno.test("the page on telemetry names every metric with its attributes, and no other", async () => {
  const page = await read("docs/18_telemetry.md");
  const rows = [...page.matchAll(/^\| `(tillpipe\.[\w.]+)`\s*\|[^|]*\|([^|]*)\|/gm)];
  const said = rows.map(([, name, by = ""]) => `${name}: ${by.replaceAll(/[`\s]/g, "")}`);
  const known = all.map(({ name, attributes }) =>
    `${name}: ${attributes.map((attribute) => attribute.replace("tillpipe.", ""))}`
  );
  assertEquals(said.toSorted(), known.toSorted());
});

Deno.test("the example of a collector takes what is sent and drops the runtime's own spans", async () => {
  const { receivers, processors, exporters, service } = parse(
    await read("docs/observability/collector.yaml"),
  );
  for (
    const { receivers: from, processors: through, exporters: to } of Object.values<
      Record<string, readonly string[]>
    >(service.pipelines)
  ) {
    assertEquals(from?.filter((name) => !(name in receivers)), []);
    assertEquals(through?.filter((name) => !(name in processors)), []);
    assertEquals(to?.filter((name) => !(name in exporters)), []);
  }
  assert(service.pipelines.traces.processors.includes("filter/runtime"));
  assertStringIncludes(processors["filter/runtime"].traces.span[0], '"deno"');
});
