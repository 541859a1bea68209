import { ApiError, type ApiErrorOptions } from "../../../http/error.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooOrder } from "../../../records/testing.ts";
import { assert, assertEquals, assertRejects } from "../../../std/assert.ts";
import type { PlaceFinder } from "../../contract.ts";
import { input } from "../../testing.ts";
import { mappedOrderType } from "../../../records/ometria_order.ts";
import { map } from "../map.ts";
import { recordOf, SitooServices, verdictOf } from "./testing.ts";

const signal = new AbortController().signal;
const minute = 60_000;

/** An order that says nothing about its store, its zone or its currency. */
function bare(fields: Partial<SitooOrder> = {}): SitooOrder {
  return sitooOrder({ additionaldata: {}, ...fields });
}

function failure(options: Partial<ApiErrorOptions>): ApiError {
  return new ApiError("Sitoo did not answer", {
    api: "sitoo",
    kind: "unavailable",
    reached: false,
    ...options,
  });
}

/** Maps one batch with the same stage again and again. */
function stageOf(
  services: SitooServices,
  options: Readonly<Record<string, unknown>> = { timezone: "Europe/Stockholm" },
): (...orders: SitooOrder[]) => Promise<(string | undefined)[]> {
  const stage = map.create(options, services);
  return async (...orders) => {
    const verdicts = await stage.apply(orders.map((order) => input(order)), signal);
    return verdicts.map((verdict) => {
      assert(verdict.kind === "pass" && mappedOrderType.is(verdict.record));
      return verdict.record.order.store;
    });
  };
}

Deno.test("map takes the store from the order without asking Sitoo", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  assertEquals(await run(sitooOrder()), ["S-014"]);
  assertEquals(services.calls, []);
});

Deno.test("map looks a store up by its warehouse, once for many orders", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  assertEquals(await run(bare(), bare({ warehouseid: 4 }), bare({ warehouseid: 5 })), [
    "S-014",
    undefined,
    undefined,
  ]);
  await run(bare());
  assertEquals(services.calls, ["stores", "warehouses"]);
});

Deno.test("map names stores by what the file says", async () => {
  const cases: [unknown, SitooOrder, string | undefined][] = [
    ["warehouse-id", bare(), "3"],
    ["store-name", bare(), "Example Harbour"],
    ["store-name", bare({ additionaldata: { "store-name": "Harbour " } }), "Harbour"],
    [{ "3": "harbour" }, bare(), "harbour"],
    [{ "4": "hill" }, bare(), undefined],
  ];
  for (const [store, order, name] of cases) {
    const services = new SitooServices();
    const options = { store, timezone: "UTC" };
    assertEquals((await recordOf(order, { services, options })).store, name);
  }
});

Deno.test("map sends orders without a warehouse without a store", async () => {
  const { warehouseid: _warehouse, ...order } = bare();
  for (const store of ["store-externalid", "warehouse-id", "store-name", { "3": "harbour" }]) {
    const services = new SitooServices();
    assertEquals(await stageOf(services, { store, timezone: "UTC" })(order), [undefined]);
    assertEquals(services.calls, []);
  }
});

Deno.test("map reads stores again after an hour, and for a new warehouse after five minutes", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  await run(bare());
  services.time += 59 * minute;
  await run(bare());
  assertEquals(services.calls.length, 2);
  services.time += minute;
  await run(bare());
  assertEquals(services.calls.length, 4);
  services.time += 4 * minute;
  await run(bare({ warehouseid: 9 }));
  assertEquals(services.calls.length, 4);
  services.time += minute;
  await run(bare({ warehouseid: 9 }));
  assertEquals(services.calls.length, 6);
});

Deno.test("map fails a batch whose stores cannot be read, and goes on when they can", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  services.failure = failure({});
  await assertRejects(() => run(bare()), ApiError);
  services.failure = undefined;
  assertEquals(await run(bare()), ["S-014"]);
});

Deno.test("map goes on with the stores it knows while they cannot be read again", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  await run(bare());
  services.time += 61 * minute;
  services.failure = failure({ kind: "throttled", status: 429 });
  assertEquals(await run(bare()), ["S-014"]);
});

Deno.test("map goes without stores where the key may not read them, and fails on a wrong key", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  services.failure = failure({ kind: "unauthorized", status: 401 });
  await assertRejects(() => run(bare()), ApiError);
  services.failure = failure({ kind: "unauthorized", status: 403 });
  assertEquals(await run(bare()), [undefined]);
});

Deno.test("map does not ask for stores on behalf of an order it does not send", async () => {
  const services = new SitooServices();
  const verdict = await verdictOf(bare({ ordertypeid: 110 }), { services });
  assertEquals([verdict.kind, services.calls], ["skip", []]);
});

Deno.test("map takes a missing currency from the site, and is stuck without", async () => {
  const services = new SitooServices();
  const order = sitooOrder({ currencycode: "" });
  assertEquals((await recordOf(order, { services })).currency, "SEK");
  assertEquals(services.calls, ["settings 2"]);
  const silent = new SitooServices();
  silent.settings = undefined;
  assertEquals(await verdictOf(order, { services: silent }), {
    kind: "dead",
    reason: "currency-missing",
    detail: "Neither the order nor its site names a currency",
  });
});

