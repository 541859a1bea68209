import type * as z from "zod";
import type { RecordType } from "../records/record_type.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type {
  HistorySource,
  OrderSink,
  ReceiptSink,
  StageServices,
  StageSpec,
  Transform,
  WebhookSource,
} from "./contract.ts";
import { eraseOrderSink, eraseTransform } from "./erase.ts";

/** What is common to the three `define…` functions. */
interface Described<S extends z.ZodType> {
  /** The name under `use:`. */
  readonly use: string;
  /** One sentence: what it is for. */
  readonly summary: string;
  /** What it guarantees, what a duplicate looks like; Markdown. */
  readonly description: string;
  readonly schema: S;
  /** May stand in a file more than once. */
  readonly repeatable?: boolean;
}

/** Describes a source for the registry. */
export function defineSource<S extends z.ZodType>(
  spec: Described<S> & {
    readonly gives: RecordType<SitooOrder>;
    create(options: z.output<S>, services: StageServices): WebhookSource | HistorySource;
  },
): StageSpec<"source"> {
  return {
    ...describe(spec),
    kind: "source",
    gives: spec.gives.name,
    create: (options, services) => spec.create(spec.schema.parse(options), services),
  };
}

/** Describes a transform for the registry. */
export function defineTransform<S extends z.ZodType, In, Out>(
  spec: Described<S> & {
    readonly takes: RecordType<In>;
    readonly gives: RecordType<Out>;
    create(options: z.output<S>, services: StageServices, name?: string): Transform<In, Out>;
    reads?(options: z.output<S>): readonly string[];
  },
): StageSpec<"transform"> {
  const reads = spec.reads?.bind(spec);
  return {
    ...describe(spec),
    kind: "transform",
    takes: spec.takes.name,
    gives: spec.gives.name,
    create: (options, services, name) =>
      eraseTransform(spec.create(spec.schema.parse(options), services, name)),
    ...(reads === undefined
      ? {}
      : { reads: (options: unknown) => reads(spec.schema.parse(options)) }),
  };
}

/** Describes a sink that takes orders for the registry. */
export function defineOrderSink<S extends z.ZodType, In>(
  spec: Described<S> & {
    readonly takes: RecordType<In>;
    create(options: z.output<S>, services: StageServices): OrderSink<In>;
  },
): StageSpec<"sink"> {
  return {
    ...describe(spec),
    kind: "sink",
    takes: spec.takes.name,
    create: (options, services) =>
      eraseOrderSink(spec.create(spec.schema.parse(options), services)),
  };
}

/** Describes a sink that sends receipts for the registry; `undefined` when it is switched off. */
export function defineReceiptSink<S extends z.ZodType>(
  spec: Described<S> & {
    readonly takes: RecordType<SitooOrder>;
    create(options: z.output<S>, services: StageServices): ReceiptSink | undefined;
    reads?(options: z.output<S>): readonly string[];
  },
): StageSpec<"sink"> {
  const reads = spec.reads?.bind(spec);
  return {
    ...describe(spec),
    kind: "sink",
    takes: spec.takes.name,
    create: (options, services) => spec.create(spec.schema.parse(options), services),
    ...(reads === undefined
      ? {}
      : { reads: (options: unknown) => reads(spec.schema.parse(options)) }),
  };
}

function describe<S extends z.ZodType>(spec: Described<S>): Described<S> {
  return {
    use: spec.use,
    summary: spec.summary,
    description: spec.description,
    schema: spec.schema,
    ...(spec.repeatable === undefined ? {} : { repeatable: spec.repeatable }),
  };
}
