import type * as z from "zod";

/** What the definition has to know of a stage to check a file that uses it. */
export interface CatalogEntry {
  /** The name under `use:`. */
  readonly use: string;
  readonly kind: "source" | "transform" | "sink";
  readonly summary: string;
  /** Markdown, for the reference pages. */
  readonly description: string;
  /** Of what stands under `with:`; every field with `.meta({ description })`. */
  readonly schema: z.ZodType;
}
