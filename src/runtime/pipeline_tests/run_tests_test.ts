import { assert, assertEquals, assertRejects } from "../../std/assert.ts";
import { renderResults } from "./render.ts";
import { runPipelineTests, type TestsReport } from "./run_tests.ts";

const pipeline = `version: 1
name: shop
connections:
  sitoo: { account_url: "\${SITOO_ACCOUNT_URL}", api_id: a, api_key: "\${SITOO_API_KEY}" }
  ometria: { api_key: "\${OMETRIA_API_KEY}" }
sources:
  - use: sitoo-webhook
    with: { username: "\${WEBHOOK_USERNAME}", password: "\${WEBHOOK_PASSWORD}" }
transforms:
  - use: map
  - use: namespace
    with: { value: till }
sinks:
  - use: ometria-orders
alerts:
  url: \${ALERT_URL}
`;

const order = {
  orderid: 1,
  eshopid: 2,
  email: "",
  moneyfinal_net: "80.00",
  moneyfinal_vat: "20.00",
  moneytotal_gross_all: "100.00",
  orderdate: 1757166130,
  orderstateid: 10,
  ordertypeid: 10,
  registerid: "till",
  currencycode: "SEK",
  orderitems: [{
    orderitemtype: 10,
    sku: "A",
    quantity: 1,
    moneyitemtotal_net: "80.00",
    moneyitemtotal_vat: "20.00",
  }],
};

const sale = JSON.stringify(order);

