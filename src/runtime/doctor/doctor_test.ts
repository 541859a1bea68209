import { servePeer } from "../../http/testing.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { systemClock } from "../../time/clock.ts";
import { MOST_CALLS } from "./doctor.ts";
import type { Finding, FindingLevel } from "./finding.ts";
import type { Bench } from "./bench.ts";
import { checkFields, checkPageSize } from "./sitoo_checks.ts";
import { admit, type Patient } from "./testing.ts";

const signal = new AbortController().signal;

function levels(
  findings: ReadonlyMap<string, Finding>,
  level: FindingLevel,
): readonly string[] {
  return [...findings.values()].filter((finding) => finding.level === level)
    .map(({ check }) => check);
}

/** An order as it stands at the fake Ometria. */
function stored(id: string, order: { readonly at: number; readonly total: number }): object {
  return {
    "@type": "order",
    id,
    timestamp: `${new Date(order.at).toISOString().slice(0, 19)}Z`,
    status: "complete",
    is_valid: true,
    channel: "online",
    store: "S-001",
    grand_total: order.total,
    subtotal: order.total,
    tax: 0,
    shipping: 0,
    currency: "SEK",
    lineitems: [{ product_id: "A", quantity: 1, unit_price: order.total }],
  };
}

function put({ sandbox }: Patient, record: object): void {
  const stored = sandbox.ometria.store.stored;
  sandbox.ometria.store.apply({ ...record });
  assertEquals(
    sandbox.ometria.store.stored,
    stored + 1,
    Deno.inspect(sandbox.ometria.store.errors),
  );
}

Deno.test("a sound pipeline has nothing to mend, and every warning has its remedy", async () => {
  await using patient = await admit();
  const before = patient.sandbox.counters();
  const findings = await patient.examine();
  assertEquals(levels(findings, "fail"), []);
  assertEquals(levels(findings, "warn"), ["events", "rates", "gap"]);
  for (const { level, remedy, text } of findings.values()) {
    assertEquals(remedy !== undefined, level === "warn" || level === "fail", text);
    assert(/^[A-Z].*[^.]$/.test(text), text);
  }
  const { ometria } = patient.sandbox.counters();
  assertEquals([ometria.accepted, ometria.emails], [0, 0], "nothing was pushed or sent");
  assertEquals(ometria.orders, before.ometria.orders);
});

Deno.test("the calls that are counted are those that were made, and no more than was said", async () => {
  await using patient = await admit({ change: (text) => text.replace("by: catalogue", "by: sku") });
  await patient.examine();
  const made = patient.bench.sightings.calls;
  const seen = patient.sandbox.counters();
  const sum = ({ statuses }: { readonly statuses: Readonly<Record<number, number>> }): number =>
    Object.values(statuses).reduce((all, one) => all + one, 0);
  assertEquals(made, { sitoo: sum(seen.sitoo), ometria: sum(seen.ometria) });
  assert(made.sitoo <= MOST_CALLS.sitoo && made.ometria <= MOST_CALLS.ometria, Deno.inspect(made));
});

Deno.test("a key that is refused leaves out what needs it, and nothing else", async () => {
  await using patient = await admit();
  patient.sandbox.sitoo.faults.set({ kind: "status", status: 401, rate: 1 });
  const findings = await patient.examine();
  assertEquals(levels(findings, "fail"), ["sitoo-key"]);
  assert(levels(findings, "skipped").includes("namespace"));
  assertEquals([findings.get("ometria-key")?.level, findings.get("rates")?.level], ["ok", "warn"]);
});

Deno.test("each key of Ometria is tried by itself", async () => {
  const enabled = (text: string): string =>
    text.replace('enabled: false                           # "Enable', 'enabled: true # "Enable');
  await using patient = await admit({ change: enabled });
  patient.sandbox.ometria.faults.set({
    kind: "status",
    status: 403,
    rate: 1,
    match: "transactional-email",
  });
  const findings = await patient.examine();
  assertEquals(levels(findings, "fail"), ["ometria-email-key"]);
  assertStringIncludes(
    findings.get("receipts")?.text ?? "",
    "template_id, from_address, from_name",
  );
});

