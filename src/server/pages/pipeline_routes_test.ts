import { loadDefinition } from "../../definition/load.ts";
import { Secret } from "../../definition/secret.ts";
import { registry } from "../../stages/registry.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { systemClock } from "../../time/clock.ts";
import { composePipelines } from "../compose.ts";
import { fakePipeline, testApp } from "../testing.ts";
import { openPages } from "./testing.ts";

const HOST = { headers: { host: "localhost:8000" } };
const LOCAL = { peer: "127.0.0.1" };

Deno.test("GET /pipelines/:pipeline shows the webhook address that Sitoo needs", async () => {
  const publicUrl = "https://till.example.com";
  const near = await testApp().app.request("/pipelines/till", HOST, LOCAL);
  assertStringIncludes(await near.text(), "http://localhost/hooks/till");
  const { app } = testApp({ operator: { publicUrl, password: new Secret("word") } });
  const headers = { authorization: "Bearer word" };
  const far = await app.request("/pipelines/till", { headers });
  assertStringIncludes(await far.text(), `${publicUrl}/hooks/till`);
});

Deno.test("GET /pipelines/:pipeline says that a pipeline without a webhook takes none", async () => {
  const { app } = testApp({ pipelines: [fakePipeline({ webhook: false })] });
  const response = await app.request("/pipelines/till", HOST, LOCAL);
  assertStringIncludes(await response.text(), "takes no webhook events");
});

Deno.test("GET /pipelines/:pipeline answers 404 for a pipeline that is not there", async () => {
  const { app } = testApp();
  assertEquals((await app.request("/pipelines/other", HOST, LOCAL)).status, 404);
});

Deno.test("GET /pipelines/:pipeline shows the file with its warnings, and no secret of it", async () => {
  const text = [
    "version: 1",
    "connections:",
    "  ometria: { api_key: literal-key }",
    "  sitoo: { account_url: https://api.mysitoo.com/v2/accounts/4711 }",
    "note: pass-in-an-odd-place",
  ].join("\n");
  await using store = await openMemoryStore();
  const loaded = loadDefinition({ file: "pipeline.yaml", text: await shipped() }, {
    catalog: registry,
    env: (name) => environment[name],
    now: 0,
    allowInsecureHosts: false,
  });
  assert(loaded.definition !== undefined);
  const [context] = await composePipelines([{
    definition: loaded.definition,
    url: new URL("file:///pipeline.yaml"),
    source: {
      file: "pipeline.yaml",
      text,
      diagnostics: [{
        code: "literal-secret",
        severity: "warning",
        message: "The key is written into the file",
        file: "pipeline.yaml",
        span: { line: 3, column: 24, length: 11 },
      }],
    },
  }], { store, secret: "s", clock: systemClock, random: () => 0.5, hide: () => {} });
  assert(context !== undefined);
  const { app } = testApp({ pipelines: [context] });
  const html = await (await app.request("/pipelines/sitoo-to-ometria", HOST, LOCAL)).text();
  assertStringIncludes(html, "The key is written into the file");
  assertStringIncludes(html, "api_key: ***********");
  for (const secret of ["literal-key", "pass-in-an-odd-place", "sitoo-secret"]) {
    assert(!html.includes(secret), secret);
  }
  for (const stage of ["map", "namespace", "sku-match", "opt-in", "ometria-orders"]) {
    assertStringIncludes(html, `>${stage}</text>`);
  }
});

Deno.test("GET /pipelines/:pipeline lists events that could not be used", async () => {
  await using pages = await openPages();
  assert(!(await pages.html("/pipelines/till")).includes("could not be used"));
  const at = pages.clock.now();
  await pages.store.arrive({
    pointers: [],
    receipts: [],
    quarantine: [{ at, reason: "unknown-event", hash: "h", eventId: "e-77", orderId: 50211 }],
  });
  const html = await pages.html("/pipelines/till");
  for (const text of ["could not be used", "unknown-event", "e-77", "50211"]) {
    assertStringIncludes(html, text);
  }
});

Deno.test("pages about a pipeline lead to the same page of the others", async () => {
  const pipelines = [fakePipeline(), fakePipeline({ name: "outlet" })];
  const { app } = testApp({ pipelines });
  const html = await (await app.request("/pipelines/outlet/dead", HOST, LOCAL)).text();
  assertStringIncludes(html, '<a href="/pipelines/till/dead">till</a>');
  assertStringIncludes(html, '<a href="/pipelines/outlet/dead" aria-current="true">outlet</a>');
  assertStringIncludes(html, 'href="/pipelines/outlet/backfill"');
});

function shipped(): Promise<string> {
  return Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));
}

const environment: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-1",
  SITOO_API_KEY: "sitoo-secret",
  OMETRIA_API_KEY: "ometria-secret",
  WEBHOOK_USERNAME: "till",
  WEBHOOK_PASSWORD: "pass-in-an-odd-place",
};
