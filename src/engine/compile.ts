import type { PipelineDefinition, StageUse } from "../definition/definition.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import { eraseTransform } from "../stages/erase.ts";
import { pipe } from "../stages/chain.ts";
import type {
  AnyOrderSink,
  AnyTransform,
  HistorySource,
  Input,
  ReceiptSink,
  StageProducts,
  StageServices,
  StageSpec,
  Transform,
  Verdict,
  WebhookSource,
} from "../stages/contract.ts";
import type { CompiledPipeline, CompiledStep } from "./compiled.ts";
import { createStartDateStep } from "./start_date.ts";

type Product = StageProducts[keyof StageProducts];

/**
 * Builds the stages of a checked definition and chains them. The definition has been checked against
 * the same registry, so what fails here is a fault of the program: a `TypeError`.
 */
export function compile(
  definition: PipelineDefinition,
  registry: readonly StageSpec[],
  services: StageServices,
): CompiledPipeline {
  const build = (use: StageUse): Product => create(use, registry, services);
  const sources = definition.sources.map(build);
  const sinks = definition.sinks.map(build);
  const webhook = sources.find(isWebhook);
  const history = sources.find(isHistory);
  const orders = sinks.find(isOrderSink);
  const receipts = sinks.find(isReceiptSink);
  const named = definition.transforms.flatMap((use): CompiledStep[] => {
    const transform = build(use);
    if (!isTransform(transform)) return [];
    return [{ use: use.use, ...(use.name === undefined ? {} : { name: use.name }), transform }];
  });
  const all = joinAll(named.map((step) => step.transform));
  const start = history === undefined ? undefined : startDate(history, all);
  return {
    definition,
    transform: start === undefined ? all : pipe(start, all),
    steps: start === undefined
      ? named
      : [{ use: "start-date", transform: eraseTransform(start) }, ...named],
    ...(webhook === undefined ? {} : { webhook }),
    ...(history === undefined ? {} : { history }),
    ...(orders === undefined ? {} : { orders }),
    ...(receipts === undefined ? {} : { receipts }),
  };
}

/** Fields of the Sitoo order that a definition's stages need beside the usual ones, sorted. */
export function fieldsToRead(
  definition: Pick<PipelineDefinition, "transforms" | "sinks">,
  registry: readonly StageSpec[],
): readonly string[] {
  const fields = [...definition.transforms, ...definition.sinks].flatMap(({ use, options }) =>
    registry.find((entry) => entry.use === use)?.reads?.(options) ?? []
  );
  return [...new Set(fields)].toSorted();
}

function create(use: StageUse, registry: readonly StageSpec[], services: StageServices): Product {
  const spec = registry.find((entry) => entry.use === use.use);
  if (spec === undefined) throw new TypeError(`Cannot build the stage "${use.use}": it is unknown`);
  return spec.create(use.options, services, use.name);
}

/** All of the file's transforms as one. */
function joinAll(stages: readonly AnyTransform[]): Transform<SitooOrder, unknown> {
  return stages.reduce<Transform<SitooOrder, unknown>>(
    (before, next) => pipe(before, fit(before, next)),
    passOn,
  );
}

/** The step before all others, in the time zone that the others know. */
function startDate(
  history: HistorySource,
  all: Transform<SitooOrder, unknown>,
): Transform<SitooOrder, SitooOrder> {
  const zoneOf = all.zone?.bind(all) ?? (() => Promise.resolve("UTC"));
  return createStartDateStep(history.startDate, zoneOf);
}

/** Refuses stages that do not meet; the definition has been checked, so this is a last guard. */
function fit(before: Transform<SitooOrder, unknown>, next: AnyTransform): AnyTransform {
  const given = before.gives.name;
  if (next.takes.name !== "any" && given !== "any" && next.takes.name !== given) {
    throw new TypeError(`Cannot chain the stages: "${next.takes.name}" does not take "${given}"`);
  }
  return next.gives.name === "any" ? { ...next, gives: before.gives } : next;
}

const passOn: Transform<SitooOrder, unknown> = {
  takes: sitooOrderType,
  gives: sitooOrderType,
  apply: (inputs: readonly Input<SitooOrder>[]): readonly Verdict<unknown>[] =>
    inputs.map(({ record }) => ({ kind: "pass", record })),
};

function isWebhook(product: Product): product is WebhookSource {
  return product !== undefined && "source" in product && product.source === "webhook";
}

function isHistory(product: Product): product is HistorySource {
  return product !== undefined && "source" in product && product.source === "history";
}

function isTransform(product: Product): product is AnyTransform {
  return product !== undefined && "apply" in product;
}

function isOrderSink(product: Product): product is AnyOrderSink {
  return product !== undefined && "sink" in product && product.sink === "orders";
}

function isReceiptSink(product: Product): product is ReceiptSink {
  return product !== undefined && "sink" in product && product.sink === "receipts";
}