Deno.test("a key for email that nothing uses yet is a warning at most", async () => {
  await using patient = await admit();
  patient.sandbox.ometria.faults.set(
    { kind: "status", status: 403, rate: 1, match: "transactional-email" },
    { kind: "status", status: 403, rate: 1, match: "_errors" },
  );
  const findings = await patient.examine();
  assertEquals(levels(findings, "fail"), []);
  assertEquals(findings.get("ometria-email-key")?.level, "warn");
  assertEquals(findings.get("ometria-errors")?.level, "warn");
});

Deno.test("ids that other orders have at Ometria are found before they are replaced", async () => {
  await using patient = await admit();
  const { orders } = await patient.bench.sample(signal);
  for (const { id } of orders) put(patient, stored(id, { at: Date.UTC(2020), total: 1 }));
  const finding = (await patient.examine()).get("namespace");
  assertEquals(finding?.level, "fail");
  assertStringIncludes(finding?.text ?? "", "10 of 10 ids");
  assertStringIncludes(finding?.remedy ?? "", "namespace");
});

Deno.test("the same orders under the same ids are told from other ones", async () => {
  await using patient = await admit();
  const { orders } = await patient.bench.sample(signal);
  for (const order of orders) {
    const record = stored(order.id, order);
    put(patient, {
      ...record,
      lineitems: order.lines.map(() => ({ product_id: "A", quantity: 1, unit_price: 1 })),
    });
  }
  const findings = await patient.examine();
  assertEquals(findings.get("namespace")?.level, "warn");
  assertEquals(findings.get("other-connector")?.level, "ok");
});

Deno.test("orders that this pipeline delivered are no collision", async () => {
  await using patient = await admit();
  const { orders } = await patient.bench.sample(signal);
  await deliver(patient, orders.map(({ orderId }) => orderId));
  const findings = await patient.examine();
  assertEquals(findings.get("namespace")?.level, "ok");
  assertStringIncludes(findings.get("namespace")?.text ?? "", "were delivered by this pipeline");
});

Deno.test("a connector that sends the same orders under other ids is found", async () => {
  await using patient = await admit();
  const { orders } = await patient.bench.sample(signal);
  const last = orders.at(-1);
  assert(last !== undefined);
  put(patient, stored(`sitoo_${last.orderId}`, last));
  put(patient, stored("web-1", { at: Date.UTC(2024, 5), total: 10 }));
  const finding = (await patient.examine()).get("other-connector");
  assertEquals(finding?.level, "fail");
  assertStringIncludes(
    finding?.text ?? "",
    `1 of them are there under other ids, such as sitoo_${last.orderId}`,
  );
});

Deno.test("settings that may not be read matter unless the file has the time zone", async () => {
  await using patient = await admit();
  patient.sandbox.settings.settingsAllowed = false;
  const finding = (await patient.examine()).get("sitoo-settings");
  assertEquals(finding?.level, "warn");
  assertStringIncludes(finding?.remedy ?? "", "Set timezone for map");
  const zone = (text: string): string =>
    text.replace("channel: in store", "channel: in store\n      timezone: Europe/Stockholm");
  await using other = await admit({ change: zone });
  other.sandbox.settings.settingsAllowed = false;
  assertEquals((await other.examine()).get("sitoo-settings")?.level, "ok");
});

Deno.test("stores that may not be read break a pipeline that names stores by them", async () => {
  const byName = (text: string): string =>
    text.replace("store: store-externalid", "store: store-name");
  for (const [change, level] of [[(text: string) => text, "warn"], [byName, "fail"]] as const) {
    await using patient = await admit({ change });
    patient.sandbox.sitoo.faults.set({ kind: "status", status: 403, rate: 1, match: "/stores" });
    assertEquals((await patient.examine()).get("sitoo-stores")?.level, level);
  }
});

