import type { Receipt } from "../records/receipt.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import { createMemoryOmetria } from "./memory.ts";

const never = new AbortController().signal;

const receipt: Receipt = {
  to: { email: "maja.ek@example.com" },
  from: { email: "receipts@example.com" },
  subject: "Your receipt!",
  template_id: 1567,
  stream: "receipts",
  transactional: true,
  sandbox: false,
  data: {},
};

function order(id: string, fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ "@type": "order", id, grand_total: 1, lineitems: [], ...fields });
}

Deno.test("createMemoryOmetria() holds the last accepted record and gives it back", async () => {
  const ometria = createMemoryOmetria();
  const lineitems = [
    { quantity_refunded: 1, refunded: 0.1 },
    { quantity_refunded: 2, refunded: 0.2 },
  ];
  await ometria.push([order("1"), order("2")], never);
  const answer = await ometria.push([
    order("1", { status: "refunded", is_valid: false, lineitems }),
  ], never);
  assertEquals(answer.kind, "accepted");
  assertEquals(ometria.pushes.length, 2);
  assertEquals(ometria.held.get("order/1")?.["status"], "refunded");
  assertEquals(await ometria.readOrder("1", never), {
    id: "1",
    grand_total: 1,
    status: "refunded",
    is_valid: false,
    lines: 2,
    quantityRefunded: 3,
    refunded: 0.3,
  });
  assertEquals((await ometria.recentOrders(0, never)).map((one) => one.id), ["1", "2"]);
});

Deno.test("createMemoryOmetria() rejects a batch with a bad record and loses what is to be lost", async () => {
  const ometria = createMemoryOmetria();
  ometria.bad.add("bad");
  ometria.lost.add("lost");
  assertEquals((await ometria.push([order("1"), order("bad")], never)).kind, "rejected");
  assertEquals((await ometria.push([order("lost")], never)).kind, "accepted");
  assertEquals(ometria.held.size, 0);
  assertEquals(await ometria.readOrder("lost", never), undefined);
});

Deno.test("createMemoryOmetria() refuses what the API would refuse", async () => {
  const ometria = createMemoryOmetria();
  const contact = JSON.stringify({ "@type": "contact", id: "c" });
  await assertRejects(() => ometria.push([order("1"), contact], never), TypeError);
  const many = Array.from({ length: 101 }, (_, id) => order(String(id)));
  await assertRejects(() => ometria.push(many, never), RangeError);
});

Deno.test("createMemoryOmetria() answers emails and failures as it is told", async () => {
  const ometria = createMemoryOmetria();
  ometria.answerNextEmail({ kind: "refused", status: 400, detail: "no" });
  ometria.answerNextEmail({ kind: "unknown", detail: "cut" });
  const kinds: string[] = [];
  for (let call = 0; call < 3; call++) {
    kinds.push((await ometria.sendEmail(receipt, never)).kind);
  }
  assertEquals(kinds, ["refused", "unknown", "sent"]);
  assertEquals(ometria.emails.length, 2);
  ometria.failNext(new Error("down"), "optInStatus");
  assertEquals(await ometria.products(0, never), []);
  await assertRejects(() => ometria.optInStatus("a@example.com", never), Error, "down");
  ometria.optIns.set("a@example.com", "opted-out");
  assertEquals(await ometria.optInStatus("a@example.com", never), "opted-out");
  assertEquals(await ometria.optInStatus("b@example.com", never), "none");
});
