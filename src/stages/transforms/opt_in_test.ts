import { ApiError } from "../../http/error.ts";
import type { OmetriaContact } from "../../records/ometria_contact.ts";
import { type MappedOrder, mappedOrderType } from "../../records/ometria_order.ts";
import type { Origin } from "../../records/order_ref.ts";
import { assert, assertEquals, assertRejects } from "../../std/assert.ts";
import { setUpLogging } from "../../telemetry/logging.ts";
import { input, mappedOrder, TestServices } from "../testing.ts";
import { optIn } from "./opt_in.ts";

const signal = new AbortController().signal;
const maja = "maja.ek@example.com";

function bought(email: string, fields: Partial<MappedOrder["order"]> = {}): MappedOrder {
  return mappedOrder({ customer: { email, firstname: "Maja", lastname: "Ek" }, ...fields });
}

/** The contact of each order after the stage. */
async function contacts(
  services: TestServices,
  options: unknown,
  ...orders: readonly (MappedOrder | readonly [MappedOrder, Origin])[]
): Promise<readonly (OmetriaContact | undefined)[]> {
  const stage = optIn.create(options, services);
  const inputs = orders.map((order) => "order" in order ? input(order) : input(...order));
  const verdicts = await stage.apply(inputs, signal);
  return verdicts.map((verdict) => {
    assert(verdict.kind === "pass" && mappedOrderType.is(verdict.record));
    return verdict.record.contact;
  });
}

Deno.test("opt-in is off by default and asks nobody", async () => {
  const services = new TestServices();
  assertEquals(await contacts(services, {}, bought(maja)), [undefined]);
  assertEquals(services.ometria.asked, []);
});

Deno.test("opt-in makes a contact with a keyed id and without force", async () => {
  const services = new TestServices();
  const mapped = bought(maja, {
    customer: { id: "77", email: maja, firstname: "Maja", lastname: "Ek" },
  });
  const [contact] = await contacts(services, { enabled: true, collection: "tills" }, mapped);
  assertEquals(contact, {
    "@type": "contact",
    "@collection": "tills",
    "@merge": true,
    id: `c-${services.keyedHash(maja).slice(0, 24)}`,
    email: maja,
    customer_id: "77",
    firstname: "Maja",
    lastname: "Ek",
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: "2025-09-06T10:15:00Z",
  });
});

Deno.test("opt-in gives one person one id however the address is written", async () => {
  const services = new TestServices();
  const [one, other] = await contacts(
    services,
    { enabled: true },
    bought(maja),
    bought(" Maja.EK@Example.com "),
  );
  assertEquals(one, other);
  assertEquals(services.ometria.asked, [maja]);
});

Deno.test("opt-in leaves orders without a person alone", async () => {
  const { customer: _customer, ...anonymous } = mappedOrder().order;
  const services = new TestServices();
  const found = await contacts(
    services,
    { enabled: true },
    { ...mappedOrder(), order: anonymous },
    mappedOrder({ customer: { id: "77" } }),
    bought("none"),
  );
  assertEquals(found, [undefined, undefined, undefined]);
  assertEquals(services.ometria.asked, []);
});

const statuses = [["none", true], ["opted-in", true], ["opted-out", false], [
  "unclear",
  false,
]] as const;
for (const [status, sent] of statuses) {
  Deno.test(`opt-in ${sent ? "sends" : "keeps back"} the contact when the profile says ${status}`, async () => {
    const services = new TestServices();
    services.ometria.onOptIn = () => status;
    const [contact] = await contacts(services, { enabled: true }, bought(maja));
    assertEquals(contact !== undefined, sent);
  });
}

Deno.test("opt-in remembers a decision for 24 hours, without the address", async () => {
  const services = new TestServices();
  services.ometria.onOptIn = () => "opted-out";
  await contacts(services, { enabled: true }, bought(maja));
  services.ometria.onOptIn = () => "opted-in";
  services.time += 86_400_000 - 1;
  assertEquals(await contacts(services, { enabled: true }, bought(maja)), [undefined]);
  services.time += 1;
  const [contact] = await contacts(services, { enabled: true }, bought(maja));
  assert(contact !== undefined);
  assertEquals(services.ometria.asked.length, 2);
  const kept = JSON.stringify([...services.cache.values]);
  assert(!kept.includes("maja"), "no address in the cache");
});

Deno.test("opt-in decides against when the look-up fails, and asks again soon", async () => {
  const services = new TestServices();
  services.ometria.onOptIn = () => {
    throw down();
  };
  assertEquals(await contacts(services, { enabled: true }, bought(maja)), [undefined]);
  services.ometria.onOptIn = () => "none";
  services.time += 599_999;
  assertEquals(await contacts(services, { enabled: true }, bought(maja)), [undefined]);
  services.time += 1;
  const [contact] = await contacts(services, { enabled: true }, bought(maja));
  assert(contact !== undefined);
});