for (const [hours, level] of [[0, "ok"], [0.02, "warn"], [1, "fail"], [-3, "fail"]] as const) {
  Deno.test(`a clock that is ${hours} hours off is ${level}`, async () => {
    const clock = { ...systemClock, now: () => Date.now() + hours * 3_600_000 };
    await using patient = await admit({ sandbox: { clock: systemClock }, clock });
    const finding = (await patient.examine()).get("clock");
    assertEquals(finding?.level, level);
    if (hours > 0) assertStringIncludes(finding?.text ?? "", "ahead of");
    if (hours < 0) assertStringIncludes(finding?.text ?? "", "3 hours behind");
  });
}

Deno.test("an account that refuses the list of fields is told apart from one that leaves lines out", async () => {
  await using patient = await admit();
  patient.sandbox.sitoo.faults.set({ kind: "status", status: 400 });
  const [refused] = await checkFields(patient.bench, signal);
  assertEquals(refused?.level, "warn");
  assertStringIncludes(refused?.text ?? "", "a call of its own");
  const [fine] = await checkFields(patient.bench, signal);
  assertEquals(fine?.level, "ok");
});

Deno.test("a changed namespace is noticed before every order arrives again", async () => {
  await using patient = await admit();
  const { rows, pipeline } = patient.bench;
  await deliver(patient, [50_001]);
  await rows?.setAccount({ keys: ["key"], ids: pipeline.transform.ids ?? "" });
  assertEquals((await patient.examine()).get("ids")?.level, "ok");
  await rows?.setAccount({ keys: ["key"], ids: "another" });
  const finding = (await patient.examine()).get("ids");
  assertEquals(finding?.level, "fail");
  assertStringIncludes(finding?.remedy ?? "", "Put the namespace back");
});

Deno.test("pages that are shorter than asked, or in another order, are told", async () => {
  await using patient = await admit();
  const page = async (ids: readonly number[]): Promise<Finding | undefined> => {
    const body = { totalcount: 120, items: ids.map((orderid) => ({ orderid, eshopid: 1 })) };
    const sitoo: Bench["probe"]["sitoo"] = () =>
      Promise.resolve({ kind: "answer", status: 200, body });
    const probe = { sitoo };
    const options = patient.bench.options.bind(patient.bench);
    return (await checkPageSize({ probe, options }, signal))[0];
  };
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  assertEquals((await page(ids))?.level, "ok");
  const short = await page(ids.slice(0, 50));
  assertEquals([short?.level, short?.text], [
    "warn",
    "Sitoo gives 50 orders a page where 100 were asked for",
  ]);
  assertStringIncludes(short?.remedy ?? "", "page_size: 50");
  assertEquals((await page(ids.toReversed()))?.level, "fail");
});

Deno.test("products under other ids are noticed, with the setting that finds them", async () => {
  await using patient = await admit({ change: (text) => text.replace("by: catalogue", "by: sku") });
  const finding = (await patient.examine()).get("products");
  assertEquals(finding?.level, "warn");
  assertStringIncludes(finding?.text ?? "", "Ometria has the product of 0 of");
  assertStringIncludes(finding?.remedy ?? "", "Set by: catalogue");
});

Deno.test("calls that were refused as too many are told, and made again", async () => {
  await using patient = await admit();
  patient.sandbox.sitoo.faults.set({ kind: "status", status: 429, times: 2, retryAfter: 0 });
  const findings = await patient.examine();
  assertEquals([findings.get("sitoo-key")?.level, findings.get("sitoo-limits")?.level], [
    "ok",
    "warn",
  ]);
  assertStringIncludes(findings.get("sitoo-limits")?.text ?? "", "refused 2 of");
});

Deno.test("an outage in the middle is a finding, and the other checks go on", async () => {
  await using patient = await admit();
  const findings = await (async () => {
    const before = patient.sandbox.sitoo.faults;
    before.set({ kind: "status", status: 503, rate: 1, match: "/stores" });
    before.set({ kind: "status", status: 503, rate: 1, match: "/settings" });
    return await patient.examine();
  })();
  assertEquals(findings.get("ometria-limits")?.level, "ok");
  assertEquals(findings.get("sitoo-settings")?.level, "warn");
});

