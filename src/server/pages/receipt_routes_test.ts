import { ApiError } from "../../http/error.ts";
import type { RawOrder } from "../../runtime/pipeline_tests/raw_orders.ts";
import type { TestWorld } from "../../runtime/pipeline_tests/test_world.ts";
import { raw, worldOf } from "../../runtime/desk/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import type { OutboxRow, ReceiptState } from "../../store/rows.ts";
import { testApp } from "../testing.ts";

const HEADERS = { host: "localhost:8000", origin: "http://localhost:8000" };
const LOCAL = { peer: "127.0.0.1" };

const email = {
  enabled: true,
  from_name: "Example Store",
  from_address: "receipts@example.com",
  subject: "Your receipt!",
  stream: "receipts",
  template_id: 1567,
};

/** A world in which the till asked for receipts that ended so. */
async function worldWith(
  states: readonly ReceiptState[],
  fields: RawOrder = {},
): Promise<TestWorld> {
  const world = await worldOf({ "ometria-email": email });
  const { store } = world.context;
  for (const [index, state] of states.entries()) {
    const orderId = 50211 + index;
    world.put([raw(orderId, fields)]);
    const asked: OutboxRow = {
      id: `event-${index}`,
      orderId,
      state: "asked",
      askedAt: 1_000 + index,
      dueAt: 1_000,
      attempts: 0,
      at: 1_000,
    };
    await store.arrive({ pointers: [], receipts: [asked], quarantine: [] });
    if (state !== "asked") await store.moveReceipt(asked, { ...asked, state, detail: "why" });
  }
  return world;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
}

async function ask(
  { context }: Pick<TestWorld, "context">,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { app } = testApp({ pipelines: [context] });
  const base = `/pipelines/${context.pipeline.definition.name}/receipts`;
  const response = await app.request(path.startsWith("/pipelines") ? path : `${base}${path}`, {
    headers: HEADERS,
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  }, LOCAL);
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get("location") ?? "",
  };
}

function ordersIn(text: string): readonly string[] {
  return [...text.matchAll(/href="\/orders\/(\d+)"/g)].map(([, id = ""]) => id);
}

Deno.test("GET receipts lists them by state, and offers something for those that wait for somebody", async () => {
  await using world = await worldWith(["sent", "unknown", "refused", "asked"]);
  const all = await ask(world, "");
  assertEquals(ordersIn(all.text), ["50214", "50213", "50212", "50211"]);
  for (const tab of ["All 4", "unknown 1", "refused 1", "asked 1", "sent 1"]) {
    assertStringIncludes(all.text, `>${tab}</a>`);
  }
  assertEquals(all.text.match(/>Send again<\/a>/g)?.length, 2);
  const unknown = await ask(world, "?state=unknown");
  assertEquals(ordersIn(unknown.text), ["50212"]);
  assertStringIncludes(unknown.text, "may or may not have reached the customer");
  assertEquals((await ask(world, "?state=odd&after=x&done=y")).status, 200);
});

Deno.test("GET receipts goes page by page", async () => {
  await using world = await worldWith(Array.from({ length: 60 }, () => "asked"));
  const first = await ask(world, "");
  assertEquals(ordersIn(first.text).length, 50);
  const [, next = ""] = /href="([^"]*)">Next page/.exec(first.text) ?? [];
  const second = await ask(world, next.replaceAll("&amp;", "&"));
  assertEquals(ordersIn(second.text).length, 10);
  assert(!second.text.includes("Next page"));
});

Deno.test("a receipt of unknown fate is sent again after a question that says what may happen", async () => {
  await using world = await worldWith(["unknown"]);
  const question = await ask(world, "/confirm?act=resend&id=event-0");
  assertStringIncludes(question.text, "then the customer gets it twice");
  assertEquals(world.ometria.emails.length, 0);
  const { status, location } = await ask(world, "/resend", { id: "event-0" });
  assertEquals([status, world.ometria.emails.length], [303, 1]);
  assertStringIncludes((await ask(world, location)).text, "The receipt was sent.");
});

Deno.test("a receipt is taken for sent, and nothing goes out", async () => {
  await using world = await worldWith(["unknown"]);
  const question = await ask(world, "/confirm?act=mark-sent&id=event-0");
  assertStringIncludes(question.text, "Nothing is sent.");
  const { location } = await ask(world, "/mark-sent", { id: "event-0" });
  const after = await ask(world, location);
  assertStringIncludes(after.text, "counts as sent");
  assertStringIncludes(after.text, "taken for sent by an operator");
  assertEquals(
    [(await world.context.store.receipt("event-0"))?.state, world.ometria.emails.length],
    [
      "sent",
      0,
    ],
  );
});

Deno.test("what cannot be sent is said, and the receipt stands as before", async () => {
  await using world = await worldWith(["sent", "no-address"], { email: "" });
  const sent = await ask(world, "/resend", { id: "event-0" });
  assertEquals(sent.status, 409);
  assertStringIncludes(sent.text, "was sent already");
  const none = await ask(world, "/resend", { id: "event-1" });
  assertStringIncludes(none.text, "there is nothing to send");
  assertStringIncludes(
    (await ask(world, "/resend", { id: "nobody" })).text,
    "No receipt has this id",
  );
  assertEquals((await ask(world, "/resend", {})).status, 400);
  assertEquals((await ask(world, "/confirm?act=drop&id=event-0")).status, 303);
  assertEquals((await world.context.store.receipt("event-1"))?.state, "no-address");
  assertEquals(world.ometria.emails.length, 0);
});

Deno.test("a receipt whose order cannot be read is not sent, and the page says why", async () => {
  await using world = await worldWith(["unknown"]);
  const error = new ApiError("Sitoo does not answer", {
    api: "sitoo",
    kind: "unavailable",
    reached: false,
  });
  const sitoo = { ...world.context.sitoo, readOrders: () => Promise.reject(error) };
  const away = { context: { ...world.context, sitoo } };
  const { status, text } = await ask(away, "/resend", { id: "event-0" });
  assertEquals(status, 409);
  assertStringIncludes(text, "Order 50211 cannot be read: Sitoo does not answer");
});