Deno.test("opt-in stops asking in a batch after three failures", async () => {
  const services = new TestServices();
  services.ometria.onOptIn = () => {
    throw down();
  };
  const orders = Array.from({ length: 10 }, (_, number) => bought(`p${number}@example.com`));
  assertEquals(await contacts(services, { enabled: true }, ...orders), Array(10).fill(undefined));
  assertEquals(services.ometria.asked.length, 3);
});

Deno.test("opt-in asks nobody with respect_opt_outs off", async () => {
  const services = new TestServices();
  const options = { enabled: true, respect_opt_outs: false };
  const [contact] = await contacts(services, options, bought(maja));
  assert(contact !== undefined);
  assertEquals(services.ometria.asked, []);
});

Deno.test("opt-in counts everything but history as live", async () => {
  const origins: readonly Origin[] = ["live", "history", "sweep", "refund", "replay"];
  const orders = origins.map((origin) => [bought(maja), origin] as const);
  const live = await contacts(
    new TestServices(),
    { enabled: true, applies_to: ["live"] },
    ...orders,
  );
  assertEquals(live.map((contact) => contact !== undefined), [true, false, true, true, true]);
  const past = await contacts(
    new TestServices(),
    { enabled: true, applies_to: ["history"] },
    ...orders,
  );
  assertEquals(past.map((contact) => contact !== undefined), [false, true, false, false, false]);
});

Deno.test("opt-in is stopped by an abort and remembers nothing of it", async () => {
  const services = new TestServices();
  const stop = new AbortController();
  stop.abort(new Error("stopping"));
  const stage = optIn.create({ enabled: true }, services);
  await assertRejects(async () => await stage.apply([input(bought(maja))], stop.signal));
  assertEquals(services.cache.values.size, 0);
});

function down(): ApiError {
  return new ApiError("Cannot reach Ometria", {
    api: "ometria",
    kind: "unavailable",
    reached: false,
  });
}

Deno.test("opt-in looks nobody up where consent is taken for granted, either way", async () => {
  const services = new TestServices();
  const stage = optIn.create({ enabled: true }, services);
  const inputs = (["given", "refused"] as const).map((consent) => {
    const { record, facts } = input(bought(maja));
    return { record, facts: { ...facts, consent } };
  });
  const contacts = (await stage.apply(inputs, new AbortController().signal)).map((verdict) =>
    verdict.kind === "pass" && mappedOrderType.is(verdict.record) &&
    verdict.record.contact !== undefined
  );
  assertEquals(contacts, [true, false]);
  assertEquals(services.ometria.asked, []);
});

Deno.test("opt-in of orders from live and history goes into sitoo's own collection by default", async () => {
  const services = new TestServices();
  const made = await contacts(services, { enabled: true }, [bought(maja), "live"], [
    bought("leo@example.com"),
    "history",
  ]);
  assertEquals(made.map((contact) => contact?.["@collection"]), ["sitoo", "sitoo"]);
});

Deno.test("opt-in asks about everybody while look-ups work, and remembers who agreed", async () => {
  const services = new TestServices();
  const people = Array.from({ length: 6 }, (_, at) => bought(`maja${at}@example.com`));
  for (let round = 0; round < 2; round++) {
    const made = await contacts(services, { enabled: true }, ...people);
    assertEquals(made.every((contact) => contact !== undefined), true);
  }
  assertEquals(services.ometria.asked.length, 6);
});

Deno.test("opt-in says how many look-ups failed, and nothing when none did", async () => {
  const lines: string[] = [];
  await using _logging = await setUpLogging({
    json: true,
    color: false,
    write: (line) => lines.push(line),
  });
  const services = new TestServices();
  await contacts(services, { enabled: true }, bought(maja));
  assertEquals(lines, []);
  services.ometria.onOptIn = () => {
    throw new ApiError("No", { api: "ometria", kind: "unavailable", reached: true });
  };
  await contacts(services, { enabled: true }, bought("leo@example.com"));
  assertEquals(lines.map((line) => /"failures":(\d+)/.exec(line)?.[1]), ["1"]);
});

Deno.test("opt-in takes neither a stop nor a fault of ours for a look-up that failed", async () => {
  const services = new TestServices();
  services.ometria.onOptIn = () => {
    throw new TypeError("A fault");
  };
  await assertRejects(() => contacts(services, { enabled: true }, bought(maja)), TypeError);
  const stop = new AbortController();
  services.ometria.onOptIn = () => {
    stop.abort(new RangeError("Stopped"));
    throw new ApiError("No", { api: "ometria", kind: "unavailable", reached: true });
  };
  const stage = optIn.create({ enabled: true }, services);
  await assertRejects(
    async () => await stage.apply([input(bought(maja))], stop.signal),
    RangeError,
  );
});
