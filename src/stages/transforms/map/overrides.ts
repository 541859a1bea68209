import type { OmetriaOrder } from "../../../records/ometria_order.ts";
import { ometriaOrderSchema } from "../../../records/ometria_order_schema.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { compileExpression, type Expression, ExpressionError } from "../../expression.ts";
import type { MapOptions } from "./options.ts";

/** A record with the file's own settings, or why it cannot be one. The detail holds no value. */
export type Overridden =
  | { readonly ok: true; readonly order: OmetriaOrder }
  | { readonly ok: false; readonly detail: string };

/** What `set` found for an order, by path. */
export type SetValues = ReadonlyMap<string, unknown>;

/** The file's `set` and `unset`, ready for use. */
export class Overrides {
  readonly #set: readonly (readonly [path: string, expression: Expression])[];
  readonly #unset: readonly string[];

  constructor(options: Pick<MapOptions, "set" | "unset">) {
    this.#set = Object.entries(options.set)
      .map(([path, text]) => [path, compileExpression(text)] as const);
    this.#unset = options.unset;
  }

  /** Whether there are expressions to evaluate. */
  get asks(): boolean {
    return this.#set.length > 0;
  }

  /** Evaluates every expression on an order; the text says which one failed and why. */
  async evaluate(sitoo: SitooOrder): Promise<SetValues | string> {
    const values = new Map<string, unknown>();
    for (const [path, expression] of this.#set) {
      try {
        values.set(path, await expression.evaluate(sitoo));
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        return `${path}: ${error.message}`;
      }
    }
    return values;
  }

  /** Puts values into a record and takes out what is to be left out. */
  apply(order: OmetriaOrder, values: SetValues): Overridden {
    if (values.size === 0 && this.#unset.length === 0) return { ok: true, order };
    const draft = copy(order);
    for (const [path, value] of values) {
      // Nothing found: the field stays as it was.
      if (value !== undefined && value !== null && value !== "") put(draft, path.split("."), value);
    }
    for (const path of this.#unset) remove(draft, path.split("."));
    dropUnknownCustomer(draft);
    const result = ometriaOrderSchema.safeParse(draft);
    if (result.success) return { ok: true, order: result.data };
    const problems = result.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join(".")}: ${message}`
    );
    return { ok: false, detail: problems.slice(0, 5).join("; ") };
  }
}

type Draft = Record<string, unknown>;

/** A name alone attaches to nobody, so it does not go out. */
function dropUnknownCustomer(draft: Draft): void {
  const { customer } = draft;
  if (isDraft(customer) && !("id" in customer) && !("email" in customer)) delete draft.customer;
}

function copy(order: OmetriaOrder): Draft {
  return { ...structuredClone(order) };
}

function put(target: Draft, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) return define(target, key, value);
  const inner = target[key];
  const next: Draft = isDraft(inner) ? inner : {};
  put(next, rest, value);
  target[key] = next;
}

/** Also for keys such as `__proto__`, which an assignment would not make. */
function define(target: Draft, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
  });
}

function remove(target: Draft, path: readonly string[]): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    delete target[key];
    return;
  }
  const inner = target[key];
  for (const entry of Array.isArray(inner) ? inner : [inner]) {
    if (isDraft(entry)) remove(entry, rest);
  }
  // An object whose last field is gone is gone as well.
  if (isDraft(inner) && !Array.isArray(inner) && Object.keys(inner).length === 0) {
    delete target[key];
  }
}

function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null;
}
