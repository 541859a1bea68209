import { raw, take, worldOf } from "../../runtime/desk/testing.ts";
import type { TestWorld } from "../../runtime/pipeline_tests/test_world.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import type { ServedPipeline } from "../environment.ts";
import { type TestApp, testApp } from "../testing.ts";
import { ReconcileRuns } from "./reconcile_runs.ts";

const day = "2025-03-01";
const asked = { from: day, to: day };

/** A pipeline whose Sitoo answers its first page of heads only when told to, or never once aborted. */
function gated({ context }: Pick<TestWorld, "context">): {
  readonly served: ServedPipeline;
  readonly reached: Promise<void>;
  readonly open: () => void;
} {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { sitoo } = context;
  const served: ServedPipeline = {
    ...context,
    sitoo: {
      ...sitoo,
      readHeads: async (query, signal) => {
        reached.resolve();
        const aborted = Promise.withResolvers<never>();
        signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
        await Promise.race([gate.promise, aborted.promise]);
        return await sitoo.readHeads(query, signal);
      },
    },
  };
  return { served, reached: reached.promise, open: gate.resolve };
}

interface Fixture {
  readonly clock: ManualClock;
  readonly stopping: AbortController;
  readonly runs: ReconcileRuns;
}

function fixture(deploy = false): Fixture {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const runs = new ReconcileRuns({ clock, stopping: stopping.signal, operator: { deploy } });
  return { clock, stopping, runs };
}

Deno.test("a comparison goes on when its request has ended, and keeps what came of it", async () => {
  await using world = await worldOf();
  await take(world, raw(50211));
  const { served, reached, open } = gated(world);
  const { clock, runs } = fixture();
  const begun = runs.start(served, asked);
  await reached;
  await clock.advance(5_000);
  const run = await begun;
  assert(!("reason" in run));
  assertEquals([run.report, run.refused, run.estimate?.from], [undefined, undefined, day]);
  const again = await runs.start(served, {});
  assert("reason" in again && again.reason.includes("under way"));
  const mark = runs.mark();
  open();
  const { name } = served.pipeline.definition;
  const isThrough = (): boolean => runs.current(name)?.report !== undefined;
  for (let looks = 0; looks < 2_000 && !isThrough(); looks++) {
    await new Promise((next) => setTimeout(next, 1));
  }
  assert(runs.mark() !== mark);
  assertEquals(runs.current(name)?.report?.from, day);
});

Deno.test("a comparison can be cancelled, and another one begun", async () => {
  await using world = await worldOf();
  const { served, reached, open } = gated(world);
  const { runs } = fixture();
  const { name } = served.pipeline.definition;
  assertEquals(await runs.cancel(name), false);
  const begun = runs.start(served, asked);
  await reached;
  assertEquals(await runs.cancel(name), true);
  const run = await begun;
  assert(!("reason" in run));
  assertEquals(run.refused?.reason, "The comparison was cancelled");
  open();
  const next = await runs.start(served, asked);
  assert("report" in next);
});

Deno.test("a comparison ends with the server", async () => {
  await using world = await worldOf();
  const { served, reached } = gated(world);
  const { runs, stopping } = fixture();
  const begun = runs.start(served, asked);
  await reached;
  stopping.abort();
  const run = await begun;
  assert("refused" in run);
  assertEquals(run.refused?.reason, "The server was stopped");
});

Deno.test("a comparison on Deno Deploy ends with its request", async () => {
  await using world = await worldOf();
  const { served, reached } = gated(world);
  const { clock, runs } = fixture(true);
  const begun = runs.start(served, asked);
  await reached;
  await clock.advance(45_000);
  const run = await begun;
  assert("refused" in run);
  assertStringIncludes(run.refused?.reason ?? "", "Deno Deploy");
});

function ask(
  { app }: TestApp,
  path: string,
  { form, json = false }: { readonly form?: Record<string, string>; readonly json?: boolean } = {},
): Response | Promise<Response> {
  return app.request(path, {
    headers: {
      host: "localhost:8000",
      origin: "http://localhost:8000",
      ...(json ? { accept: "application/json" } : {}),
    },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  }, { peer: "127.0.0.1" });
}

Deno.test("the page shows how far a comparison is, cancels it, and tells programs too", async () => {
  await using world = await worldOf();
  const { served, reached } = gated(world);
  const test = testApp({ pipelines: [served] });
  const path = `/pipelines/${served.pipeline.definition.name}/reconcile`;
  assertEquals((await ask(test, path, { json: true })).status, 404);
  const begun = ask(test, path, { form: asked });
  await reached;
  await test.clock.advance(5_000);
  const answer = await begun;
  assertEquals([answer.status, answer.headers.get("location")], [303, path]);
  const page = await (await ask(test, path)).text();
  assertStringIncludes(page, `Comparing ${day}`);
  assertStringIncludes(page, `action="${path}/cancel"`);
  assertStringIncludes(page, "operator.js");
  assertEquals((await ask(test, path, { json: true })).status, 202);
  assertEquals((await ask(test, path, { form: asked })).status, 409);
  assertEquals((await ask(test, `${path}/cancel`, { form: {} })).status, 303);
  assertStringIncludes(await (await ask(test, path)).text(), "The comparison was cancelled");
  assertEquals((await ask(test, path, { json: true })).status, 409);
});
