import * as z from "zod";
import {
  type HostOptions,
  isApiAddress,
  ometriaConnection,
  sitooConnection,
} from "./connections.ts";
import type { OmetriaConnection, SitooConnection } from "./definition.ts";

/** One entry of a list of stages, before its options are checked. */
export interface StageEntry {
  readonly use: string;
  readonly name?: string | undefined;
  readonly with?: unknown;
}

/** A file whose own keys are right. What stands under `with` has yet to be checked. */
export interface RootFile {
  readonly version: 1;
  readonly name: string;
  readonly connections: { readonly sitoo: SitooConnection; readonly ometria: OmetriaConnection };
  readonly sources: readonly StageEntry[];
  readonly transforms: readonly StageEntry[];
  readonly sinks: readonly StageEntry[];
  readonly alerts: { readonly url?: string | undefined };
  readonly tests: readonly unknown[];
}

/** The schema of everything in a file but the options of its stages. */
export function rootSchema(hosts: HostOptions = {}): z.ZodType<RootFile> {
  return z.strictObject({
    version: z.literal(1).meta({ description: "Version of this file's format: 1", examples: [1] }),
    name: z.string()
      .regex(/^[a-z0-9-]{1,32}$/, "Expected 1 to 32 of a-z, 0-9 and -")
      .meta({
        description: "Name of the pipeline; part of every stored key and of the webhook's URL",
        examples: ["sitoo-to-ometria"],
      }),
    connections: z.strictObject({
      sitoo: sitooConnection(hosts),
      ometria: ometriaConnection(hosts),
    }).meta({ description: "The two accounts that orders go between" }),
    sources: stages().meta({ description: "Where orders come from; at least one" }),
    transforms: stages().prefault([])
      .meta({ description: "What is done with an order, in this order" }),
    sinks: stages().meta({ description: "Where orders and receipts go; at least one" }),
    alerts: orIfNull({}, z.strictObject({ url: alertUrl().optional() })).prefault({})
      .meta({ description: "Who is told when something needs a person" }),
    tests: orIfNull([], z.array(z.looseObject({}))).prefault([])
      .meta({ description: "Tests of this pipeline: an order, and what is to become of it" }),
  });
}

function stages(): z.ZodType<readonly StageEntry[]> {
  return orIfNull(
    [],
    z.array(z.strictObject({
      use: z.string().meta({ description: "Name of the stage" }),
      name: z.string()
        .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "Expected up to 32 of a-z, 0-9 and -")
        .optional()
        .meta({ description: "Name of this use of the stage, where it may stand more than once" }),
      with: z.unknown().optional().meta({ description: "Options of the stage" }),
    })),
  );
}

/** What one use of a stage is called, where a stage may stand more than once. */
export function stageName(): z.ZodType<string> {
  return z.string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "Expected up to 32 of a-z, 0-9 and -")
    .meta({ description: "Name of this use of the stage; what it does is counted under it" });
}

/** A key whose lines are all commented out: YAML has it as null, people as nothing. */
function orIfNull<T extends z.ZodType>(empty: unknown, type: T): z.ZodPreprocess<T> {
  return z.preprocess((value) => value === null ? empty : value, type);
}

function alertUrl(): z.ZodType<string> {
  // Plain http too: an alert receiver inside the own network is common.
  return z.string().refine(isWebAddress, "Expected a web address that takes a POST").meta({
    description: 'Gets a POST of {"text": "…"}; Slack and Teams take it',
    secret: true,
  });
}

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && isApiAddress(`${url.origin}${url.pathname}`, true);
}
