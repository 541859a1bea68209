import { startSandbox } from "../../sandbox/mod.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { systemClock } from "../../time/clock.ts";
import { sandboxAnswers } from "./running_sandbox.ts";
import { suggestSkuMatch } from "./suggest.ts";
import { tryKey } from "./try_key.ts";

const tools = { clock: systemClock, signal: new AbortController().signal };

async function onSandbox(
  test: (given: Map<string, string>) => Promise<void>,
  orders = 12,
): Promise<void> {
  await using sandbox = await startSandbox({ orders, seed: 3 });
  const { sitoo, ometria } = sandbox;
  await test(
    new Map([
      ["sitoo-account-url", sitoo.accountUrl],
      ["sitoo-api-id", sitoo.apiId],
      ["sitoo-api-key", sitoo.apiKey],
      ["ometria-api-url", ometria.apiUrl],
      ["ometria-api-key", ometria.apiKey],
    ]),
  );
}

Deno.test("suggestSkuMatch() names the way that finds the products of the latest orders", () =>
  onSandbox(async (given) => {
    const suggestion = await suggestSkuMatch(given, tools);
    assertEquals(suggestion?.answer, "catalogue");
    assertStringIncludes(suggestion?.reason ?? "", "sku 0 of");
  }));

Deno.test("suggestSkuMatch() suggests nothing where there is no order, or no way in", async () => {
  await onSandbox(async (given) => {
    assertEquals(await suggestSkuMatch(given, tools), undefined);
  }, 0);
  await onSandbox(async (given) => {
    given.set("sitoo-api-key", "another");
    assertEquals(await suggestSkuMatch(given, tools), undefined);
  });
  assertEquals(await suggestSkuMatch(new Map(), tools), undefined);
});

Deno.test("tryKey() tries each key at its own API, and an email key only if there is one", () =>
  onSandbox(async (given) => {
    assertEquals((await tryKey("sitoo", given, tools))?.level, "ok");
    assertEquals((await tryKey("ometria", given, tools))?.level, "ok");
    assertEquals(await tryKey("ometriaEmail", given, tools), undefined);
    given.set("ometria-email-api-key", "another");
    assertEquals((await tryKey("ometriaEmail", given, tools))?.level, "fail");
  }));

Deno.test("sandboxAnswers() ends with the reason when it is stopped", async () => {
  const reason = new DOMException("enough", "AbortError");
  const error = await sandboxAnswers(AbortSignal.abort(reason)).catch((thrown) => thrown);
  assertEquals(error, reason);
});
