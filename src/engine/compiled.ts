import type { PipelineDefinition } from "../definition/definition.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type {
  AnyOrderSink,
  AnyTransform,
  HistorySource,
  ReceiptSink,
  Transform,
  WebhookSource,
} from "../stages/contract.ts";

/** One of a pipeline's transforms by itself, to look at what it alone does. */
export interface CompiledStep {
  /** As under `use:`; `start-date` for the step that comes before all others. */
  readonly use: string;
  /** As under `name:`. */
  readonly name?: string;
  readonly transform: AnyTransform;
}

/** A pipeline whose stages have been built and fit together. */
export interface CompiledPipeline {
  readonly definition: PipelineDefinition;
  readonly webhook?: WebhookSource;
  readonly history?: HistorySource;
  /** All transforms as one, from what the sources give to what the order sink takes. */
  readonly transform: Transform<SitooOrder, unknown>;
  /** The same transforms one by one, in their order. */
  readonly steps: readonly CompiledStep[];
  readonly orders?: AnyOrderSink;
  /** Absent when not enabled. */
  readonly receipts?: ReceiptSink;
}
