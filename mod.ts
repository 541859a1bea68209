/**
 * Tillpipe: brings every order taken on a Sitoo till to Ometria.
 *
 * Pipelines from TypeScript: check one, run it once over history, serve it, or only look at what its stages
 * make of an order. The commands (`deno task serve`, `backfill`, …) do the same with a `pipeline.yaml`.
 *
 * @example One run over history, as a job of your own
 * ```ts
 * import { loadPipeline, runBatch } from "@tillpipe/tillpipe";
 *
 * export async function nightly(): Promise<number> {
 *   const pipeline = await loadPipeline("pipeline.yaml");
 *   const run = await runBatch(pipeline, { store: ".tillpipe/store.sqlite3" });
 *   return run.delivered + run.unchanged;
 * }
 * ```
 *
 * @example A server
 * ```ts
 * import { createServer, loadPipeline } from "@tillpipe/tillpipe";
 *
 * export async function serve(stopped: Promise<void>): Promise<void> {
 *   const pipeline = await loadPipeline("pipeline.yaml");
 *   await using server = await createServer([pipeline], { store: ".tillpipe/store.sqlite3" });
 *   server.listen({ port: 8000 });
 *   server.start();
 *   await Promise.race([stopped, server.failed]);
 * }
 * ```
 *
 * @example A pipeline in TypeScript, and what it makes of an order
 * ```ts
 * import { compilePipeline, definePipeline, type OrderOutcome } from "@tillpipe/tillpipe";
 *
 * const pipeline = definePipeline({
 *   version: 1,
 *   name: "till",
 *   connections: {
 *     sitoo: {
 *       account_url: "https://api140.mysitoo.com/v2/accounts/4711",
 *       api_id: "4711-1",
 *       api_key: "from-your-vault",
 *     },
 *     ometria: { api_key: "from-your-vault" },
 *   },
 *   sources: [{ use: "sitoo-history", with: { start_date: "2024-01-01" } }],
 *   transforms: [{ use: "map" }, { use: "namespace", with: { value: "till" } }],
 *   sinks: [{ use: "ometria-orders" }],
 * });
 *
 * export async function look(order: unknown): Promise<OrderOutcome | undefined> {
 *   await using compiled = await compilePipeline(pipeline);
 *   const [outcome] = await compiled.apply([order]);
 *   return outcome;
 * }
 * ```
 *
 * @example A custom transform, named in pipeline.yaml as `use: custom` with `module: ./pop_up.ts`
 * ```ts
 * import { defineTransform } from "@tillpipe/tillpipe";
 *
 * export default defineTransform({
 *   takes: "ometria-order",
 *   apply(mapped) {
 *     if (mapped.order.grand_total === 0) return { skip: "free-of-charge" };
 *     return { ...mapped, order: { ...mapped.order, channel: "pop-up" } };
 *   },
 * });
 * ```
 *
 * @module
 */
export { definePipeline, loadPipeline, PipelineError } from "./src/api/pipeline.ts";
export type { Pipeline, PipelineOptions } from "./src/api/pipeline.ts";
export type {
  OmetriaInput,
  PipelineInput,
  SitooInput,
  StageInput,
} from "./src/api/pipeline_input.ts";
export { compilePipeline } from "./src/api/compile_pipeline.ts";
export type {
  ApplyOptions,
  CompiledPipeline,
  CompileOptions,
  OrderOutcome,
} from "./src/api/compile_pipeline.ts";
export { runBatch } from "./src/api/run_batch.ts";
export type { BatchFigures, BatchOptions, BatchSummary } from "./src/api/run_batch.ts";
export type { RunOptions } from "./src/api/installation.ts";
export { createServer } from "./src/api/server.ts";
export type {
  CreateServerOptions,
  ListenOptions,
  PipelineFigures,
  PipelineServer,
  ProductFigures,
} from "./src/api/server.ts";
export { defineTransform } from "./src/api/define_transform.ts";
export { RefusalError } from "./src/runtime/refusal.ts";
export { StoreUnusableError } from "./src/store/kv_store.ts";
export type { Diagnostic, DiagnosticCode, Span } from "./src/definition/diagnostic.ts";
export type {
  CustomContext,
  CustomOmetriaTransform,
  CustomResult,
  CustomSitooTransform,
  CustomTransform,
} from "./src/stages/custom_transform.ts";
export type {
  MappedOrder,
  OmetriaAddress,
  OmetriaCustomer,
  OmetriaLineItem,
  OmetriaOrder,
  OmetriaProperty,
  OmetriaVariantOption,
  ProductIds,
} from "./src/records/ometria_order.ts";
export type { OmetriaContact } from "./src/records/ometria_contact.ts";
export type { Origin } from "./src/records/order_ref.ts";
export type {
  DecimalString,
  SitooOrder,
  SitooOrderItem,
  SitooSalesTax,
} from "./src/records/sitoo_order.ts";