interface Given {
  readonly pipeline?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function run(tests: string, given: Given = {}): Promise<TestsReport> {
  return runPipelineTests(
    {
      pipeline: {
        file: "shop.yaml",
        text: given.pipeline ?? pipeline,
        url: new URL("file:///somewhere/shop.yaml"),
      },
      tests: tests === "" ? [] : [{
        file: "shop_test.yaml",
        text: tests,
        url: new URL("file:///somewhere/shop_test.yaml"),
      }],
    },
    {
      env: (name) => given.env?.[name],
      readFile: (url) => {
        const text = given.files?.[url.pathname];
        return text === undefined
          ? Promise.reject(new Deno.errors.NotFound())
          : Promise.resolve(text);
      },
    },
    given.signal ?? new AbortController().signal,
  );
}

async function errorOf(tests: string, given: Given = {}): Promise<string | undefined> {
  const { results } = await run(tests, given);
  assertEquals(results.length, 1);
  return results[0]?.error;
}

Deno.test("runPipelineTests() needs no connection, no credential and no variable for them", async () => {
  const report = await run(
    `order: ${sale}\nexpect: { matches: { id: till-1, grand_total: 100 } }\n`,
  );
  assertEquals(report.diagnostics, []);
  assertEquals(report.results.map(({ name, ok, error }) => [name, ok, error]), [
    ["shop test", true, undefined],
  ]);
  assert(report.ok);
  assertEquals(report.updated.size, 0);
});

Deno.test("runPipelineTests() runs what stands under tests: of the pipeline, too", async () => {
  const own = `tests:\n  - name: own\n    order: ${sale}\n    expect: { skipped: parked }\n`;
  const report = await run("", { pipeline: pipeline + own });
  assertEquals(report.results.map(({ name, file, ok }) => [name, file, ok]), [
    ["own", "shop.yaml", false],
  ]);
  assertEquals(report.ok, false);
  assertEquals(report.updated.get("shop.yaml")?.startsWith(pipeline), true);
});

Deno.test("runPipelineTests() shows field by field what differs, and what the file would have to say", async () => {
  const tests = `order: ${sale}\nexpect:\n  matches: { grand_total: 99, tax: 20 } # sum\n`;
  const report = await run(tests);
  assertEquals(
    renderResults(report.results, { color: false }),
    "FAILED shop test shop_test.yaml:1\n    matches.grand_total\n      expected 99\n" +
      "      actual   100\n1 of 1 test failed",
  );
  const updated = report.updated.get("shop_test.yaml") ?? "";
  assertEquals(updated, tests.replace("99", "100"));
  assertEquals((await run(updated)).ok, true);
});

Deno.test("runPipelineTests() says in which step something differs", async () => {
  const parked = JSON.stringify({ ...order, ordertypeid: 110 });
  const report = await run(
    `steps:\n  - order: ${parked}\n    expect: { skipped: booking }\n  - order: ${sale}\n` +
      "expect: { matches: {}, pushes: 2 }\n",
  );
  assertEquals(
    report.results[0]?.failures.map(({ at, differences }) => [at, differences]),
    [
      [["steps", 0, "expect"], [{ path: ["skipped"], expected: "booking", actual: "parked" }]],
      [["expect"], [{ path: ["pushes"], expected: 2, actual: 1 }]],
    ],
  );
  assert(renderResults(report.results, { color: false }).includes("    step 1: skipped\n"));
});

Deno.test("runPipelineTests() reads orders from files beside the test", async () => {
  const list = JSON.stringify({ totalcount: 1, items: [order] });
  const tests = "order: { file: ./orders/one.json }\nexpect: { matches: { grand_total: 100 } }\n";
  const files = { "/somewhere/orders/one.json": list };
  assertEquals((await run(tests, { files })).ok, true);
  assertEquals(await errorOf(tests), "A file that the test names is not there");
  assertEquals(
    await errorOf(tests, { files: { "/somewhere/orders/one.json": "{" } }),
    'Cannot read "./orders/one.json": it is no JSON',
  );
  assertEquals(
    await errorOf(tests, { files: { "/somewhere/orders/one.json": "[7]" } }),
    'Cannot read "./orders/one.json": it holds no orders',
  );
});

Deno.test("runPipelineTests() changes options and transforms for one test alone", async () => {
  const tests = `tests:
  - options: { namespace: { value: shop } }
    order: ${sale}
    expect: { matches: { id: shop-1 } }
  - transforms: [{ use: map }]
    order: ${sale}
    expect: { matches: { id: "1" } }
  - order: ${sale}
    expect: { matches: { id: till-1 } }
`;
  assertEquals((await run(tests)).results.map(({ ok }) => ok), [true, true, true]);
});

Deno.test("runPipelineTests() says why a test cannot be run", async () => {
  const expect = "expect: { skipped: parked }\n";
  assertEquals(
    await errorOf(`options: { opt-in: { enabled: true } }\norder: ${sale}\n${expect}`),
    'Cannot change options of "opt-in": the pipeline has no such stage',
  );
  assertEquals(
    await errorOf(`options: { map: { chanel: x } }\norder: ${sale}\n${expect}`),
    'Cannot use the pipeline shop.yaml: Unknown key "chanel" in the options of "map"',
  );
  assertEquals(
    await errorOf(`order: { eshopid: 2 }\n${expect}`),
    "Cannot use an order of this test: it has no orderid",
  );
});

Deno.test("runPipelineTests() runs nothing of a pipeline that is not valid", async () => {
  const broken = pipeline.replace("value: till", "valu: till");
  const report = await run(`order: ${sale}\nexpect: { matches: {} }\n`, { pipeline: broken });
  assertEquals([report.ok, report.results.length], [false, 0]);
  assertEquals(report.diagnostics.map(({ code }) => code), ["unknown-key"]);
});

Deno.test("runPipelineTests() fills in the variables that options name", async () => {
  const named = pipeline.replace("value: till", 'value: "${SHOP}"');
  const tests = `order: ${sale}\nexpect: { matches: { id: north-1 } }\n`;
  assertEquals((await run(tests, { pipeline: named, env: { SHOP: "north" } })).ok, true);
  const missing = await run(tests, { pipeline: named });
  assertEquals(missing.diagnostics.map(({ code }) => code), ["missing-variable"]);
});

Deno.test("runPipelineTests() ends when it is told to", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(
    () => run(`order: ${sale}\nexpect: { matches: {} }\n`, { signal }),
    Error,
    "enough",
  );
});

Deno.test("renderResults() counts, and names what holds when asked to", async () => {
  const { results } = await run(`name: fine\norder: ${sale}\nexpect: { matches: {} }\n`);
  assertEquals(renderResults(results, { color: false }), "1 test passed");
  assertEquals(
    renderResults(results, { color: false, all: true }),
    "ok fine shop_test.yaml:1\n1 test passed",
  );
});
