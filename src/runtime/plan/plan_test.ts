import { testDefinition } from "../pipeline_tests/test_definition.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";
import type { PipelineTest } from "../../definition/pipeline_tests.ts";
import { fieldsToRead } from "../../engine/compile.ts";
import { decodeOrder } from "../../sitoo/wire.ts";
import type { ReadOrder } from "../../sitoo/api.ts";
import { registry } from "../../stages/registry.ts";
import { assert, assertEquals, assertRejects } from "../../std/assert.ts";
import { raw, refund, take, worldOf } from "../desk/testing.ts";
import type { TestWorld } from "../pipeline_tests/test_world.ts";
import { isUnchanged, planChange, type PlanReport, type SideSource } from "./plan.ts";

const never = new AbortController().signal;
const url = new URL("../../../pipeline.yaml", import.meta.url);
const text = await Deno.readTextFile(url);

type Changes = PipelineTest["options"];

/** The shipped pipeline with other options. */
function side(options: Changes = {}): SideSource {
  const definition = testDefinition({ file: "pipeline.yaml", text }, { options }, () => undefined);
  return { definition, url };
}

interface Given {
  readonly before?: Changes;
  readonly after?: Changes;
  readonly showPersonalData?: boolean;
  readonly forgotten?: () => Promise<ReadonlySet<string>>;
  readonly signal?: AbortSignal;
}

async function plan(
  world: TestWorld,
  orders: readonly RawOrder[],
  { before = {}, after = {}, forgotten = nobody, signal = never, ...options }: Given,
): Promise<PlanReport> {
  world.put(orders);
  const { context } = world;
  const sides = { before: side(before), after: side(after) };
  const fields = [sides.before, sides.after].flatMap(({ definition }) =>
    fieldsToRead(definition, registry)
  );
  const page = orders.map((order): ReadOrder => {
    const orderId = Number(order["orderid"]);
    const decoded = decodeOrder(order, fields);
    return decoded.ok
      ? { ok: true, orderId, order: decoded.order }
      : { ok: false, orderId, detail: decoded.detail };
  });
  return await planChange({
    ...sides,
    ...options,
    world: {
      sitoo: context.sitoo,
      ometria: context.ometria,
      cache: context.store.cache,
      forgotten,
      keyedHash: context.keyedHash,
      now: () => context.clock.now(),
    },
    facts: context.store,
    pages: pagesOf(page),
  }, signal);
}

async function* pagesOf(page: readonly ReadOrder[]): AsyncIterable<readonly ReadOrder[]> {
  yield await Promise.resolve(page);
}

function nobody(): Promise<ReadonlySet<string>> {
  return Promise.resolve(new Set());
}

Deno.test("planChange() finds nothing where the pipelines are the same", async () => {
  await using world = await worldOf();
  const report = await plan(world, [raw(1), raw(2, { registerid: null }), refund(3, 1)], {});
  assertEquals([report.orders, report.same, isUnchanged(report)], [3, 3, true]);
  assertEquals([report.fields, report.ends, report.settings], [[], [], []]);
});

Deno.test("planChange() counts changed records field by field, with masked examples", async () => {
  await using world = await worldOf();
  const after = {
    map: { channel: "till", set: { "properties.buyer": "email", "properties.shop": '"Solna"' } },
  };
  const orders = [raw(1), raw(2), raw(3, { email: "" })];
  const report = await plan(world, orders, { after });
  assertEquals([report.orders, report.same, report.changedRecords, report.newIds], [3, 0, 3, 0]);
  assertEquals(report.fields, [
    { field: "channel", orders: 3, examples: [{ orderId: 1, before: "in store", after: "till" }] },
    { field: "properties.shop", orders: 3, examples: [{ orderId: 1, after: "Solna" }] },
    {
      field: "properties.buyer",
      orders: 2,
      examples: [{ orderId: 1, after: "M***@***" }],
    },
  ]);
  assert(report.settings.some(({ path }) => path.join(".") === "transforms.map.channel"));
  const shown = await plan(world, orders, { after, showPersonalData: true });
  assertEquals(shown.fields[2]?.examples[0]?.after, "Maja.Ek@example.com");
});

