import { ApiError } from "../../http/error.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { raw, refund, take, worldOf } from "../desk/testing.ts";
import type { TestWorld } from "../pipeline_tests/test_world.ts";
import { explainOrder, type Explanation, type LiveOrder } from "./explain.ts";
import { findOrder } from "./find.ts";

const never = new AbortController().signal;

function explain(world: TestWorld, orderId: number): Promise<Explanation> {
  return explainOrder(world.context, { orderId }, never);
}

function readOf(now: LiveOrder | undefined): Extract<LiveOrder, { readonly kind: "read" }> {
  assert(now?.kind === "read");
  return now;
}

Deno.test("explainOrder() tells of a delivered order, stage by stage, and that nothing would be sent", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  const { standing, stored, now, advice } = await explain(world, 50211);
  assertEquals(standing.name, "delivered");
  assertStringIncludes(standing.headline, "Delivered as till-50211, 249 SEK");
  assertEquals(stored.ledger?.steps.map((step) => step.what), ["delivered"]);
  const { facts, stages, end, unlinked } = readOf(now);
  assertEquals([facts.total, facts.email, facts.receipt, unlinked], [
    "249.00",
    "usable",
    "SII50211",
    [],
  ]);
  assertEquals(stages.map(({ stage, outcome }) => `${stage} ${outcome}`), [
    "start-date passed",
    "map made",
    "namespace passed",
    "sku-match passed",
    "opt-in passed",
  ]);
  assertEquals(stages[2]?.changes, [{ path: ["id"], before: "50211", after: "till-50211" }]);
  assert(end.kind === "send");
  assertEquals([end.compared, advice], ["same", []]);
  const before = world.ometria.pushes.length;
  assertEquals(JSON.stringify([stages, end]).match(/maja|ek@/gi), null);
  assertEquals(world.ometria.pushes.length, before);
});

Deno.test("explainOrder() shows people only when asked to", async () => {
  await using world = await worldOf();
  world.put([raw(50211)]);
  const shown = await explainOrder(
    world.context,
    { orderId: 50211, showPersonalData: true },
    never,
  );
  assertStringIncludes(JSON.stringify(shown.now), '"maja.ek@example.com"');
  const masked = await explain(world, 50211);
  assertStringIncludes(JSON.stringify(masked.now), '"m***@***"');
  assertEquals(/maja/i.test(JSON.stringify(masked)), false);
});

Deno.test("explainOrder() says of a changed order that it would be sent again", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  world.put([raw(50211, { email: "other@example.com" })]);
  const { now, advice } = await explain(world, 50211);
  const { end } = readOf(now);
  assert(end.kind === "send");
  assertEquals(end.compared, "changed");
  assertStringIncludes(advice[0] ?? "", "--from 50211 --to 50212");
});

Deno.test("explainOrder() knows a record of history, whose contact depends on the way it came", async () => {
  await using world = await worldOf({ "opt-in": { enabled: true, applies_to: ["live"] } });
  const order = raw(50211);
  await world.step({ orders: [order], expectPath: [], origin: "history" }, [order], never);
  const { now } = await explain(world, 50211);
  const { end } = readOf(now);
  assert(end.kind === "send");
  assertEquals(["contact" in end, end.compared], [false, "same"]);
});

Deno.test("explainOrder() tells of refunds both ways, and of those that are not linked yet", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  world.put([refund(50230, 50211)]);
  assertEquals(readOf((await explain(world, 50211)).now).unlinked, [50230]);
  const early = readOf((await explain(world, 50230)).now).end;
  assertEquals(early.kind === "link" && [early.originals, early.outcome], [[50211], "linked"]);
  await take(world, refund(50230, 50211));
  const original = await explain(world, 50211);
  assertEquals(original.stored.refunds.map((link) => link.refund), [50230]);
  assertEquals(readOf(original.now).unlinked, []);
  const back = await explain(world, 50230);
  assertEquals(back.standing.headline, "A refund, gone into 50211");
  assertEquals(back.stored.credits.map(({ original, standing }) => [original, standing]), [
    [50211, "delivered"],
  ]);
});

Deno.test("explainOrder() says why an order is skipped, waiting or dead, and what to do", async () => {
  await using world = await worldOf({ map: { currencies: ["SEK"] } });
  await take(
    world,
    raw(1, { registerid: null }),
    raw(2, { orderstateid: 0 }),
    raw(3, { currencycode: "EUR" }),
  );
  const web = await explain(world, 1);
  assertEquals(web.standing.name, "skipped");
  assertStringIncludes(web.advice.join(), "web_orders: send");
  const open = await explain(world, 2);
  assertEquals([open.standing.name, open.stored.due.length], ["waiting", 1]);
  const dead = await explain(world, 3);
  assertEquals([dead.standing.name, dead.stored.dead?.reason], ["dead", "unexpected-currency"]);
  assertStringIncludes(dead.advice.join("\n"), "Add it to currencies of map");
  assertStringIncludes(dead.advice.join("\n"), "deno task replay --id 3");
});

