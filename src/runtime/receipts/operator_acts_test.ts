import { ApiError } from "../../http/error.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
import type { OutboxRow, ReceiptState } from "../../store/rows.ts";
import { raw, worldOf } from "../desk/testing.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";
import type { TestWorld } from "../pipeline_tests/test_world.ts";
import { RefusalError } from "../refusal.ts";
import { listReceipts } from "./list_receipts.ts";
import { markReceiptSent, resendReceipt } from "./operator_acts.ts";
import { previewReceipt, sendTrial } from "./preview.ts";
import { previewPage } from "./preview_page.ts";

const never = new AbortController().signal;

const email = {
  enabled: true,
  from_name: "Example Store",
  from_address: "receipts@example.com",
  subject: "Your receipt!",
  stream: "receipts",
  template_id: 1567,
};

/** A world in which the till asked for the receipt of order 50211, and the receipt ended so. */
async function ended(
  state: ReceiptState,
  fields: RawOrder = {},
): Promise<{ readonly world: TestWorld; readonly row: OutboxRow }> {
  const world = await worldOf({ "ometria-email": email });
  world.put([raw(50211, fields)]);
  const asked: OutboxRow = {
    id: "event-1",
    orderId: 50211,
    state: "asked",
    askedAt: 1_000,
    dueAt: 1_000,
    attempts: 0,
    at: 1_000,
  };
  const { store } = world.context;
  await store.arrive({ pointers: [], receipts: [asked], quarantine: [] });
  const row: OutboxRow = {
    ...asked,
    state,
    at: 2_000,
    detail: "why",
    ...(state === "skipped" ? { reason: "refund" } : {}),
  };
  assert(state === "asked" || await store.moveReceipt(asked, row));
  return { world, row };
}

for (const state of ["unknown", "refused", "expired", "no-address", "skipped"] as const) {
  Deno.test(`a receipt that is ${state} is sent again on an operator's word`, async () => {
    const { world, row } = await ended(state);
    await using _ = world;
    const { kind, receipt } = await resendReceipt(world.context, "event-1", never);
    const { detail: _detail, reason: _reason, ...kept } = row;
    const now = world.context.clock.now();
    assertEquals(kind, "sent");
    assertEquals(receipt, {
      ...kept,
      state: "sent",
      at: now,
      dueAt: now + 120_000,
      steps: [{ at: now, act: "resend", from: state }],
      age: now - 1_000,
      open: false,
    });
    assertEquals(world.ometria.emails.map(({ to }) => to.email), ["maja.ek@example.com"]);
    assertEquals((await world.context.store.counters()).receipts, { sent: 1 });
  });
}

for (const state of ["asked", "reserved", "sent"] as const) {
  Deno.test(`a receipt that is ${state} is neither sent again nor marked`, async () => {
    const { world, row } = await ended(state);
    await using _ = world;
    await assertRejects(() => resendReceipt(world.context, "event-1", never), RefusalError);
    await assertRejects(() => markReceiptSent(world.context, "event-1", never), RefusalError);
    const kept = await world.context.store.receipt("event-1");
    assertEquals([kept?.state, kept?.steps, world.ometria.emails], [row.state, undefined, []]);
  });
}

Deno.test("two operators at once send one copy", async () => {
  const { world } = await ended("unknown");
  await using _ = world;
  const ends = await Promise.allSettled(
    [1, 2, 3].map(() => resendReceipt(world.context, "event-1", never)),
  );
  assertEquals(ends.filter(({ status }) => status === "fulfilled").length, 1);
  assertEquals(world.ometria.emails.length, 1);
});

Deno.test("a receipt sent again that breaks off is unknown; one that was surely not taken stands as before", async () => {
  const { world } = await ended("expired");
  await using _ = world;
  world.ometria.answerNextEmail({ kind: "retry", detail: "busy" });
  const busy = await resendReceipt(world.context, "event-1", never);
  assertEquals([busy.kind, busy.receipt.state, busy.receipt.detail], ["retry", "expired", "why"]);
  const refusal = new ApiError("Ometria refuses the key", {
    api: "ometriaEmail",
    kind: "unauthorized",
    reached: true,
  });
  world.ometria.failNext(refusal, "sendEmail");
  const refused = await resendReceipt(world.context, "event-1", never);
  assertEquals([refused.kind, refused.receipt.state], ["retry", "expired"]);
  world.ometria.answerNextEmail({ kind: "unknown", detail: "time-out" });
  const lost = await resendReceipt(world.context, "event-1", never);
  assertEquals([lost.kind, lost.receipt.state, lost.receipt.detail], [
    "unknown",
    "unknown",
    "time-out",
  ]);
  assertEquals(lost.receipt.steps?.map(({ from }) => from), ["expired", "expired", "expired"]);
});

