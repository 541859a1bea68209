import { assert, assertEquals } from "../../../std/assert.ts";
import { setPathProblem } from "./paths.ts";
import { mapOptions } from "./options.ts";

/** Path and message of everything wrong with options. */
function problems(options: unknown): string[] {
  const result = mapOptions.safeParse(options);
  return result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

Deno.test("mapOptions has a default for every option but the zone", () => {
  assertEquals(mapOptions.parse({}), {
    channel: "in store",
    store: "store-externalid",
    currencies: "any",
    web_orders: "skip",
    anonymous: "send",
    open_orders: "wait",
    unlinked_refunds: "skip",
    gift_cards: "skip-line",
    statuses: {
      sale: "complete",
      refunded: "refunded",
      partial: "partial_refund",
      cancelled: "cancelled",
      pending: "pending",
    },
    discount_sign: "negative",
    unit_price: "gross",
    customer_id: "none",
    exclude_emails: [],
    set: {},
    unset: [],
  });
});

Deno.test("mapOptions takes words without the blanks around them", () => {
  const options = mapOptions.parse({
    channel: " till ",
    store: { "3": " harbour " },
    statuses: { sale: " valid " },
    currencies: "any",
  });
  assertEquals([options.channel, options.store, options.statuses.sale, options.currencies], [
    "till",
    { "3": "harbour" },
    "valid",
    "any",
  ]);
  for (const wrong of [{ channel: " " }, { store: { "3": " " } }, { statuses: { sale: " " } }]) {
    assertEquals(problems(wrong).length, 1);
  }
});

Deno.test("mapOptions gives the same when it is parsed again", () => {
  const options = {
    store: { "3": "harbour" },
    timezone: "Europe/Stockholm",
    currencies: ["SEK"],
    statuses: { sale: "valid" },
    set: { channel: "'till'" },
    unset: ["store"],
  };
  const once = mapOptions.parse(options);
  assertEquals(mapOptions.parse(once), once);
});

Deno.test("mapOptions points at the expression that is wrong, and says what to write", () => {
  const found = (text: string): string[] => problems({ set: { status: text } });
  assertEquals(found("complete"), [
    "set.status: Expected fields of the Sitoo order\n" +
    "A Sitoo order has no field complete; for text write 'complete' in quotes",
  ]);
  assertEquals(found("'complete'"), []);
  for (const text of ["$now()", "$millis()", "$random()"]) {
    const [problem = ""] = found(text);
    assert(problem.includes("is refused"), problem);
  }
  const [broken = ""] = found("orderid +");
  assert(broken.startsWith("set.status: Expected a JSONata expression\n"), broken);
  const [personal = ""] = found("personalid");
  assert(personal.includes("has no field personalid"), personal);
});

Deno.test("mapOptions knows which paths can be set and left out", () => {
  const set = (path: string): boolean => problems({ set: { [path]: "'x'" } }).length === 0;
  const unset = (path: string): boolean => problems({ unset: [path] }).length === 0;
  const cases: [string, boolean, boolean][] = [
    ["channel", true, false],
    ["store", true, true],
    ["properties", false, true],
    ["properties.anything", true, true],
    ["properties.", false, false],
    ["properties.a.b", false, false],
    ["customer", false, true],
    ["customer.id", true, true],
    ["customer.email", false, true],
    ["customer.phone", false, false],
    ["id", false, false],
    ["@type", false, false],
    ["lineitems", false, false],
    ["lineitems.sku", false, true],
    ["lineitems.total", false, false],
    ["lineitems.properties.unit", false, true],
    ["grandtotal", false, false],
    ["shipping_address", false, true],
    ["billing_address", false, true],
    ["lineitems.quantity", false, false],
    ["lineitems.quantity.unit", false, false],
    ["lineitems.properties.", false, false],
    ["lineitems.properties.a.b", false, false],
    ...["web_id", "discount", "coupon_code", "payment_method", "shipping_method"].map(both),
    ...["customer.firstname", "customer.lastname"].map(both),
    ...["city", "state", "postcode", "country_code"].flatMap((field) =>
      [`shipping_address.${field}`, `billing_address.${field}`].map(both)
    ),
    ...["timestamp", "status", "is_valid", "currency", "grand_total", "subtotal", "tax", "shipping"]
      .map((path): [string, boolean, boolean] => [path, true, false]),
    ...["variant_id", "discount", "variant_options", "properties"]
      .map((field): [string, boolean, boolean] => [`lineitems.${field}`, false, true]),
    ["constructor", false, false],
    ["constructor.name", false, false],
    ["", false, false],
  ];
  for (const [path, canSet, canUnset] of cases) {
    assertEquals([set(path), unset(path)], [canSet, canUnset], path);
  }

  function both(path: string): [string, boolean, boolean] {
    return [path, true, true];
  }
});

Deno.test("mapOptions says of an order's own fields that they stay", () => {
  for (const field of ["id", "@type"]) {
    assertEquals(
      setPathProblem(field),
      `Expected a field other than ${field}\nAn order keeps its id; see the stage namespace`,
    );
  }
  for (const path of ["id", "@type", "lineitems", "status"]) {
    assertEquals(problems({ unset: [path] }), [
      "unset.0: Expected a field that an order can do without",
    ]);
  }
});

Deno.test("mapOptions points at the wrong path, beside what is wrong with an expression", () => {
  const both = mapOptions.safeParse({ set: { id: "'x'", status: "complete" } });
  assertEquals(both.error?.issues.map(({ path, code }) => [path.join("."), code]), [
    ["set.id", "invalid_key"],
    ["set.status", "custom"],
  ]);
  assertEquals(problems({ unset: ["store", "status"] }), [
    "unset.1: Expected a field that an order can do without",
  ]);
});

Deno.test("mapOptions refuses what is no currency, address or store table", () => {
  assertEquals(problems({ currencies: ["sek"] }).length, 1);
  assertEquals(problems({ currencies: [] }).length, 1);
  assertEquals(problems({ exclude_emails: ["*"] }).length, 1);
  assertEquals(problems({ exclude_emails: ["*@example.com", "till@example.com"] }), []);
  assertEquals(problems({ store: { harbour: "3" } }).length, 1);
  assertEquals(problems({ store: "storename" }).length, 1);
  assertEquals(problems({ customer_id: "cmr" }).length, 1);
  assertEquals(problems({ chanel: "in store" }).length, 1);
});
