import * as z from "zod";
import type { PipelineContext } from "../context.ts";

/** What of a `namespace` stage forms order ids. */
const namespaceOptions = z.object({
  value: z.string(),
  separator: z.string().default("-"),
  apply_to: z.array(z.string()).default(["order"]),
});

/** Options of {@linkcode findOrder}. */
export interface FindOptions {
  /** As the person wrote it. */
  readonly name: string;
  /** Asks nobody. @default false */
  readonly offline?: boolean;
}

/**
 * Finds the order that a person means: Sitoo's order id, its id at Ometria (`till-50211`, also with
 * `:return`), or the receipt's number, for which Sitoo is asked unless `offline`. `undefined` when it
 * is none of them. Throws `ApiError`.
 */
export async function findOrder(
  context: PipelineContext,
  options: FindOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  const name = options.name.trim();
  const own = orderIdIn(name) ?? orderIdIn(withoutNamespace(name, context));
  if (own !== undefined || options.offline === true || name === "") return own;
  return await context.sitoo.findReceipt(name, signal);
}

function withoutNamespace(
  name: string,
  { pipeline }: Pick<PipelineContext, "pipeline">,
): string {
  const id = name.replace(/:return$/, "");
  const prefixes = pipeline.definition.transforms.filter(({ use }) => use === "namespace")
    .map(({ options }) => namespaceOptions.safeParse(options).data)
    .flatMap((found) =>
      found?.apply_to.includes("order") === true ? [found.value + found.separator] : []
    );
  // What is applied last stands first.
  return prefixes.reduceRight(
    (rest, prefix) => rest.startsWith(prefix) ? rest.slice(prefix.length) : rest,
    id,
  );
}

function orderIdIn(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
