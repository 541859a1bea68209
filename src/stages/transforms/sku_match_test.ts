import { ApiError } from "../../http/error.ts";
import type { CatalogueProduct } from "../../ometria/api.ts";
import { type MappedOrder, mappedOrderType } from "../../records/ometria_order.ts";
import { assert, assertEquals, assertRejects } from "../../std/assert.ts";
import type { AnyTransform, Verdict } from "../contract.ts";
import { input, lineItem, mappedOrder, ometriaOrder, TestServices } from "../testing.ts";
import { namespace } from "./namespace.ts";
import { skuMatch } from "./sku_match.ts";

const signal = new AbortController().signal;
const day = 86_400_000;

async function one(stage: AnyTransform, mapped: MappedOrder): Promise<Verdict<unknown>> {
  const [verdict] = await stage.apply([input(mapped)], signal);
  assert(verdict !== undefined);
  return verdict;
}

/** Product and variant id of each line. */
function idsIn(verdict: Verdict<unknown>): (string | undefined)[][] {
  assert(verdict.kind === "pass" && mappedOrderType.is(verdict.record));
  const { order, unlinkedReturn } = verdict.record;
  return [...order.lineitems, ...unlinkedReturn?.lineitems ?? []]
    .map((line) => [line.product_id, line.variant_id]);
}

function order(...skus: string[]): MappedOrder {
  return mappedOrder({ lineitems: skus.map((sku) => lineItem({ sku })) });
}

function serve(services: TestServices, products: () => readonly CatalogueProduct[]): void {
  services.ometria.onProducts = (offset) => products().slice(offset, offset + 250);
}

/** So many products, `SKU-0` and so on, as variants of `P`. */
function range(count: number): readonly CatalogueProduct[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `V${number}`,
    sku: `SKU-${number}`,
    variant: true,
    parent: "P",
  }));
}

Deno.test("sku-match by sku names product and variant by the SKU, in the return too", async () => {
  const stage = skuMatch.create({}, new TestServices());
  const back = ometriaOrder({ lineitems: [lineItem({ sku: "CAP" })] });
  const mapped = mappedOrder({
    lineitems: [lineItem(), lineItem({ sku: "", product_id: "no-product" })],
  }, { unlinkedReturn: back });
  assertEquals(idsIn(await one(stage, mapped)), [
    ["TEE-RED-M", "TEE-RED-M"],
    ["no-product", "8801"],
    ["CAP", "CAP"],
  ]);
});

Deno.test("sku-match by product-id keeps what map gives", async () => {
  const stage = skuMatch.create({ by: "product-id" }, new TestServices());
  assertEquals(idsIn(await one(stage, order("TEE-RED-M"))), [["8801", "8801"]]);
});

Deno.test("sku-match by catalogue finds parent and variant, as written first", async () => {
  const services = new TestServices();
  serve(services, () => [
    { id: "10", sku: "TEE-RED-M", variant: false },
    { id: "11", sku: "TEE-RED-M", variant: true, parent: "10" },
    { id: "12", sku: "tee-red-m", variant: true, parent: "10" },
    { id: "13", sku: " cap-os ", variant: true },
    { id: "14", sku: "BOOK", variant: false },
    { id: "15", variant: false },
  ]);
  const stage = skuMatch.create({ by: "catalogue" }, services);
  const mapped = order("TEE-RED-M", "tee-red-m", "Tee-Red-M ", "CAP-OS", "book", "NEW", "");
  assertEquals(idsIn(await one(stage, mapped)), [
    ["10", "11"],
    ["10", "12"],
    ["10", "11"],
    ["13", "13"],
    ["14", undefined],
    ["NEW", "NEW"],
    ["8801", "8801"],
  ]);
});

Deno.test("sku-match by catalogue holds an order with an unknown SKU where told", async () => {
  const services = new TestServices();
  serve(services, () => range(1));
  const stage = skuMatch.create({ by: "catalogue", unknown: "dead" }, services);
  assertEquals(await one(stage, order("SKU-0", "GONE", "GONE", "")), {
    kind: "dead",
    reason: "unknown-product",
    detail: 'SKUs that Ometria\'s catalogue does not have (1): "GONE"',
    products: { hits: 1, misses: ["GONE", "GONE"] },
  });
  assertEquals((await one(stage, order("sku-0", ""))).kind, "pass");
});

Deno.test("sku-match by catalogue tells which lines match, those without a SKU left out", async () => {
  const services = new TestServices();
  serve(services, () => range(2));
  const stage = skuMatch.create({ by: "catalogue" }, services);
  const back = ometriaOrder({ lineitems: [lineItem({ sku: "BACK" })] });
  const lines = ["SKU-0", "sku-1 ", "GONE", "", " "].map((sku) => lineItem({ sku }));
  const found = await one(stage, mappedOrder({ lineitems: lines }, { unlinkedReturn: back }));
  assert(found.kind === "pass");
  assertEquals(found.products, { hits: 2, misses: ["GONE", "BACK"] });
  const bySku = await one(skuMatch.create({}, services), order("SKU-0"));
  assert(bySku.kind === "pass" && bySku.products === undefined);
});