Deno.test("explainOrder() sends whoever asks for a dead order that can be sent by now to replay", async () => {
  await using world = await worldOf();
  await take(world, raw(3, { moneytotal_gross_all: "999.00" }));
  world.put([raw(3)]);
  const { standing, advice } = await explain(world, 3);
  assertEquals([standing.name, advice], ["dead", [
    "It can be sent by now: deno task replay --id 3",
  ]]);
});

Deno.test("explainOrder() tells of receipts", async () => {
  await using world = await worldOf({
    "ometria-email": {
      enabled: true,
      from_name: "Example Store",
      from_address: "receipts@example.com",
      subject: "Your receipt!",
      stream: "receipts",
      template_id: 1567,
    },
  });
  const order = raw(50211);
  await world.step({ orders: [order], expectPath: [], events: ["email-receipt"] }, [order], never);
  const { stored } = await explain(world, 50211);
  assertEquals(stored.receipts.map(({ state }) => state), ["sent"]);
});

Deno.test("explainOrder() says of an unknown order that it is unknown, and how to go on", async () => {
  await using world = await worldOf();
  const { standing, now, advice } = await explain(world, 4);
  assertEquals([standing.name, now?.kind, advice.length], ["unknown", "missing", 2]);
  const offline = await explainOrder(world.context, { orderId: 4, offline: true }, never);
  assertEquals([offline.now, offline.advice.length], [undefined, 2]);
  world.put([raw(4)]);
  assertStringIncludes((await explain(world, 4)).advice.join(), "--from 4 --to 5");
});

Deno.test("explainOrder() says of an order whose row was pruned that nothing is kept of it", async () => {
  await using world = await worldOf();
  await take(world, raw(5));
  const { store, clock } = world.context;
  for await (const _ of store.prune({ below: 6, endedBefore: clock.now() + 1 }));
  const { standing, stored, advice } = await explain(world, 5);
  assertEquals([standing.name, stored.pruned], ["unknown", true]);
  assertStringIncludes(standing.headline, "Nothing is kept any more");
  assertStringIncludes(advice.join(), "till-5");
  assertEquals((await explain(world, 6)).stored.pruned, false);
});

Deno.test("explainOrder() goes on when an API does not answer, and says so", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  const error = new ApiError("Cannot read orders: Sitoo answers 503", {
    api: "sitoo",
    kind: "unavailable",
    reached: true,
  });
  world.sitoo.failNext(error, "readOrders");
  assertEquals((await explain(world, 50211)).now, { kind: "failed", detail: error.message });
  world.sitoo.failNext(error, "readRefunds");
  assertEquals(readOf((await explain(world, 50211)).now).unlinked, undefined);
  world.sitoo.spoil(50211, "orderdate is missing");
  assertEquals((await explain(world, 50211)).now, {
    kind: "unreadable",
    detail: "orderdate is missing",
  });
});

Deno.test("explainOrder() says which stage failed, and covers whom its message quotes", async () => {
  await using world = await worldOf();
  world.put([raw(1), raw(2)]);
  const failing = {
    use: "custom",
    transform: {
      takes: anyRecordType,
      gives: anyRecordType,
      apply: () => Promise.reject(new Error("No shop near Maja")),
    },
  };
  const { pipeline } = world.context;
  const context = {
    ...world.context,
    pipeline: { ...pipeline, steps: [...pipeline.steps, failing] },
  };
  const { now } = await explainOrder(context, { orderId: 1 }, never);
  const { stages, end } = readOf(now);
  assertEquals(end, { kind: "failed", detail: "N***" });
  assertEquals(stages.at(-1), { stage: "custom", outcome: "failed", because: "N***", changes: [] });
  const shown = await explainOrder(context, { orderId: 1, showPersonalData: true }, never);
  assertStringIncludes(JSON.stringify(shown.now), "No shop near Maja");
});

Deno.test("findOrder() takes Sitoo's id, Ometria's, and the number on the receipt", async () => {
  await using world = await worldOf();
  world.put([raw(50211)]);
  const find = (text: string, offline = false): Promise<number | undefined> =>
    findOrder(world.context, { name: text, offline }, never);
  for (const text of ["50211", "till-50211", "till-50211:return", " SII50211 "]) {
    assertEquals(await find(text), 50211, text);
  }
  assertEquals(await find("web-50211"), undefined);
  assertEquals(await find("SII50211", true), undefined);
  assertEquals(await find("0"), undefined);
});
