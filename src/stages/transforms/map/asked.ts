import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { compileExpression, type Expression, ExpressionError } from "../../expression.ts";
import { namesInExpression } from "./expression_names.ts";
import type { MapOptions } from "./options.ts";
import { Overrides, type SetValues } from "./overrides.ts";

/** What the file's expressions say about one order. */
export interface Answers {
  readonly customerId?: string;
  readonly values?: SetValues;
  /** Which expression failed, and why; holds no value. */
  readonly failure?: string;
}

/** All expressions in the options of `map`. Without any, nothing about an order has to wait. */
export class Asked {
  readonly overrides: Overrides;
  readonly #customerId: Expression | undefined;

  constructor(options: MapOptions) {
    const path = customerIdPath(options);
    this.overrides = new Overrides(options);
    this.#customerId = path === undefined ? undefined : compileExpression(path);
  }

  /** Whether there are expressions to evaluate. */
  get asks(): boolean {
    return this.overrides.asks || this.#customerId !== undefined;
  }

  async answer(sitoo: SitooOrder): Promise<Answers> {
    const values = await this.overrides.evaluate(sitoo);
    if (typeof values === "string") return { failure: values };
    if (this.#customerId === undefined) return { values };
    try {
      const id = await this.#customerId.evaluate(sitoo);
      if (id === undefined || id === null || id === "") return { values };
      if (typeof id === "string" || typeof id === "number") {
        return { values, customerId: String(id).trim() };
      }
      return { failure: "customer_id: Expected text or a number" };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { failure: `customer_id: ${error.message}` };
    }
  }
}

/** Fields of the Sitoo order that the expressions in these options name, sorted. */
export function fieldsAsked(options: MapOptions): readonly string[] {
  const path = customerIdPath(options);
  const texts = [...Object.values(options.set), ...(path === undefined ? [] : [path])];
  return [...new Set(texts.flatMap(namesInExpression))].sort();
}

function customerIdPath({ customer_id: id }: MapOptions): string | undefined {
  return id === "none" || id === "crm" ? undefined : id;
}