Deno.test("sku-match by catalogue keeps its ids out of a namespace, in either order", async () => {
  const mapped = order("SKU-0", "NEW", "");
  for (const first of [namespace, skuMatch]) {
    const services = new TestServices();
    serve(services, () => range(1));
    const stages = new Map([
      [namespace, { value: "uk", apply_to: ["order", "product", "variant"] }],
      [skuMatch, { by: "catalogue" }],
    ]);
    let record: unknown = mapped;
    for (const spec of [first, first === namespace ? skuMatch : namespace]) {
      const [verdict] = await spec.create(stages.get(spec), services).apply(
        [input(record)],
        signal,
      );
      assert(verdict?.kind === "pass");
      record = verdict.record;
    }
    assertEquals(idsIn({ kind: "pass", record }), [["P", "V0"], ["NEW", "NEW"], ["8801", "8801"]]);
  }
});

Deno.test("sku-match reads the catalogue once, in pages, and keeps it over a restart", async () => {
  const services = new TestServices();
  serve(services, () => range(3_000));
  const stage = skuMatch.create({ by: "catalogue" }, services);
  assertEquals(idsIn(await one(stage, order("SKU-2999"))), [["P", "V2999"]]);
  assertEquals(services.ometria.offsets, Array.from({ length: 13 }, (_, page) => page * 250));
  await one(stage, order("SKU-1"));
  const restarted = skuMatch.create({ by: "catalogue" }, services);
  assertEquals(idsIn(await one(restarted, order("SKU-0", "SKU-2999"))), [["P", "V0"], [
    "P",
    "V2999",
  ]]);
  assertEquals(services.ometria.offsets.length, 13);
  assert([...services.cache.values.keys()].length > 3, "a large catalogue takes several pieces");
});

Deno.test("sku-match goes on where a first reading was stopped", async () => {
  const services = new TestServices();
  serve(services, () => {
    if (services.ometria.offsets.length === 10) throw down();
    return range(3_000);
  });
  await assertRejects(
    () => one(skuMatch.create({ by: "catalogue" }, services), order("SKU-1")),
    ApiError,
  );
  const stopped = services.ometria.offsets.length;
  const stage = skuMatch.create({ by: "catalogue" }, services);
  assertEquals(idsIn(await one(stage, order("SKU-0", "SKU-2999"))), [["P", "V0"], ["P", "V2999"]]);
  const resumed = services.ometria.offsets[stopped] ?? 0;
  assert(resumed > 0, "not from the start");
});

Deno.test("sku-match reads a large catalogue in several goes, so that no batch waits for good", async () => {
  const services = new TestServices();
  serve(services, () => {
    services.time += 50_000;
    return range(1_000);
  });
  const stage = skuMatch.create({ by: "catalogue" }, services);
  const error = await assertRejects(() => one(stage, order("SKU-999")), ApiError);
  assertEquals([error.kind, error.retryable], ["throttled", true]);
  assertEquals(services.ometria.offsets, [0, 250, 500]);
  assertEquals(idsIn(await one(stage, order("SKU-999"))), [["P", "V999"]]);
  assertEquals(services.ometria.offsets, [0, 250, 500, 750, 1_000]);
});

Deno.test("sku-match reads the catalogue again after a day, a few pages a batch", async () => {
  const services = new TestServices();
  let products = range(2_000);
  serve(services, () => products);
  const stage = skuMatch.create({ by: "catalogue" }, services);
  await one(stage, order("SKU-1"));
  products = range(2_100);
  services.time += day - 1;
  await one(stage, order("SKU-1"));
  assertEquals(services.ometria.offsets.length, 9);
  services.time += 1;
  assertEquals(idsIn(await one(stage, order("SKU-2099"))), [["SKU-2099", "SKU-2099"]]);
  assertEquals(services.ometria.offsets.length, 13);
  await one(stage, order("SKU-1"));
  assertEquals(idsIn(await one(stage, order("SKU-2099"))), [["P", "V2099"]]);
  assertEquals(services.ometria.offsets.length, 18);
});

Deno.test("sku-match keeps the old catalogue while Ometria cannot be read", async () => {
  const services = new TestServices();
  serve(services, () => range(10));
  const stage = skuMatch.create({ by: "catalogue" }, services);
  await one(stage, order("SKU-1"));
  services.time += day;
  services.ometria.onProducts = () => {
    throw down();
  };
  for (let batch = 0; batch < 5; batch++) {
    assertEquals(idsIn(await one(stage, order("SKU-1"))), [["P", "V1"]]);
  }
  assertEquals(services.ometria.offsets.length, 2, "asked once, then left alone");
  services.time += 600_000;
  await one(stage, order("SKU-1"));
  assertEquals(services.ometria.offsets.length, 3);
});