Deno.test("planChange() tells of orders that would end otherwise", async () => {
  await using world = await worldOf();
  const report = await plan(world, [
    raw(1, { registerid: null }),
    raw(2),
    raw(3, { currencycode: "EUR" }),
  ], {
    after: { map: { web_orders: "send", currencies: ["SEK"] } },
  });
  assertEquals(report.ends, [
    { before: "skipped web-copy", after: "sent", orders: 1, examples: [1] },
    { before: "sent", after: "dead unexpected-currency", orders: 1, examples: [3] },
  ]);
  assertEquals([report.same, report.changedRecords], [1, 0]);
});

Deno.test("planChange() warns of records that would get another id", async () => {
  await using world = await worldOf();
  const report = await plan(world, [raw(1), refund(2, 1)], {
    after: { namespace: { value: "shop" } },
  });
  assertEquals([report.newIds, report.same], [1, 1]);
  assertEquals(report.fields.map(({ field }) => field), ["id"]);
});

Deno.test("planChange() tells of contacts and receipts that would newly go out", async () => {
  await using world = await worldOf();
  const email = {
    from_name: "Example Store",
    from_address: "receipts@example.com",
    subject: "Your receipt!",
    stream: "receipts",
    template_id: 1567,
  };
  const orders = [raw(1), raw(2, { email: "" }), raw(3, { orderstateid: 0 })];
  const on = { enabled: true, on: "sale-closed", ...email };
  const report = await plan(world, orders, {
    before: { "ometria-email": { enabled: false, ...email } },
    after: { "opt-in": { enabled: true }, "ometria-email": on },
  });
  assertEquals([report.contacts.added, report.contacts.examples], [1, [1]]);
  assertEquals([report.receipts.added, report.receipts.byThemselves], [1, { before: 0, after: 1 }]);
  const other = await plan(world, orders, {
    before: { "ometria-email": on },
    after: { "ometria-email": { ...on, subject: "Thank you" } },
  });
  assertEquals([other.receipts.changed, other.changedRecords, other.same], [1, 0, 2]);
  assertEquals(other.fields[0]?.field, "receipt.subject");
});

Deno.test("planChange() knows what was delivered and which refunds are linked", async () => {
  await using world = await worldOf();
  await take(world, raw(1), raw(5));
  await take(world, refund(2, 1));
  const report = await plan(world, [raw(1), raw(5, { orderstateid: 20 })], {
    after: { map: { statuses: { refunded: "returned", cancelled: "void" } } },
  });
  assertEquals(report.fields, [{
    field: "status",
    orders: 2,
    examples: [
      { orderId: 1, before: "refunded", after: "returned" },
      { orderId: 5, before: "cancelled", after: "void" },
    ],
  }]);
});

Deno.test("planChange() takes orders of other sites for skipped, and counts what cannot be read", async () => {
  await using world = await worldOf();
  const sites = { sites: [2] };
  const report = await plan(
    world,
    [raw(1), raw(2, { eshopid: 3 }), raw(3, { orderdate: "soon" })],
    {
      after: { "sitoo-webhook": sites, "sitoo-history": sites },
    },
  );
  assertEquals(report.ends, [
    { before: "sent", after: "skipped other-site", orders: 1, examples: [2] },
  ]);
  assertEquals([report.orders, report.unreadable, report.same], [3, 1, 2]);
});

Deno.test("planChange() writes nothing, neither to Ometria nor into the store", async () => {
  await using world = await worldOf();
  await take(world, raw(1));
  const { store } = world.context;
  const ledger = async (): Promise<string> => JSON.stringify([...await store.ledger([1, 2])]);
  const [pushes, before, counters] = [
    world.ometria.pushes.length,
    await ledger(),
    await store.counters(),
  ];
  await plan(world, [raw(1), raw(2)], {
    after: { map: { channel: "till" }, "opt-in": { enabled: true } },
  });
  assertEquals([world.ometria.pushes.length, await ledger()], [pushes, before]);
  assertEquals(await store.counters(), counters);
  assertEquals((await store.inboxSummary(10)).due, 0);
});

Deno.test("planChange() keeps an order with which a stage fails apart from the others", async () => {
  await using world = await worldOf();
  const after = { map: { channel: "till" } };
  const forgotten = (): Promise<never> => Promise.reject(new Error("broken"));
  const orders = [raw(1), raw(2, { email: "" })];
  const report = await plan(world, orders, { after, forgotten });
  assertEquals([report.orders, report.changedRecords], [2, 1]);
  assertEquals(report.fields[0]?.examples[0]?.orderId, 2);
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => plan(world, orders, { after, forgotten, signal }), Error, "stop");
});
