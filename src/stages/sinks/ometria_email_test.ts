import type { EmailAnswer } from "../../ometria/api.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { sitooItem, sitooOrder } from "../../records/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import type { NoReceipt, ReceiptSink, SendResult } from "../contract.ts";
import { TestServices } from "../testing.ts";
import { emailOptions } from "./email_options.ts";
import { ometriaEmail } from "./ometria_email.ts";

const signal = new AbortController().signal;

const enabled = {
  enabled: true,
  from_name: "Example Store",
  from_address: "receipts@example.com",
  subject: "Your receipt!",
  stream: "receipts",
  template_id: 1567,
};

function sinkOf(options: object = {}, services = new TestServices()): ReceiptSink {
  const sink = ometriaEmail.create({ ...enabled, ...options }, services);
  assert(sink?.sink === "receipts");
  return sink;
}

function build(
  order: Partial<SitooOrder>,
  options: object = {},
  zone?: string,
): Promise<Receipt | NoReceipt> {
  return sinkOf(options).build(sitooOrder(order), zone);
}

async function receipt(order: Partial<SitooOrder>, options: object = {}): Promise<Receipt> {
  const built = await build(order, options);
  assert(!("none" in built), JSON.stringify(built));
  return built;
}

const refund: Partial<SitooOrder> = {
  moneytotal_gross_all: "-249.00",
  orderitems: [sitooItem({
    quantity: -1,
    moneyitemtotal_net: "-199.20",
    moneyitemtotal_vat: "-49.80",
  })],
};

Deno.test("ometria-email is off by default and then needs nothing else", () => {
  assertEquals(ometriaEmail.create({}, new TestServices()), undefined);
  assertEquals(ometriaEmail.create({ ...enabled, enabled: false }, new TestServices()), undefined);
});

Deno.test("ometria-email fills in the defaults", () => {
  const sink = sinkOf();
  assertEquals([sink.on, sink.maxAge], ["receipt-requested", 86_400_000]);
  assertEquals(sink.takes.name, "sitoo-order");
});

Deno.test("ometria-email asks, once enabled, for all that is missing at its place", () => {
  const { error } = emailOptions.safeParse({ enabled: true, stream: "My Receipts" });
  assertEquals(error?.issues.map((issue) => issue.path.join(".")), [
    "stream",
    "from_name",
    "from_address",
    "subject",
  ]);
});

Deno.test("ometria-email takes a template or content, not both", () => {
  const content = { html: "<p>x</p>", text: "x" };
  const { error } = emailOptions.safeParse({ ...enabled, content });
  assertEquals(error?.issues.map((issue) => issue.path), [["content"]]);
  const { template_id: _template, ...rest } = enabled;
  assertEquals(emailOptions.safeParse({ ...rest, content }).success, true);
});

const wrong: readonly object[] = [
  { from_address: "Example <receipts@example.com>" },
  { stream: "Receipts" },
  { template_id: 0 },
  { on: "always" },
  { refunds: "yes" },
  { max_age: 24 },
  { locale: "not a locale" },
  { locale: "xx-XX" },
  { data: { "details.x": "$now()" } },
  { data: { "__proto__.x": "1" } },
  { data: { "details..x": "1" } },
  { subject: "" },
];
for (const options of wrong) {
  Deno.test(`ometria-email refuses ${JSON.stringify(options)}`, () => {
    assertEquals(emailOptions.safeParse({ ...enabled, ...options }).success, false);
  });
}

Deno.test("build makes the email that Ometria takes", async () => {
  const { data, ...rest } = await receipt({}, {
    reply_to: "care@example.com",
    subject: "Receipt {{ details.receiptNumber }}",
    sandbox: true,
  });
  assertEquals(rest, {
    to: { email: "maja.ek@example.com", name: "Maja Ek" },
    from: { email: "receipts@example.com", name: "Example Store" },
    reply_to: { email: "care@example.com" },
    subject: "Receipt SII000000471100220316",
    template_id: 1567,
    stream: "receipts",
    transactional: true,
    sandbox: true,
  });
  assertEquals(Object.keys(data), [
    "contact",
    "details",
    "payment",
    "totals",
    "store",
    "lines",
    "taxes",
  ]);
});

Deno.test("build without a template and content sends the default receipt", async () => {
  const built = await receipt({}, { template_id: undefined, seller: ["Example Store AB"] });
  assert(built.content !== undefined && !("template_id" in built));
  assertStringIncludes(built.content.html, "Example Store AB");
  assertStringIncludes(built.content.text, "249.00");
  const unnamed = await receipt({}, { template_id: undefined });
  assertStringIncludes(unnamed.content?.text ?? "", "Example Store");
});

Deno.test("build for a trial goes to that address, also where the order has none, but to nobody forgotten", async () => {
  const services = new TestServices();
  const sink = sinkOf({}, services);
  const to = "me@example.com";
  for (const email of ["maja.ek@example.com", ""]) {
    const built = await sink.build(sitooOrder({ email }), undefined, to);
    assert(!("none" in built));
    assertEquals(built.to, { email: to });
  }
  services.forgottenHashes.add(services.keyedHash("maja.ek@example.com"));
  assertEquals(await sink.build(sitooOrder(), undefined, to), { none: "forgotten" });
});

