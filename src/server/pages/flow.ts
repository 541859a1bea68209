import type { PipelineDefinition } from "../../definition/definition.ts";
import type { PipelineStatus } from "../../runtime/status.ts";

/** A stage of the picture, and what has left the way there. */
export interface FlowStage {
  /** As under `use:`, with its `name:` where it has one. */
  readonly title: string;
  /** Orders that came to it; absent where that is not known. */
  readonly came?: number;
  /** What became of those that did not go on: `web-copy 11`; the most first. */
  readonly left: readonly string[];
}

/** A pipeline as a picture: what feeds it, what orders pass one after another, and where they end. */
export interface Flow {
  readonly sources: readonly string[];
  readonly stages: readonly FlowStage[];
  /** Beside the way of orders: receipts are built from Sitoo's order itself. */
  readonly receipts?: FlowStage;
}

type Figures = Pick<
  PipelineStatus,
  "delivered" | "linked" | "waiting" | "skipped" | "deadBy" | "receipts"
>;

/** Rules and reasons that belong to the reading of orders. */
const READING = [
  "before-start",
  "not-found",
  "not-readable",
  "unreadable-order",
  "crashed",
  "open-expired",
];
/** Those of stages by what stands under `use:`; all others are `map`'s. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "sku-match": ["unknown-product"],
  filter: ["filter-failed", "filter-not-boolean"],
  custom: ["custom-failed"],
  "ometria-orders": ["rejected-by-ometria", "not-stored", "record-too-large", "invalid-record"],
};
const RECEIPTS = "ometria-email";

/** Puts figures to the stages of a pipeline. Every order that was ever looked at left somewhere. */
export function flowOf(definition: PipelineDefinition, figures: Figures): Flow {
  const { sources, transforms, sinks } = definition;
  const orders = sinks.filter(({ use }) => use !== RECEIPTS);
  const left = new Map<string, number>([
    ...Object.entries(figures.skipped),
    ...Object.entries(figures.deadBy),
  ]);
  let going = [...left.values()].reduce((sum, one) => sum + one, 0) + figures.delivered +
    figures.linked + figures.waiting;
  const reading = take(left, (rule) => READING.includes(rule));
  const stages: FlowStage[] = [{ title: "read from Sitoo", came: going, left: reading.told }];
  going -= reading.orders;
  const all = [...transforms, ...orders];
  // What no stage claims is the map's, or of whatever comes first where there is none.
  const mapAt = Math.max(0, all.findIndex(({ use }) => use === "map"));
  const claims = all.map(({ use, name }, index) => {
    const own = OWNERS[use] ?? [];
    return index === mapAt
      ? undefined
      : take(left, (rule) => own.includes(rule) || (name !== undefined && rule === name));
  });
  for (const [index, { use, name }] of all.entries()) {
    const taken = claims[index] ?? mapped(left, figures);
    const isLast = index === all.length - 1;
    stages.push({
      title: name === undefined ? use : `${use} ${name}`,
      came: going,
      left: isLast ? [`delivered ${figures.delivered}`, ...taken.told] : taken.told,
    });
    going -= taken.orders;
  }
  const email = sinks.find(({ use }) => use === RECEIPTS);
  return {
    sources: sources.map(({ use }) => use),
    stages,
    ...(email === undefined
      ? {}
      : { receipts: { title: email.use, left: told(Object.entries(figures.receipts)) } }),
  };
}

interface Taken {
  readonly orders: number;
  readonly told: readonly string[];
}

function mapped(left: Map<string, number>, { linked, waiting }: Figures): Taken {
  const rest = take(left, () => true);
  const more = ([["joined to their sales", linked], ["waiting", waiting]] as const)
    .filter(([, orders]) => orders > 0);
  return {
    orders: rest.orders + linked + waiting,
    told: [...more.map(([name, orders]) => `${name} ${orders}`), ...rest.told],
  };
}

function take(left: Map<string, number>, isOwn: (rule: string) => boolean): Taken {
  const own = [...left].filter(([rule]) => isOwn(rule));
  for (const [rule] of own) left.delete(rule);
  return { orders: own.reduce((sum, [, orders]) => sum + orders, 0), told: told(own) };
}

function told(figures: readonly (readonly [string, number])[]): readonly string[] {
  return figures.filter(([, orders]) => orders > 0).toSorted(([, a], [, b]) => b - a)
    .map(([name, orders]) => `${name} ${orders}`);
}
