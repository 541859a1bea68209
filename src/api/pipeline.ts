import { stringify } from "yaml";
import type { Diagnostic, DiagnosticCode } from "../definition/diagnostic.ts";
import { loadDefinition } from "../definition/load.ts";
import { renderDiagnostics } from "../definition/render.ts";
import type { LoadedPipeline } from "../server/compose.ts";
import { registry } from "../stages/registry.ts";
import { resolve, toFileUrl } from "../std/path.ts";
import { systemClock } from "../time/clock.ts";
import type { PipelineInput } from "./pipeline_input.ts";

/** How a pipeline is checked. */
export interface PipelineOptions {
  /** The value of an environment variable. @default the process's own environment */
  readonly env?: (name: string) => string | undefined;
  /** Takes http and any host: for a stand-in of the two accounts in tests. @default false */
  readonly allowInsecureHosts?: boolean;
}

/** A pipeline that was checked and has no errors. Made by `definePipeline` and `loadPipeline`. */
export interface Pipeline {
  /** As under `name:`. */
  readonly name: string;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly Diagnostic[];
  /** Hash over everything but secrets: two pipelines with the same one do the same. */
  readonly fingerprint: string;
}

/** A pipeline that cannot be used: all of its errors, each with its place. */
export class PipelineError extends Error {
  /** Always `PipelineError`. */
  override readonly name = "PipelineError";
  /** Errors and warnings in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];

  /** The message shows every problem with its place; secrets in excerpts are covered. */
  constructor(diagnostics: readonly Diagnostic[], text: string) {
    const [file = ""] = diagnostics.map((each) => each.file);
    super(
      `The pipeline cannot be used\n\n${
        renderDiagnostics(diagnostics, new Map([[file, text]]), { color: false })
      }`,
    );
    this.diagnostics = diagnostics;
  }
}

/**
 * Checks a pipeline that is written in TypeScript, in the way that a file is checked. Its places are those of
 * the same pipeline written as YAML. Modules of `custom` stages are seen from the working directory.
 *
 * @throws {PipelineError} with every problem
 */
export function definePipeline(input: PipelineInput, options: PipelineOptions = {}): Pipeline {
  const text = stringify(input, { lineWidth: 0, aliasDuplicateObjects: false });
  const file = `${input.name}.yaml`;
  const url = toFileUrl(resolve(file));
  // A value that the program put there is not written into a file.
  return check({ file, text, url, ignored: ["literal-secret"] }, options);
}

/**
 * Reads and checks a pipeline file. Unlike the commands, it reads no `.env`.
 *
 * @param file a path, or a `file:` URL such as `new URL("./pipeline.yaml", import.meta.url)`
 * @throws {PipelineError} with every problem
 */
export async function loadPipeline(
  file: string | URL,
  options: PipelineOptions = {},
): Promise<Pipeline> {
  const url = file instanceof URL ? file : toFileUrl(resolve(file));
  const text = await Deno.readTextFile(url);
  return check({ file: file instanceof URL ? file.pathname : file, text, url }, options);
}

const loaded = new WeakMap<object, LoadedPipeline>();

/** What a checked pipeline holds. Throws `TypeError` for what `definePipeline` and `loadPipeline` did not make. */
export function loadedOf(pipeline: Pipeline): LoadedPipeline {
  const found = loaded.get(pipeline);
  if (found === undefined) {
    throw new TypeError("Cannot use the pipeline: make it with definePipeline() or loadPipeline()");
  }
  return found;
}

interface Checked {
  readonly file: string;
  readonly text: string;
  readonly url: URL;
  /** Warnings that do not hold for it. */
  readonly ignored?: readonly DiagnosticCode[];
}

function check(
  { file, text, url, ignored = [] }: Checked,
  { env = environment, allowInsecureHosts = false }: PipelineOptions,
): Pipeline {
  const { definition, diagnostics } = loadDefinition({ file, text }, {
    catalog: registry,
    env,
    allowInsecureHosts,
    now: systemClock.now(),
  });
  if (definition === undefined) throw new PipelineError(diagnostics, text);
  const { name, fingerprint } = definition;
  const warnings = diagnostics.filter(({ code }) => !ignored.includes(code));
  const pipeline = { name, warnings, fingerprint };
  loaded.set(pipeline, { definition, url });
  return pipeline;
}

function environment(name: string): string | undefined {
  return Deno.env.get(name);
}