Deno.test("map takes stores' names and sites' currencies without blanks", async () => {
  const usual = new SitooServices();
  const services = new (class extends SitooServices {
    override readonly sitoo = {
      ...usual.sitoo,
      stores: () => Promise.resolve([{ storeid: 1, name: " Harbour ", externalid: " " }]),
      siteSettings: () => Promise.resolve({ eshopid: 2, currencycode: " sek " }),
    };
  })();
  assertEquals((await recordOf(bare({ currencycode: "" }), { services })).currency, "SEK");
  const named = stageOf(services, { timezone: "UTC", store: "store-name" });
  assertEquals(await named(bare()), ["Harbour"]);
  assertEquals(await stageOf(services)(bare()), [undefined]);
});

Deno.test("map looks for a new warehouse beside a known one, and goes on with a site's settings", async () => {
  const services = new SitooServices();
  const run = stageOf(services, {});
  await run(bare());
  services.time += 6 * minute;
  await run(bare(), bare({ warehouseid: 9 }));
  assertEquals(services.calls.filter((call) => call === "stores").length, 2);
  services.time += 60 * minute;
  services.failure = failure({ kind: "throttled", status: 429 });
  assertEquals(await run(bare()), ["S-014"]);
});

Deno.test("map looks again for the store of a warehouse that had none", async () => {
  const services = new SitooServices();
  const run = stageOf(services);
  await run(bare({ warehouseid: 5 }));
  services.time += 6 * minute;
  await run(bare({ warehouseid: 5 }));
  assertEquals(services.calls.filter((call) => call === "stores").length, 2);
});

Deno.test("map reads a site's settings again after an hour, and takes no fault of ours for a failure", async () => {
  const services = new SitooServices();
  const run = stageOf(services, {});
  await run(bare());
  services.time += 60 * minute - 1;
  await run(bare());
  assertEquals(services.calls.filter((call) => call === "settings 2").length, 1);
  services.time += 1;
  await run(bare());
  assertEquals(services.calls.filter((call) => call === "settings 2").length, 2);
  services.time += 60 * minute;
  services.failure = new TypeError("A fault");
  await assertRejects(
    () => run(sitooOrder({ additionaldata: { "store-externalid": "S" } })),
    TypeError,
  );
  services.failure = failure({ kind: "refused" });
  const without = stageOf(services, {});
  assertEquals(await without(sitooOrder({ additionaldata: { "store-externalid": "S" } })), ["S"]);
});

Deno.test("map takes a missing zone from the site, else UTC", async () => {
  const zoneOf = async (services: SitooServices, order: SitooOrder): Promise<string> => {
    const verdict = await verdictOf(order, { services });
    assert(verdict.kind === "pass" && mappedOrderType.is(verdict.record));
    return verdict.record.timezone;
  };
  const odd = { additionaldata: { "store-externalid": "S", "pos-timezone": "Moon/Base" } };
  assertEquals(await zoneOf(new SitooServices(), bare()), "Europe/Stockholm");
  assertEquals(await zoneOf(new SitooServices(), bare(odd)), "Europe/Stockholm");
  for (const settings of [undefined, { eshopid: 2 }, { eshopid: 2, timezone: "Moon/Base" }]) {
    const services = new SitooServices();
    services.settings = settings;
    assertEquals(await zoneOf(services, bare()), "UTC");
  }
});

Deno.test("map tells the zone of a site: the file's, its settings', else UTC", async () => {
  const services = new SitooServices();
  const stage = map.create({}, services);
  assertEquals(await stage.zone?.(2, signal), "Europe/Stockholm");
  assertEquals(await stage.zone?.(2, signal), "Europe/Stockholm");
  assertEquals(await stage.zone?.(undefined, signal), "UTC");
  assertEquals(services.calls, ["settings 2"]);
  const fixed = map.create({ timezone: "Europe/Oslo" }, services);
  assertEquals(await fixed.zone?.(2, signal), "Europe/Oslo");
});

Deno.test("map fails while a site it needs cannot be read, and forgives a missing right", async () => {
  const services = new SitooServices();
  const stage = map.create({}, services);
  services.failure = failure({});
  await assertRejects(async () => await stage.zone?.(2, signal), ApiError);
  services.failure = failure({ kind: "unauthorized", status: 403 });
  assertEquals(await stage.zone?.(2, signal), "UTC");
});

Deno.test("map places an order's head where its record would go", async () => {
  const placesOf = (options: Readonly<Record<string, unknown>>): PlaceFinder => {
    const { places } = map.create(options, new SitooServices());
    assert(places !== undefined);
    return places;
  };
  const late = Date.parse("2025-09-06T22:30:00Z") / 1000;
  const heads = [sitooOrder({ orderdate: late }), bare({ orderdate: late, currencycode: "" })];
  const places = placesOf({});
  assertEquals(await places.find(heads, signal), [
    { store: "S-014", currency: "SEK", day: "2025-09-07" },
    { store: "S-014", currency: "SEK", day: "2025-09-07" },
  ]);
  assertEquals(places.zone, undefined);
  const utc = placesOf({ timezone: "UTC", store: { "9": "Elsewhere" } });
  assertEquals(utc.zone, "UTC");
  assertEquals(await utc.find(heads.slice(0, 1), signal), [
    { store: "", currency: "SEK", day: "2025-09-06" },
  ]);
});
