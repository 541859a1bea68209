import { assert, assertEquals } from "../std/assert.ts";
import { METRICS } from "./metric_list.ts";
import {
  countBatch,
  countDead,
  countEvents,
  countReceipt,
  metricsAreOn,
  observeStanding,
  recordCall,
  recordWait,
} from "./metrics.ts";
import { collectMetrics } from "./testing.ts";

const standing = {
  pipeline: "till",
  due: 3,
  dueAge: 60,
  dead: 1,
  connections: [["sitoo", true], ["ometria", false]],
} as const;

function recordOneOfEach(): void {
  countEvents("till", { kept: 2, ignored: 0, quarantined: 1 });
  countBatch("till", {
    outcomes: [["delivered", 3], ["dead", 0]],
    skipped: ["before-start", "anonymous", "before-start"],
    dead: ["bad-date"],
    lags: [1.5, -4],
  });
  countReceipt("till", "sent");
  recordCall({ api: "sitoo", operation: "read orders", outcome: "ok", seconds: 0.2 });
  recordWait("push", 0.1);
}

Deno.test("metrics cost nothing and go nowhere while nobody collects them", () => {
  assertEquals(metricsAreOn(), false);
  recordOneOfEach();
});

Deno.test("metricsAreOn() sees a collector that comes, and that it goes", () => {
  {
    using _collected = collectMetrics();
    assert(metricsAreOn());
  }
  assertEquals(metricsAreOn(), false);
});

Deno.test("every metric is recorded with the attributes that it is said to have, and no other", async () => {
  using collected = collectMetrics();
  recordOneOfEach();
  observeStanding(() => Promise.resolve([standing]));
  await collected.observe();
  const said = Object.values(METRICS).map(({ name, attributes }) => `${name}: ${attributes}`);
  const recorded = collected.points.map(({ name, attributes = {} }) =>
    `${name}: ${Object.keys(attributes)}`
  );
  assertEquals([...new Set(recorded)].toSorted(), said.toSorted());
});

Deno.test("countBatch() adds once for each outcome, rule and reason, however many orders there are", () => {
  using collected = collectMetrics();
  recordOneOfEach();
  const values = collected.points.filter(({ name }) => name.startsWith("tillpipe.order"))
    .map(({ name, value, attributes = {} }) => [name, value, Object.values(attributes).at(-1)]);
  assertEquals(values, [
    ["tillpipe.orders", 3, "delivered"],
    ["tillpipe.orders.skipped", 2, "before-start"],
    ["tillpipe.orders.skipped", 1, "anonymous"],
    ["tillpipe.orders.dead", 1, "bad-date"],
    ["tillpipe.order.lag", 1.5, "till"],
    ["tillpipe.order.lag", 0, "till"],
  ]);
});

Deno.test("countDead() counts reasons that no batch gave", () => {
  using collected = collectMetrics();
  countDead("till", ["not-stored", "not-stored"]);
  assertEquals(collected.points, [{
    name: "tillpipe.orders.dead",
    value: 2,
    attributes: { "tillpipe.pipeline": "till", "tillpipe.reason": "not-stored" },
  }]);
});

Deno.test("observeStanding() is asked when metrics are sent, until it is ended", async () => {
  using collected = collectMetrics();
  const end = observeStanding(() => Promise.resolve([standing]));
  await collected.observe();
  const values = collected.points.map(({ name, value }) => `${name} ${value}`);
  assertEquals(values, [
    "tillpipe.orders.due 3",
    "tillpipe.orders.due.age 60",
    "tillpipe.orders.dead.current 1",
    "tillpipe.connection.up 1",
    "tillpipe.connection.up 0",
  ]);
  end();
  await collected.observe();
  assertEquals(collected.points.length, 5);
});

Deno.test("observeStanding() leaves figures out that cannot be read", async () => {
  using collected = collectMetrics();
  observeStanding(() => Promise.reject(new Error("The store is away")));
  await collected.observe();
  assertEquals(collected.points, []);
});

Deno.test("observeStanding() reads nothing while nobody collects", () => {
  observeStanding(() => {
    throw new Error("Read all the same");
  })();
});