Deno.test("sku-match does not go in circles when Ometria ignores the offset", async () => {
  const services = new TestServices();
  services.ometria.onProducts = () => range(250);
  const stage = skuMatch.create({ by: "catalogue" }, services);
  const error = await assertRejects(() => one(stage, order("SKU-1")), ApiError);
  assertEquals(error.kind, "malformed");
  assertEquals(services.ometria.offsets, [0, 250]);
});

Deno.test("sku-match reads the catalogue anew when a kept piece is missing", async () => {
  const services = new TestServices();
  serve(services, () => range(3_000));
  await one(skuMatch.create({ by: "catalogue" }, services), order("SKU-1"));
  const piece = [...services.cache.values.keys()].find((key) => key.endsWith("/1"));
  assert(piece !== undefined);
  services.cache.values.delete(piece);
  const stage = skuMatch.create({ by: "catalogue" }, services);
  assertEquals(idsIn(await one(stage, order("SKU-2999"))), [["P", "V2999"]]);
  assertEquals(services.ometria.offsets.length, 26);
});

function down(): ApiError {
  return new ApiError("Cannot reach Ometria", {
    api: "ometria",
    kind: "unavailable",
    reached: false,
  });
}

Deno.test("sku-match takes a SKU of blanks for none, and keeps ids that stand in no namespace", async () => {
  const blank = mappedOrder(
    { lineitems: [lineItem({ sku: " ", product_id: "p", variant_id: "v" })] },
    { productIds: { productPrefix: "till-", variantPrefix: "till-" } },
  );
  const services = new TestServices();
  serve(services, () => range(1));
  for (const by of ["sku", "catalogue"]) {
    const stage = skuMatch.create({ by, unknown: "send" }, services);
    assertEquals(idsIn(await one(stage, blank)), [["p", "v"]], by);
  }
});

Deno.test("sku-match names five unknown SKUs, and no more", async () => {
  const services = new TestServices();
  serve(services, () => range(1));
  const stage = skuMatch.create({ by: "catalogue", unknown: "dead" }, services);
  const verdict = await one(stage, order("A", "B", "C", "D", "E", "F", "G"));
  assert(verdict.kind === "dead");
  assertEquals(
    verdict.detail,
    `SKUs that Ometria's catalogue does not have (7): "A", "B", "C", "D", "E"`,
  );
});

Deno.test("sku-match says how far a first reading has come that takes too long, and who repeats a page", async () => {
  const services = new TestServices();
  const stage = skuMatch.create({ by: "catalogue" }, services);
  services.ometria.onProducts = (offset) => {
    services.time += 120_000;
    return range(1000).slice(offset, offset + 250);
  };
  const slow = await assertRejects(() => one(stage, order("SKU-1")), ApiError);
  assertEquals([slow.message, slow.api, slow.kind, slow.reached], [
    "Ometria's products are still being read: 250 so far",
    "ometria",
    "throttled",
    false,
  ]);
  services.ometria.onProducts = () => range(250);
  const same = await assertRejects(() => one(stage, order("SKU-1")), ApiError);
  assertEquals([same.api, same.kind, same.reached], ["ometria", "malformed", true]);
});

Deno.test("sku-match goes on with a reading of another process, unless it is a day old", async () => {
  for (const [age, first] of [[day - 1, 250], [day, 0]] as const) {
    const services = new TestServices();
    const long = range(1000).map((product) => ({ ...product, sku: product.sku + "X".repeat(200) }));
    services.ometria.onProducts = (offset) => {
      services.time += 120_000;
      return long.slice(offset, offset + 250);
    };
    const began = services.time;
    const before = skuMatch.create({ by: "catalogue" }, services);
    await assertRejects(() => one(before, order("SKU-1")), ApiError);
    services.time = began + age;
    services.ometria.offsets.length = 0;
    services.ometria.onProducts = (offset) => long.slice(offset, offset + 250);
    await one(skuMatch.create({ by: "catalogue" }, services), order("SKU-1"));
    assertEquals(services.ometria.offsets[0], first);
  }
});

Deno.test("sku-match does not take a fault of ours for one of Ometria's when it reads again", async () => {
  const services = new TestServices();
  serve(services, () => range(1));
  const stage = skuMatch.create({ by: "catalogue" }, services);
  await one(stage, order("SKU-0"));
  services.time += day;
  services.ometria.onProducts = () => {
    throw new TypeError("A fault");
  };
  await assertRejects(() => one(stage, order("SKU-0")), TypeError);
});
