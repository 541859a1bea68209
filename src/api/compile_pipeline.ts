import { fieldsToRead } from "../engine/compile.ts";
import { type MappedOrder, mappedOrderType } from "../records/ometria_order.ts";
import type { Origin } from "../records/order_ref.ts";
import { decodeOrder } from "../sitoo/wire.ts";
import type { Verdict } from "../stages/contract.ts";
import { registry } from "../stages/registry.ts";
import { install, type RunOptions } from "./installation.ts";
import { loadedOf, type Pipeline } from "./pipeline.ts";

/** How a pipeline is compiled. */
export interface CompileOptions extends Pick<RunOptions, "secret"> {
  /** What stages keep for themselves, such as names of stores. @default ":memory:" */
  readonly store?: string;
}

/** How orders are looked at. */
export interface ApplyOptions {
  /** How the pipeline would have come to look at them. @default "live" */
  readonly origin?: Origin;
  /** Whether Ometria has accepted them before: a cancelled order counts only then. @default false */
  readonly delivered?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What the stages make of one order. */
export type OrderOutcome =
  | {
    /** It would be sent. */
    readonly kind: "record";
    /** The order's id at Sitoo. */
    readonly orderId: number;
    /** The record, with what it was made from. */
    readonly mapped: MappedOrder;
  }
  | {
    /** It would not be sent, by a rule. */
    readonly kind: "skipped";
    /** The order's id at Sitoo. */
    readonly orderId: number;
    /** Name of the rule. */
    readonly rule: string;
  }
  | {
    /** It would be looked at again. */
    readonly kind: "waiting";
    /** The order's id at Sitoo. */
    readonly orderId: number;
    /** Why it waits. */
    readonly reason: string;
  }
  | {
    /** It is a refund, and goes into the orders it belongs to. */
    readonly kind: "linked";
    /** The order's id at Sitoo. */
    readonly orderId: number;
    /** Ids of those orders at Sitoo. */
    readonly to: readonly number[];
  }
  | {
    /** It cannot be sent. */
    readonly kind: "dead";
    /** The order's id at Sitoo; absent when it has none that can be read. */
    readonly orderId?: number;
    /** Name of the reason. */
    readonly reason: string;
    /** Figures and names of fields, no person. */
    readonly detail: string;
  };

/** A pipeline whose stages have been built. Disposing it closes what they keep. */
export interface CompiledPipeline extends AsyncDisposable {
  /** As under `name:`. */
  readonly name: string;
  /** The transforms in their order: `name:` where they have one, else `use:`. */
  readonly stages: readonly string[];
  /** Fields of a Sitoo order that the stages need beside those that every order is read with. */
  readonly fields: readonly string[];
  /**
   * Runs orders, each as Sitoo's API answers it, through the stages. Nothing is sent or kept, but a stage may
   * ask Sitoo or Ometria: for names of stores, opt-outs, the catalogue. Answers in the order of its input.
   */
  apply(orders: readonly unknown[], options?: ApplyOptions): Promise<readonly OrderOutcome[]>;
}

/**
 * Builds the stages of a pipeline, to look at what they make of orders without sending any.
 *
 * Rejects with a message for the integrator when a stage cannot be used, such as a module that is not there.
 */
export async function compilePipeline(
  pipeline: Pipeline,
  options: CompileOptions = {},
): Promise<CompiledPipeline> {
  const { secret, store = ":memory:" } = options;
  const installation = await install([pipeline], {
    store,
    ...(secret === undefined ? {} : { secret }),
  });
  const [context] = installation.contexts;
  if (context === undefined) throw new TypeError("Cannot compile: there is no pipeline");
  const { steps, transform } = context.pipeline;
  const fields = fieldsToRead(loadedOf(pipeline).definition, registry);
  return {
    name: pipeline.name,
    stages: steps.map(({ use, name }) => name ?? use),
    fields,
    apply,
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };

  async function apply(
    orders: readonly unknown[],
    { origin = "live", delivered = false, signal }: ApplyOptions = {},
  ): Promise<readonly OrderOutcome[]> {
    const decoded = orders.map((order) => decodeOrder(order, fields));
    const readable = decoded.flatMap((each) => each.ok ? [each.order] : []);
    const inputs = readable.map((record) => ({ record, facts: { origin, delivered, links: [] } }));
    const verdicts = await transform.apply(inputs, signal ?? new AbortController().signal);
    let next = 0;
    return decoded.map((each): OrderOutcome => {
      if (!each.ok) return { kind: "dead", reason: "unreadable-order", detail: each.detail };
      return outcomeOf(each.order.orderid, verdicts[next++]);
    });
  }
}

function outcomeOf(orderId: number, verdict: Verdict<unknown> | undefined): OrderOutcome {
  switch (verdict?.kind) {
    case "pass":
      if (!mappedOrderType.is(verdict.record)) break;
      return { kind: "record", orderId, mapped: verdict.record };
    case "skip":
      return { kind: "skipped", orderId, rule: verdict.rule };
    case "wait":
      return { kind: "waiting", orderId, reason: verdict.reason };
    case "link":
      return {
        kind: "linked",
        orderId,
        to: [...new Set(verdict.links.map(({ original }) => original))],
      };
    case "dead":
      return { kind: "dead", orderId, reason: verdict.reason, detail: verdict.detail };
  }
  return {
    kind: "dead",
    orderId,
    reason: "not-mapped",
    detail: "The stages gave no record for Ometria: the pipeline has no map",
  };
}
