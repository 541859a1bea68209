import { isMap } from "../../definition/plain.ts";
import { traceOrder } from "../../engine/trace.ts";
import { pointerTo } from "../../engine/work.ts";
import type { Item } from "../../engine/work.ts";
import { normaliseEmail } from "../../records/email.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { PipelineContext } from "../context.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";

/** What a case says under `ometria:` and `forgotten:`, as plain YAML. */
export type SurroundingsTree = Readonly<Record<string, unknown>>;

/** One order as it is, and as the case has it. */
export interface OrderPair {
  readonly real: SitooOrder;
  readonly madeUp: RawOrder;
}

/**
 * What the pipeline found out at Ometria and in the store about the real orders, told of the made-up ones: who
 * goes out without a person, who opted out, and the products of the catalogue. Throws `ApiError`.
 */
export async function readSurroundings(
  context: PipelineContext,
  pairs: readonly OrderPair[],
  signal: AbortSignal,
): Promise<SurroundingsTree> {
  const found = new Surroundings(context.pipeline.definition.transforms);
  for (const pair of pairs) {
    const trace = await traceOrder(itemOf(pair.real), context.pipeline, signal);
    const { decision } = trace;
    if (decision?.kind === "send") {
      const [body = "{}"] = decision.encoded.bodies;
      const record: unknown = JSON.parse(body);
      found.add(pair, record, decision.encoded.contact !== undefined);
    }
  }
  return found.tree();
}

class Surroundings {
  readonly #byCatalogue: boolean;
  readonly #asksProfiles: boolean;
  readonly #forgotten = new Set<string>();
  readonly #profiles = new Map<string, string>();
  readonly #products = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(transforms: readonly { readonly use: string; readonly options: unknown }[]) {
    const option = (use: string, key: string): unknown => {
      const options = transforms.find((stage) => stage.use === use)?.options;
      return isMap(options) ? options[key] : undefined;
    };
    this.#byCatalogue = option("sku-match", "by") === "catalogue";
    this.#asksProfiles = option("opt-in", "enabled") === true &&
      option("opt-in", "respect_opt_outs") !== false;
  }

  add({ real, madeUp }: OrderPair, record: unknown, hasContact: boolean): void {
    const email = String(madeUp["email"] ?? "");
    const customer = isMap(record) ? record["customer"] : undefined;
    const isNamed = isMap(customer) && customer["email"] !== undefined;
    if (normaliseEmail(real.email) !== undefined && email !== "") {
      if (!isNamed) this.#forgotten.add(email);
      else if (this.#asksProfiles && !hasContact) this.#profiles.set(email, "opted-out");
    }
    if (this.#byCatalogue && isMap(record)) this.#addProducts(record["lineitems"]);
  }

  tree(): SurroundingsTree {
    const ometria = {
      ...(this.#profiles.size === 0 ? {} : { profiles: Object.fromEntries(this.#profiles) }),
      ...(this.#products.size === 0 ? {} : { products: [...this.#products.values()] }),
    };
    return {
      ...(Object.keys(ometria).length === 0 ? {} : { ometria }),
      ...(this.#forgotten.size === 0 ? {} : { forgotten: [...this.#forgotten] }),
    };
  }

  #addProducts(lines: unknown): void {
    for (const line of Array.isArray(lines) ? lines.filter(isMap) : []) {
      const { product_id: id, variant_id: variant, sku } = line;
      if (typeof id !== "string" || typeof sku !== "string" || id === sku) continue;
      if (typeof variant !== "string") this.#products.set(id, { id, sku });
      else {
        this.#products.set(id, { id });
        this.#products.set(variant, { id: variant, sku, variant: true, parent: id });
      }
    }
  }
}

function itemOf(order: SitooOrder): Item {
  return {
    pointer: pointerTo(order.orderid, "live"),
    reading: { kind: "order", order },
    links: [],
  };
}
