import type { Secret } from "./secret.ts";

/** A path into the file, as zod and the YAML document use it. */
export type FieldPath = readonly (string | number)[];

/** One `use:` of a pipeline file. */
export interface StageUse {
  readonly use: string;
  /** `name:`, for stages that may be used more than once. */
  readonly name?: string;
  /** What stands under `with:`, filled in and coerced, checked against the stage's schema. */
  readonly options: unknown;
  /** Where it stands: `["transforms", 0]`. */
  readonly path: FieldPath;
}

/** How to reach Sitoo. */
export interface SitooConnection {
  /** Without a trailing slash. */
  readonly accountUrl: string;
  /** The digits at the end of the account URL. */
  readonly accountId: string;
  readonly apiId: string;
  readonly apiKey: Secret;
  /** ms between two requests. */
  readonly gap: number;
}

/** How to reach Ometria. Rates are calls a second; `Infinity` when off. */
export interface OmetriaConnection {
  /** The integrator's own label; part of what is kept per account. */
  readonly account: string;
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly emailApiKey: Secret;
  readonly pushRate: number;
  readonly readRate: number;
  readonly emailRate: number;
}

/** A checked pipeline file. Nothing in it has been built yet. */
export interface PipelineDefinition {
  readonly version: 1;
  readonly name: string;
  readonly connections: {
    readonly sitoo: SitooConnection;
    readonly ometria: OmetriaConnection;
  };
  readonly sources: readonly StageUse[];
  readonly transforms: readonly StageUse[];
  readonly sinks: readonly StageUse[];
  readonly alerts: { readonly url?: string };
  /** Hash over everything but secrets; two files with the same one do the same. */
  readonly fingerprint: string;
}