Deno.test("an examination that is stopped ends with the reason", async () => {
  await using patient = await admit();
  const reason = new DOMException("stopped", "AbortError");
  const { examine } = await import("./doctor.ts");
  await assertRejects(
    () => Array.fromAsync(examine(patient.bench, {}, AbortSignal.abort(reason))),
    DOMException,
    "stopped",
  );
});

const answers: readonly (readonly [status: number, level: FindingLevel, says: string])[] = [
  [200, "ok", "takes its credentials"],
  [401, "fail", "refuses the pipeline's own webhook credentials"],
  [404, "fail", "No pipeline of this name"],
  [503, "fail", "cannot write its store"],
  [302, "fail", "Something else than this server"],
];
for (const [status, level, says] of answers) {
  Deno.test(`a public address that answers ${status} is ${level}`, async () => {
    const bodies: string[] = [];
    await using peer = servePeer(async (request) => {
      bodies.push(`${request.headers.get("authorization")} ${await request.text()}`);
      return new Response(null, { status });
    });
    await using patient = await admit();
    const finding = (await patient.examine({ publicUrl: `${peer.url}/` })).get("webhook");
    assertEquals(finding?.level, level);
    assertStringIncludes(finding?.text ?? "", says);
    assertEquals(peer.requests, ["POST /hooks/sitoo-to-ometria/events"]);
    assertEquals(bodies, [`Basic ${btoa("till:webhook-password")} []`]);
  });
}

Deno.test("a public address without https, or without anybody there, is told", async () => {
  await using patient = await admit();
  const plain = (await patient.examine({ publicUrl: "http://hooks.example.com" })).get("webhook");
  assertStringIncludes(plain?.text ?? "", "no https address");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const publicUrl = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const nobody = (await patient.examine({ publicUrl })).get("webhook");
  assertStringIncludes(nobody?.text ?? "", "cannot be connected to");
});

Deno.test("live orders that only the sweep brought mean that no event arrives", async () => {
  await using patient = await admit();
  const { rows } = patient.bench;
  const newest = (await patient.bench.sample(signal)).orders.at(-1)?.orderId;
  assert(rows !== undefined && newest !== undefined);
  const events = async (): Promise<string> => (await patient.examine()).get("events")?.text ?? "";
  assertStringIncludes(await events(), "has not run with this store yet");
  await rows.setCutOver(newest - 1);
  assertStringIncludes(await events(), "neither an event nor the sweep");
  await deliver(patient, [newest]);
  assertStringIncludes(await events(), "Live orders come in: 1");
  await deliver(patient, [newest], { healed: 1 });
  assertStringIncludes(await events(), "found by its sweep");
});

Deno.test("orders that were made a moment ago are not missed yet", async () => {
  await using patient = await admit();
  const sold = patient.sandbox.sitoo.sell();
  await patient.bench.rows?.setCutOver(sold - 1);
  const finding = (await patient.examine()).get("events");
  assertEquals(finding?.level, "skipped");
  assertStringIncludes(finding?.text ?? "", "too young");
});

Deno.test("nothing is said of live orders when none was made since", async () => {
  await using patient = await admit();
  const { last = 0 } = await patient.bench.sample(signal);
  await patient.bench.rows?.setCutOver(last);
  assertEquals((await patient.examine()).get("events")?.level, "skipped");
});

/** Writes orders into the ledger as delivered. */
async function deliver(
  { bench }: Patient,
  orderIds: readonly number[],
  sweep?: { readonly healed: number },
): Promise<void> {
  const { rows } = bench;
  assert(rows !== undefined);
  const hold = await rows.acquireLane("test", "fingerprint");
  assert(hold !== undefined);
  const at = Date.now();
  await rows.commit(hold, {
    before: new Map(),
    ledger: orderIds.map((orderId): LedgerRow => ({
      orderId,
      outcome: "delivered",
      at,
      acceptedAt: at,
      sentId: `till-${orderId}`,
      hash: "hash",
      steps: [],
    })),
    dead: [],
    links: [],
    pointers: [],
    done: [],
    receipts: [],
    missedWindow: 0,
    ...(sweep === undefined ? {} : { sweep: { next: 1, newAt: at, ...sweep } }),
  });
  await rows.releaseLane(hold);
}
