import type { PipelineDefinition } from "../definition/definition.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type {
  AnyOrderSink,
  HistorySource,
  ReceiptSink,
  Transform,
  WebhookSource,
} from "../stages/contract.ts";

/** A pipeline whose stages have been built and fit together. */
export interface CompiledPipeline {
  readonly definition: PipelineDefinition;
  readonly webhook?: WebhookSource;
  readonly history?: HistorySource;
  /** All transforms as one, from what the sources give to what the order sink takes. */
  readonly transform: Transform<SitooOrder, unknown>;
  readonly orders?: AnyOrderSink;
  /** Absent when not enabled. */
  readonly receipts?: ReceiptSink;
}
