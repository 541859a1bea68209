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
  /** May stand in a file more than once; every other stage at most once. */
  readonly repeatable?: boolean;
  /** Name of the record type it takes, `any` for whatever comes; absent for sources. */
  readonly takes?: string;
  /** Name of the record type it gives, `any` for the one it was given; absent for sinks. */
  readonly gives?: string;
}