Deno.test("build hands content on with its fields for Ometria", async () => {
  const content = { html: "<p>{{ totals.grandTotal }}</p>", text: "{{ totals.grandTotal }}" };
  const built = await receipt({}, { template_id: undefined, content });
  assertEquals(built.content, content);
  assert(!("template_id" in built));
});

Deno.test("build writes to the normalised address, without a name where there is none", async () => {
  const built = await receipt({ email: " Maja.EK@Example.com ", namefirst: "", namelast: "" });
  assertEquals(built.to, { email: "maja.ek@example.com" });
});

Deno.test("build sends to the override instead, but never without a customer's address", async () => {
  const to_override = "test@example.com";
  assertEquals((await receipt({}, { to_override })).to, { email: to_override });
  assertEquals(await build({ email: "" }, { to_override }), { none: "no-address" });
});

for (const email of ["", " ", "none", "maja@", "@example.com"]) {
  Deno.test(`build makes nothing for the address ${JSON.stringify(email)}`, async () => {
    assertEquals(await build({ email }), { none: "no-address" });
  });
}

Deno.test("build makes nothing for somebody who asked to be forgotten", async () => {
  const services = new TestServices();
  services.forgottenHashes.add(services.keyedHash("maja.ek@example.com"));
  const sink = sinkOf({}, services);
  assertEquals(await sink.build(sitooOrder({ email: "Maja.Ek@example.com" })), {
    none: "forgotten",
  });
  const other = await sink.build(sitooOrder({ email: "leo.hart@example.com" }));
  assert(!("none" in other));
});

Deno.test("build skips refunds, or sends them with their own template", async () => {
  assertEquals(await build(refund), { none: "refund" });
  assertEquals((await receipt(refund, { refunds: "send" })).template_id, 1567);
  const own = { refunds: "send", refund_template_id: 1568 };
  assertEquals((await receipt(refund, own)).template_id, 1568);
  assertEquals((await receipt({}, own)).template_id, 1567);
});

Deno.test("build with sale-closed makes nothing for an order that is not closed", async () => {
  const on = "sale-closed";
  assertEquals(await build({ orderstateid: 20 }, { on }), { none: "not-closed" });
  assertEquals(await build({ ordertypeid: 110 }, { on }), { none: "not-closed" });
  await receipt({}, { on });
  await receipt({ orderstateid: 0 });
});

Deno.test("build adds fields of the integrator's own", async () => {
  const { data } = await receipt({}, {
    data: {
      "details.register": "registerid",
      greeting: "'Hej ' & namefirst",
      "lines.first": "1",
      missing: "nowhere",
    },
  });
  assertEquals(data.greeting, "Hej Maja");
  assertEquals(data.lines, { first: 1 });
  assert(!Object.hasOwn(data, "missing"));
  const details: unknown = data.details;
  assert(typeof details === "object" && details !== null && "register" in details);
  assertEquals(details.register, "{7D2A41C0-5B1E-4C37-9F60-2E8A13B5D904}");
  assert("orderID" in details, "the fields beside it stay");
});

Deno.test("build makes nothing when a field of one's own fails, and says which", async () => {
  assertEquals(await build({}, { data: { a: "1", "b.c": "$number(email)" } }), {
    none: "data-failed",
    detail: "data.b.c: Cannot evaluate the expression: a value cannot be read as a number " +
      "(JSONata D3030), at character 8",
  });
});

const zones: readonly (readonly [string | undefined, string | undefined, string])[] = [
  ["America/New_York", "Europe/Stockholm", "06:15"],
  [undefined, "Europe/Stockholm", "12:15"],
  ["Nowhere/At all", "Europe/Stockholm", "12:15"],
  [undefined, undefined, "10:15"],
];
for (const [till, site, time] of zones) {
  Deno.test(`build shows ${time} at a till in ${till} of a site in ${site}`, async () => {
    const additionaldata: Record<string, string> = till === undefined
      ? {}
      : { "pos-timezone": till };
    const built = await build({ additionaldata }, { subject: "{{ details.time }}" }, site);
    assert(!("none" in built));
    assertEquals(built.subject, time);
  });
}

const answers: readonly (readonly [EmailAnswer, SendResult])[] = [
  [{ kind: "sent" }, { kind: "sent" }],
  [{ kind: "refused", status: 400, detail: "no" }, { kind: "refused", detail: "400: no" }],
  [{ kind: "retry", detail: "busy" }, { kind: "retry", detail: "busy" }],
  [
    { kind: "retry", detail: "busy", retryAfter: 9_000 },
    { kind: "retry", detail: "busy", after: 9_000 },
  ],
  [{ kind: "unknown", detail: "time-out" }, { kind: "unknown", detail: "time-out" }],
];
for (const [answer, result] of answers) {
  Deno.test(`send tells ${JSON.stringify(answer)} from the rest`, async () => {
    const services = new TestServices();
    services.ometria.onEmail = () => answer;
    const sink = sinkOf({}, services);
    const built = await sink.build(sitooOrder());
    assert(!("none" in built));
    assertEquals(await sink.send(built, signal), result);
    assertEquals(services.ometria.emails, [built]);
  });
}

Deno.test("options of an email that are no mapping are refused, not tripped over", () => {
  for (const options of [null, undefined, "on", 7, []]) {
    assertEquals(emailOptions.safeParse(options).success, false);
  }
});
