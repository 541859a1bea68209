import { assertEquals } from "../std/assert.ts";
import { collectMetrics } from "../telemetry/testing.ts";
import { observePipelines } from "./standing.ts";
import { fakePipeline } from "./testing.ts";

Deno.test("observePipelines() tells of each pipeline how much is due and which APIs work", async () => {
  using collected = collectMetrics();
  const seven = { inboxSummary: () => Promise.resolve({ due: 7, later: 0 }) };
  const end = observePipelines([
    fakePipeline({ name: "first" }),
    fakePipeline({ name: "second", status: seven }),
  ]);
  await collected.observe();
  end();
  const told = collected.points.map(({ name, value, attributes = {} }) =>
    `${Object.values(attributes).join(" ")} ${name} ${value}`
  );
  assertEquals(told.filter((text) => text.startsWith("second") || text.includes("due 0")), [
    "first tillpipe.orders.due 0",
    "second tillpipe.orders.due 7",
    "second tillpipe.orders.due.age 0",
    "second tillpipe.orders.dead.current 0",
    "second sitoo tillpipe.connection.up 1",
    "second ometria tillpipe.connection.up 1",
    "second ometriaEmail tillpipe.connection.up 1",
  ]);
});
