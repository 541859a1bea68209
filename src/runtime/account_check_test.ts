import { Secret } from "../definition/secret.ts";
import { testDefinition } from "../definition/testing.ts";
import { deliveredRow } from "../engine/testing.ts";
import { ApiError } from "../http/error.ts";
import { createMemoryOmetria } from "../ometria/memory.ts";
import type { MemoryOmetria } from "../ometria/memory.ts";
import { assertEquals, assertRejects } from "../std/assert.ts";
import { emptyCommit, type PipelineStore } from "../store/store.ts";
import { openMemoryStore } from "../store/testing.ts";
import { checkAccount } from "./account_check.ts";
import type { PipelineContext } from "./context.ts";
import { RefusalError } from "./refusal.ts";
import { emptyPipeline, testContext } from "./testing.ts";

const signal = new AbortController().signal;
const strict = { acceptNewIds: false };

/** A context with another key, or with ids that depend on something else. */
function contextWith(
  { store, ometria, key = "first", ids = "till-" }: {
    readonly store: PipelineStore;
    readonly ometria: MemoryOmetria;
    readonly key?: string;
    readonly ids?: string;
  },
): PipelineContext {
  const { connections } = testDefinition();
  const definition = testDefinition({
    connections: { ...connections, ometria: { ...connections.ometria, apiKey: new Secret(key) } },
  });
  const transform = { ...emptyPipeline.transform, ids };
  return testContext({ store, ometria, pipeline: { ...emptyPipeline, definition, transform } });
}

async function deliver(store: PipelineStore, orderId: number): Promise<void> {
  const hold = await store.acquireLane("test", "f");
  if (hold === undefined) throw new Error("The lane is taken");
  const row = deliveredRow(orderId, { sentId: `till-${orderId}` });
  await store.commit(hold, { ...emptyCommit, ledger: [row] });
  await store.releaseLane(hold);
}

Deno.test("checkAccount() lets a new label and an unchanged one pass", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const context = contextWith({ store, ometria: createMemoryOmetria() });
  await checkAccount(context, strict, signal);
  await deliver(store, 1);
  await checkAccount(context, strict, signal);
});

Deno.test("checkAccount() takes a new key for a rotation when a delivered order is there", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const ometria = createMemoryOmetria();
  await checkAccount(contextWith({ store, ometria }), strict, signal);
  await deliver(store, 1);
  const stored = { grand_total: 1, lines: 1, quantityRefunded: 0, refunded: 0 };
  ometria.stored.set("till-1", { id: "till-1", ...stored });
  await checkAccount(contextWith({ store, ometria, key: "second" }), strict, signal);
  assertEquals((await store.account())?.keys.length, 2);
});

Deno.test("checkAccount() refuses a key that opens another account", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const ometria = createMemoryOmetria();
  await checkAccount(contextWith({ store, ometria }), strict, signal);
  await deliver(store, 1);
  const other = contextWith({ store, ometria, key: "second" });
  await assertRejects(() => checkAccount(other, strict, signal), RefusalError, "None of the last");
});

Deno.test("checkAccount() asks again at the next start when Ometria cannot be asked", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const ometria = createMemoryOmetria();
  await checkAccount(contextWith({ store, ometria }), strict, signal);
  await deliver(store, 1);
  const failure = { api: "ometria", kind: "unavailable", reached: true } as const;
  ometria.failNext(new ApiError("Ometria is not there", failure));
  const other = contextWith({ store, ometria, key: "second" });
  await checkAccount(other, strict, signal);
  assertEquals((await store.account())?.keys.length, 1);
  await assertRejects(() => checkAccount(other, strict, signal), RefusalError);
});

Deno.test("checkAccount() refuses new ids unless they are accepted, and then once only", async () => {
  await using installation = await openMemoryStore();
  const store = installation.pipeline("test", "default");
  const ometria = createMemoryOmetria();
  await checkAccount(contextWith({ store, ometria }), strict, signal);
  await deliver(store, 1);
  const renamed = contextWith({ store, ometria, ids: "shop-" });
  await assertRejects(() => checkAccount(renamed, strict, signal), RefusalError, "new id");
  await checkAccount(renamed, { acceptNewIds: true }, signal);
  await checkAccount(renamed, strict, signal);
});
