import {
  compilePipeline,
  createServer,
  definePipeline,
  type Pipeline,
  PipelineError,
  type PipelineInput,
  RefusalError,
  runBatch,
} from "../mod.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../src/std/assert.ts";
import { encodeBase64 } from "../src/std/encoding.ts";
import { toFileUrl } from "../src/std/path.ts";
import { eventually, root } from "./support/system.ts";

// Everything of Tillpipe's own comes from mod.ts: what a program can do that knows nothing else of it.

function inputFor({ sitoo, ometria }: Sandbox, account = "default"): PipelineInput {
  return {
    version: 1,
    name: "till",
    connections: {
      sitoo: {
        account_url: sitoo.accountUrl,
        api_id: sitoo.apiId,
        api_key: sitoo.apiKey,
        gap: "0ms",
      },
      ometria: {
        account,
        api_url: ometria.apiUrl,
        api_key: ometria.apiKey,
        push_rate: "off",
        read_rate: "off",
      },
    },
    sources: [
      {
        use: "sitoo-webhook",
        with: { username: "till", password: "hook-password", linger: "0ms" },
      },
      { use: "sitoo-history", with: { start_date: "2000-01-01", min_age: "0ms" } },
    ],
    transforms: [{ use: "map" }, { use: "namespace", with: { value: "till" } }],
    sinks: [{ use: "ometria-orders", with: { settle: "0ms" } }],
  };
}

function pipelineFor(sandbox: Sandbox): Pipeline {
  return definePipeline(inputFor(sandbox), { allowInsecureHosts: true });
}

Deno.test("a program brings history and serves webhooks with mod.ts alone", async () => {
  await using sandbox = await startSandbox({ orders: 60, seed: 11 });
  const folder = await Deno.makeTempDir();
  const store = `${folder}/store.sqlite3`;
  try {
    const pipeline = pipelineFor(sandbox);
    const seen: number[] = [];
    const run = await runBatch(pipeline, { store, onProgress: ({ read }) => seen.push(read) });
    assertEquals([run.state, run.total, run.dead], ["done", 60, 0]);
    assertEquals(run.read, run.delivered + run.unchanged + run.linked + run.skipped + run.waiting);
    assert(run.delivered > 20 && seen.length > 0);
    assertEquals(sandbox.truth.compare().examples, []);

    const again = await runBatch(pipeline, { store, restart: true });
    assertEquals([again.delivered, again.unchanged], [0, run.delivered + run.unchanged]);

    await using server = await createServer([pipeline], { store });
    const url = server.listen({ port: 0 });
    server.start();
    const sold = sandbox.sitoo.sell();
    assertEquals(await post(url, sold, sandbox), 200);
    await eventually(
      () => sandbox.ometria.orders.has(`till-${sold}`),
      10_000,
      "the order is at Ometria",
    );
    const { till } = await server.status();
    assertEquals([till?.dead, till?.delivered], [0, run.delivered + 1]);
    assertEquals((await server.fetch(new Request("http://till.test/healthz"))).status, 200);
    await server.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a program learns how many lines Ometria's catalogue knows, over a restart too", async () => {
  await using sandbox = await startSandbox({ orders: 40, seed: 7 });
  const folder = await Deno.makeTempDir();
  const store = `${folder}/store.sqlite3`;
  try {
    const input = inputFor(sandbox);
    const catalogue = { use: "sku-match", with: { by: "catalogue" } };
    const pipeline = definePipeline({
      ...input,
      transforms: [...input.transforms ?? [], catalogue],
    }, { allowInsecureHosts: true });
    const run = await runBatch(pipeline, { store });
    assertEquals([run.state, run.dead], ["done", 0]);
    await using server = await createServer([pipeline], { store });
    const { till } = await server.status();
    const products = till?.products;
    assert(products !== null && products !== undefined);
    assert(products.matched + products.missed >= run.delivered, JSON.stringify(products));
    assertEquals(products.unmatched.length > 0, products.missed > 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a program sees what the stages make of an order, and nothing is sent", async () => {
  await using sandbox = await startSandbox({ orders: 10, seed: 3 });
  const sold = sandbox.sitoo.sell();
  await using compiled = await compilePipeline(pipelineFor(sandbox));
  const { accountUrl, apiId, apiKey } = sandbox.sitoo;
  const response = await fetch(`${accountUrl}/sites/1/orders/${sold}.json`, {
    headers: { authorization: `Basic ${encodeBase64(`${apiId}:${apiKey}`)}` },
  });
  const [outcome] = await compiled.apply([await response.json()]);
  assert(outcome?.kind === "record", JSON.stringify(outcome));
  assertEquals([outcome.orderId, outcome.mapped.order.id], [sold, `till-${sold}`]);
  assert(!sandbox.ometria.orders.has(`till-${sold}`));
});

Deno.test("a program learns from errors of their own what was wrong", async () => {
  await using sandbox = await startSandbox({ orders: 5, seed: 3 });
  assertThrows(() => definePipeline(inputFor(sandbox)), PipelineError, "account_url");
  const input = inputFor(sandbox);
  const live = definePipeline({ ...input, sources: input.sources.slice(0, 1) }, {
    allowInsecureHosts: true,
  });
  const refusal = await assertRejects(() => runBatch(live, { store: ":memory:" }), RefusalError);
  assert(refusal.remedy.length > 0);
});

Deno.test("every example of mod.ts runs, and exports what it shows", async () => {
  const source = await Deno.readTextFile(new URL("mod.ts", root));
  const examples = [...source.matchAll(/^ \* ```ts\n([^]*?)^ \* ```$/gm)].map(([, code = ""]) =>
    code.replaceAll(/^ \* ?/gm, "").replaceAll("@tillpipe/tillpipe", new URL("mod.ts", root).href)
  );
  assert(examples.length >= 4, "mod.ts shows too little");
  const folder = await Deno.makeTempDir();
  try {
    for (const [index, code] of examples.entries()) {
      const file = `${folder}/example_${index}.ts`;
      await Deno.writeTextFile(file, code);
      const module: unknown = await import(toFileUrl(file).href);
      assert(typeof module === "object" && module !== null);
      assert(Object.values(module).some((value) => value !== undefined), code);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function post(url: string, orderId: number, { sitoo }: Sandbox): Promise<number> {
  const response = await fetch(`${url}/hooks/till/events`, {
    method: "POST",
    headers: { authorization: `Basic ${encodeBase64("till:hook-password")}` },
    body: JSON.stringify([{
      event_id: crypto.randomUUID(),
      event_type: "order",
      event_date: Math.floor(Date.now() / 1000),
      account_id: Number(sitoo.accountId),
      data: { eshop_id: 2, order_id: orderId, order_event_type: "add" },
    }]),
  });
  await response.body?.cancel();
  return response.status;
}
