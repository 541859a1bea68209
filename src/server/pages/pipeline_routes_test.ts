import { Secret } from "../../definition/secret.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { fakePipeline, testApp } from "../testing.ts";

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
