import { parseDocument } from "yaml";
import { startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import { OWN_SPANS_ONLY } from "../src/telemetry/tracing_setting.ts";
import { startOtlpReceiver } from "./support/otlp.ts";
import { command, commandEnv, eventually, freePort, isReady } from "./support/system.ts";

const password = "webhook-password-that-no-trace-may-hold";
const person = {
  email: "maja.ek.traced@example.com",
  namefirst: "Majatraced",
  namelast: "Ektraced",
  phone: "+46700009911",
};

Deno.test("serve sends spans and metrics of its own, with no secret and nobody's data in them", async () => {
  await using sandbox = await startSandbox({ orders: 20, seed: 31, applyDelay: 0 });
  await using receiver = startOtlpReceiver();
  const folder = await Deno.makeTempDir();
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = commandEnv(sandbox, {
    ...OWN_SPANS_ONLY,
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: "200",
    OTEL_METRIC_EXPORT_INTERVAL: "500",
    TILLPIPE_STORE: `${folder}/store.sqlite3`,
    TILLPIPE_DEBUG: "1",
    WEBHOOK_PASSWORD: password,
    PORT: String(port),
  });
  try {
    const pipeline = await withOptIns(folder);
    const child = command(["serve", "--pipeline", pipeline], env).spawn();
    const output = Promise.all([child.stdout.text(), child.stderr.text()]);
    try {
      await eventually(() => isReady(url), 20_000, "the server is ready");
      const sold = sandbox.sitoo.sell();
      sandbox.sitoo.update(sold, person);
      // The form with the password in its path, and an event under a trace that asks to be sent.
      const response = await fetch(`${url}/hooks/sitoo-to-ometria/${password}/events`, {
        method: "POST",
        headers: { traceparent: `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01` },
        body: JSON.stringify([{
          event_id: crypto.randomUUID().replaceAll("-", ""),
          event_type: "order",
          event_date: Math.floor(Date.now() / 1000),
          account_id: Number(sandbox.sitoo.accountId),
          data: { eshop_id: 2, order_id: sold, order_event_type: "add" },
        }]),
      });
      assertEquals([response.status, await response.text()], [200, ""]);
      const { spans, metrics } = receiver;
      await eventually(
        () =>
          spans.some(({ name, links }) => name === "process orders" && links.length > 0) &&
          (metrics.get("tillpipe.orders")?.length ?? 0) > 0,
        20_000,
        "the batch was traced and counted",
      );
    } finally {
      child.kill("SIGTERM");
      await child.status;
    }
    const said = (await output).join("\n");

    const { spans, metrics, bodies } = receiver;
    assertEquals([...new Set(spans.map(({ scope }) => scope))], ["tillpipe"], said);
    const named = (name: string): typeof spans => spans.filter((span) => span.name === name);
    const [hook] = named("POST /hooks/:pipeline/:password/events");
    assertEquals(hook?.attributes["http.response.status_code"], "200");
    assertEquals(hook?.attributes["tillpipe.pipeline"], "sitoo-to-ometria");
    const [batch] = named("process orders").filter(({ links }) => links.length > 0);
    assertEquals(batch?.links, [hook?.spanId ?? "none"]);
    assertEquals(batch?.attributes["tillpipe.orders.delivered"], "1");
    for (const name of ["run stages", "ometria push records", "ometria look up a profile"]) {
      assert(
        named(name).some(({ traceId }) => traceId === batch?.traceId),
        `the batch's trace has no "${name}"`,
      );
    }
    assertEquals(named("sitoo read orders").length > 0, true);

    const points = (name: string): unknown => metrics.get(name);
    assertEquals(points("tillpipe.webhook.events"), [
      { "tillpipe.outcome": "kept", "tillpipe.pipeline": "sitoo-to-ometria" },
    ]);
    assertEquals(points("tillpipe.orders"), [
      { "tillpipe.outcome": "delivered", "tillpipe.pipeline": "sitoo-to-ometria" },
    ]);
    assertEquals(points("tillpipe.order.lag"), [{ "tillpipe.pipeline": "sitoo-to-ometria" }]);
    const calls = metrics.get("tillpipe.api.request.duration") ?? [];
    assert(
      calls.some((call) =>
        call["tillpipe.operation"] === "push records" && call["tillpipe.outcome"] === "ok"
      ),
    );
    const budgets = metrics.get("tillpipe.rate.wait.duration") ?? [];
    assertEquals(
      ["sitoo", "push", "read"].filter((budget) =>
        !budgets.some((wait) => wait["tillpipe.budget"] === budget)
      ),
      [],
    );

    const up = (metrics.get("tillpipe.connection.up") ?? []).map((one) => one["tillpipe.api"]);
    assertEquals(up.toSorted(), ["ometria", "ometriaEmail", "sitoo"]);
    const line = said.split("\n").find((text) => text.includes("Batch of 1 orders")) ?? "{}";
    const { pipeline: name, run } = JSON.parse(line).properties;
    assertEquals([name, /^[a-z0-9]+-[a-z0-9]+$/.test(run)], ["sitoo-to-ometria", true], line);

    const sent = bodies.join("\n");
    const { sitoo, ometria } = sandbox;
    const hidden = [password, sitoo.apiKey, ometria.apiKey, ...Object.values(person)];
    for (const text of hidden.flatMap((value) => [value, encodeURIComponent(value)])) {
      assert(!sent.includes(text), `a body holds ${text}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a command on real accounts refuses traces that would hold whole addresses", async () => {
  await using sandbox = await startSandbox({ orders: 1 });
  const env = commandEnv(sandbox, {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    TILLPIPE_STORE: ":memory:",
  });
  const { code, stderr } = await command(["serve"], env).output();
  assertEquals(code, 2);
  assertStringIncludes(new TextDecoder().decode(stderr), "parentbased_always_off");
});

/** The shipped pipeline with opt-ins: one of Ometria's addresses has the customer's in it then. */
async function withOptIns(folder: string): Promise<string> {
  const text = await Deno.readTextFile(new URL("../pipeline.yaml", import.meta.url));
  const path = `${folder}/pipeline.yaml`;
  const document = parseDocument(text);
  document.setIn(["transforms", 3, "with", "enabled"], true);
  await Deno.writeTextFile(path, document.toString());
  return path;
}