Deno.test("a receipt for which nothing can be made stands as before", async () => {
  const { world, row } = await ended("unknown", { email: "" });
  await using _ = world;
  const end = await resendReceipt(world.context, "event-1", never);
  assertEquals([end.kind, "reason" in end && end.reason], ["none", "no-address"]);
  assertEquals(await world.context.store.receipt("event-1"), row);
  world.sitoo.remove(50211);
  await assertRejects(
    () => resendReceipt(world.context, "event-1", never),
    RefusalError,
    "no order 50211",
  );
  await assertRejects(
    () => resendReceipt(world.context, "event-2", never),
    RefusalError,
    "No receipt has this id",
  );
});

Deno.test("a receipt that is marked as sent keeps how it stood, and sends nothing", async () => {
  const { world } = await ended("unknown");
  await using _ = world;
  const { state, steps, detail } = await markReceiptSent(world.context, "event-1", never);
  const at = world.context.clock.now();
  assertEquals([state, steps, detail], [
    "sent",
    [{ at, act: "mark-sent", from: "unknown" }],
    undefined,
  ]);
  assertEquals(world.ometria.emails, []);
});

Deno.test("receipts are listed page by page, with their age", async () => {
  const { world } = await ended("unknown");
  await using _ = world;
  const more = [1, 2, 3].map((order): OutboxRow => ({
    id: `more:${order}`,
    orderId: order,
    state: "asked",
    askedAt: 5_000,
    dueAt: Number.MAX_SAFE_INTEGER,
    attempts: 0,
    at: 5_000,
  }));
  await world.context.store.arrive({ pointers: [], receipts: more, quarantine: [] });
  const first = await listReceipts(world.context, { limit: 2 }, never);
  assertEquals(first.receipts.map(({ id }) => id), ["more:3", "more:2"]);
  assert(first.next !== undefined);
  const second = await listReceipts(world.context, { limit: 2, after: first.next }, never);
  assertEquals(second.receipts.map(({ id, open }) => [id, open]), [
    ["more:1", false],
    ["event-1", true],
  ]);
  assertEquals(second.next, undefined);
  const unknown = await listReceipts(world.context, { state: "unknown" }, never);
  const age = world.context.clock.now() - 1_000;
  assertEquals(unknown.receipts.map((row) => [row.id, row.age]), [["event-1", age]]);
  const odd = await listReceipts(world.context, { limit: 1, after: "no place" }, never);
  assertEquals(odd.receipts.map(({ id }) => id), ["more:3"]);
});

Deno.test("a preview shows what would be sent, and sends and writes nothing", async () => {
  const { world, row } = await ended("unknown");
  await using _ = world;
  const preview = await previewReceipt(world.context, 50211, never);
  assert(preview.kind === "receipt");
  assertEquals([preview.message.to.email, preview.message.template_id], [
    "maja.ek@example.com",
    1567,
  ]);
  world.put([raw(2, { email: "" })]);
  assertEquals(await previewReceipt(world.context, 2, never), {
    kind: "none",
    orderId: 2,
    none: "no-address",
  });
  assertEquals([world.ometria.emails, await world.context.store.receipt("event-1")], [[], row]);
});

Deno.test("a page shows content with its fields, a template's fields in the default receipt", async () => {
  const { world } = await ended("unknown", { namefirst: `<Maja "'x>` });
  await using _ = world;
  const preview = await previewReceipt(world.context, 50211, never);
  assert(preview.kind === "receipt");
  const page = previewPage(preview.message);
  assertStringIncludes(page, "template 1567");
  assertStringIncludes(page, "SII50211");
  const { template_id: _template, ...rest } = preview.message;
  const html = "<p>{{ contact.firstname }} {{ nothing }}{{ lines }}</p>";
  const content = { html, text: "x" };
  assertEquals(previewPage({ ...rest, content }), "<p>&lt;Maja &quot;&#39;x&gt; </p>");
});

Deno.test("a trial goes to the operator's address and to nobody else, and is no receipt", async () => {
  const { world, row } = await ended("unknown");
  await using _ = world;
  const { preview, result } = await sendTrial(world.context, {
    orderId: 50211,
    to: " Me@Example.com ",
  }, never);
  assertEquals([preview.kind, result], ["receipt", { kind: "sent" }]);
  assertEquals(world.ometria.emails.map(({ to }) => to), [{ email: "me@example.com" }]);
  assertEquals(await world.context.store.receipts(10), [row]);
  world.put([raw(2, { email: "" })]);
  const second = await sendTrial(world.context, { orderId: 2, to: "me@example.com" }, never);
  assertEquals(second.result, { kind: "sent" });
  await assertRejects(
    () => sendTrial(world.context, { orderId: 50211, to: "me" }, never),
    RefusalError,
    "no email address",
  );
});

Deno.test("a pipeline without receipts says how to switch them on", async () => {
  await using world = await worldOf();
  for (
    const act of [previewReceipt(world.context, 1, never), resendReceipt(world.context, "a", never)]
  ) {
    const error = await assertRejects(() => act, RefusalError, "sends no receipts");
    assertEquals(error.remedy, "Set enabled: true under ometria-email in its file");
  }
});
