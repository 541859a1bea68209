import { resolveFrom } from "../../definition/module_url.ts";
import { parsePipelineTests } from "../../definition/pipeline_tests.ts";
import { fieldsToRead } from "../../engine/compile.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { registry } from "../../stages/registry.ts";
import type { PipelineContext } from "../context.ts";
import { fieldText } from "../desk/changes.ts";
import { collectActual } from "../pipeline_tests/actual.ts";
import { placedAt, type RawOrder } from "../pipeline_tests/raw_orders.ts";
import {
  runPipelineTests,
  type RunTestsOptions,
  type TestSource,
} from "../pipeline_tests/run_tests.ts";
import { testDefinition } from "../pipeline_tests/test_definition.ts";
import { TestWorld } from "../pipeline_tests/test_world.ts";
import { RefusalError } from "../refusal.ts";
import { anonymise } from "./anonymise.ts";
import { type CaseTree, newTestsFile } from "./append.ts";
import { expectationOf } from "./expected.ts";
import { gatherOrders } from "./gather.ts";
import { leanOrder } from "./lean.ts";
import { readPlacesOf } from "./places.ts";
import { type OrderPair, readSurroundings } from "./surroundings.ts";

/** Options of {@linkcode recordOrder}. */
export interface RecordOptions {
  readonly orderId: number;
  /** The name of the case. @default made from the order's id and end */
  readonly name?: string;
  /** The file that the tests will belong to. */
  readonly pipeline: TestSource;
  /** As tests see it. */
  readonly env: RunTestsOptions["env"];
}

/** A real order as a test. */
export interface RecordedCase {
  readonly name: string;
  readonly test: CaseTree;
  /** Sitoo's ids of the orders in it. */
  readonly orders: readonly number[];
  /** Fields whose values are made up. */
  readonly replaced: readonly string[];
  /** Fields that were left out, as nothing is known of them. */
  readonly dropped: readonly string[];
}

/**
 * Turns a real order, with the sale or the refunds that belong to it, into a test of the pipeline in which
 * everybody is made up. What the test expects is what the pipeline makes of it now. Throws `ApiError`, and
 * `RefusalError` with the remedy.
 */
export async function recordOrder(
  context: PipelineContext,
  options: RecordOptions,
  signal: AbortSignal,
): Promise<RecordedCase> {
  const real = await gatherOrders(context, options.orderId, signal);
  const places = await readPlacesOf(context, real, signal);
  const fields = fieldsToRead(context.pipeline.definition, registry);
  const { orders, replaced, dropped } = anonymise(real.map((order) => ({ ...order })));
  const lean = orders.map((order) => leanOrder(order, fields));
  const pairs = real.flatMap((order, index): OrderPair[] => {
    const madeUp = lean[index];
    return madeUp === undefined ? [] : [{ real: order, madeUp }];
  });
  const surroundings = await readSurroundings(context, pairs, signal);
  const [row] = (await context.store.ledger([options.orderId])).values();
  const steps = stepsOf(lean, real, { wasDelivered: row?.acceptedAt !== undefined });
  const name = options.name ?? `Order ${options.orderId}`;
  const [only] = steps;
  const given = {
    name,
    why: `Recorded from order ${options.orderId}; everybody in it is made up`,
    ...(Object.keys(places).length === 0 ? {} : { sitoo: places }),
    ...surroundings,
    ...(steps.length === 1 && only !== undefined
      ? { order: only }
      : { steps: steps.map((order) => ({ order })) }),
  };
  const test = { ...given, expect: await play(given, options, signal) };
  await expectToHold(test, options, signal);
  return { name, test, orders: real.map((order) => order.orderid), replaced, dropped };
}

/** The orders as they came in. One that was cancelled after it had been delivered comes twice. */
function stepsOf(
  lean: readonly RawOrder[],
  real: readonly SitooOrder[],
  { wasDelivered }: { readonly wasDelivered: boolean },
): readonly RawOrder[] {
  const only = real.length === 1 ? real[0] : undefined;
  const [order] = lean;
  if (only?.orderstateid === 20 && wasDelivered && order !== undefined) {
    return [{ ...order, orderstateid: 10 }, order];
  }
  return lean;
}

/** Lets the orders come in as the test will, and says what came of them. */
async function play(
  given: CaseTree,
  { pipeline, env }: RecordOptions,
  signal: AbortSignal,
): Promise<CaseTree> {
  const draft = newTestsFile({ ...given, expect: { pushes: 0 } });
  const [test] = parsePipelineTests({ file: "the case", text: draft }, "file").tests;
  if (test === undefined) throw new TypeError("The recorded case is no test");
  const placed = test.steps[0]?.orders.map(placedAt).find((at) => at !== undefined);
  if (placed === undefined) {
    throw new RefusalError("Cannot record the order: it has no date", "See its orderdate at Sitoo");
  }
  const definition = testDefinition(pipeline, test, env);
  const resolve = resolveFrom(pipeline.url);
  const now = placed + 60_000;
  await using world = await TestWorld.create({ definition, test, now, resolve }, signal);
  for (const step of test.steps) await world.step(step, step.orders, signal);
  return expectationOf(await collectActual(world));
}

/** A case that does not hold at once would be of no use. */
async function expectToHold(
  test: CaseTree,
  { pipeline, env }: RecordOptions,
  signal: AbortSignal,
): Promise<void> {
  const file = "the case";
  const source = { file, text: newTestsFile(test), url: pipeline.url };
  const suite = { pipeline: { ...pipeline }, tests: [source] };
  const readFile = (url: URL): Promise<string> => Deno.readTextFile(url);
  const report = await runPipelineTests(suite, { env, readFile }, signal);
  const own = report.results.find((result) => result.file === file);
  if (own?.ok === true) return;
  const first = report.diagnostics[0]?.message ?? own?.error ??
    fieldText(own?.failures[0]?.differences[0]?.path ?? []);
  throw new RefusalError(
    `Cannot record the order: the case does not hold by itself (${first})`,
    "deno task validate --tests shows whether the pipeline's other tests hold",
  );
}
