import type { Diagnostic, Span } from "../definition/diagnostic.ts";
import {
  loadDefinition,
  type LoadOptions,
  type LoadResult,
  type PipelineSource,
} from "../definition/load.ts";
import { isPath } from "../definition/module_url.ts";
import { isMap } from "../definition/plain.ts";
import { renderDiagnostics, toJson } from "../definition/render.ts";
import { registry } from "../stages/registry.ts";
import type { LoadedPipeline } from "../server/compose.ts";
import { isGlob, toFileUrl } from "../std/path.ts";
import type { Environment } from "./environment.ts";
import { CommandError, type CommandErrorOptions } from "./failure.ts";
import { expandGlob } from "./glob.ts";
import type { Host } from "./host.ts";
import type { Terminal } from "./terminal.ts";

/** The file that is used when none is named. */
export const DEFAULT_PIPELINE = "pipeline.yaml";

/** A pipeline file as the user named it, and where it really lies. */
export interface PipelineFile extends PipelineSource {
  readonly path: string;
}

/** How pipeline files are loaded. */
export interface PipelineSettings {
  readonly env: Environment;
  /** Takes http and any host: for the sandbox. */
  readonly allowInsecureHosts: boolean;
  /** See `LoadOptions`. */
  readonly overrides?: LoadOptions["overrides"];
}

/** A module that a stage names. */
export interface NamedModule {
  /** As the pipeline has it. */
  readonly specifier: string;
  readonly url: URL;
  /** The pipeline file, and where it says so. */
  readonly file: string;
  readonly span: Span;
}

/** What became of some pipeline files. */
export interface LoadedPipelines {
  readonly pipelines: readonly LoadedPipeline[];
  readonly diagnostics: readonly Diagnostic[];
  /** Modules of the integrator's own that stages name. */
  readonly modules: readonly NamedModule[];
  /** Texts by file name, for excerpts. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Finds and reads the pipeline files that the user named. Throws `CommandError` when one is missing. */
export async function readPipelineFiles(
  named: readonly string[],
  host: Pick<Host, "readFile">,
): Promise<readonly PipelineFile[]> {
  const sources = new Map<string, PipelineFile>();
  for (const pattern of named.length === 0 ? [DEFAULT_PIPELINE] : named) {
    for (const file of await filesOf(pattern)) {
      const found = await host.readFile(file);
      if (found === undefined) throw missing(file);
      sources.set(found.path, { file, ...found });
    }
  }
  return [...sources.values()];
}

/** Checks pipeline files, all of them with all of their problems. */
export function checkPipelines(
  sources: readonly PipelineFile[],
  settings: PipelineSettings,
  host: Pick<Host, "clock">,
): LoadedPipelines {
  const loaded = sources.map((source) => {
    const result = loadDefinition(source, {
      catalog: registry,
      env: settings.env,
      allowInsecureHosts: settings.allowInsecureHosts,
      now: host.clock.now(),
      ...(settings.overrides === undefined ? {} : { overrides: settings.overrides }),
    });
    return { ...result, file: source.file, path: source.path, text: source.text };
  });
  const names = new Map<string, string>();
  const diagnostics = loaded.flatMap(({ definition, file, locate, ...result }) => {
    const name = definition?.name;
    const other = name === undefined ? undefined : names.get(name);
    if (name === undefined || other === undefined) {
      if (name !== undefined) names.set(name, file);
      return result.diagnostics;
    }
    const twice: Diagnostic = {
      code: "invalid-value",
      severity: "error",
      message: `The name "${name}" is taken by ${other}`,
      hint: "Every pipeline needs a name of its own: it is part of every key that is stored",
      file,
      span: locate(["name"]),
    };
    return [...result.diagnostics, twice];
  });
  return {
    pipelines: loaded.flatMap(({ definition, path, file, text, diagnostics }) =>
      definition === undefined
        ? []
        : [{ definition, url: toFileUrl(path), source: { file, text, diagnostics } }]
    ),
    diagnostics,
    modules: loaded.flatMap(modulesOf),
    texts: new Map(sources.map(({ file, text }) => [file, text])),
  };
}

function modulesOf(
  { definition, file, path, locate }: LoadResult & Pick<PipelineFile, "file" | "path">,
): readonly NamedModule[] {
  const stages = [
    ...definition?.sources ?? [],
    ...definition?.transforms ?? [],
    ...definition?.sinks ?? [],
  ];
  return stages.flatMap(({ options, path: at }) => {
    const specifier = isMap(options) ? options["module"] : undefined;
    if (typeof specifier !== "string" || !isPath(specifier)) return [];
    const url = new URL(specifier, toFileUrl(path));
    return [{ specifier, url, file, span: locate([...at, "with", "module"]) }];
  });
}

/** Loads pipelines for a command that runs them: shows warnings, throws `CommandError` on errors. */
export function usablePipelines(
  loaded: LoadedPipelines,
  terminal: Terminal,
): readonly LoadedPipeline[] {
  const text = renderDiagnostics(loaded.diagnostics, loaded.texts, { color: terminal.errColor });
  if (loaded.diagnostics.some(({ severity }) => severity === "error")) {
    const unset = unsetVariables(loaded.diagnostics);
    if (unset !== undefined) {
      throw withoutVariables(unset, { text: "", json: toJson(loaded.diagnostics) });
    }
    throw new CommandError("The pipeline cannot run like this", {
      hint: loaded.diagnostics.some(({ code }) => code === "missing-variable")
        ? "deno task init asks for what is missing and writes .env; deno task validate checks a file without running it"
        : "deno task validate checks a file without running it",
      problems: { text, json: toJson(loaded.diagnostics) },
    });
  }
  if (loaded.diagnostics.length > 0) terminal.note(text);
  return loaded.pipelines;
}

/** The variables that are not set, where they are all that is wrong: nobody has set anything up yet. */
function unsetVariables(diagnostics: readonly Diagnostic[]): readonly string[] | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const names = errors.flatMap(({ code, message, hint }) => {
    const name = /^Variable "(\w+)" is not set$/.exec(message)?.[1];
    return code === "missing-variable" && name !== undefined && hint?.startsWith("Set ") === true
      ? [name]
      : [];
  });
  return names.length === errors.length ? [...new Set(names)] : undefined;
}

function withoutVariables(
  names: readonly string[],
  problems: NonNullable<CommandErrorOptions["problems"]>,
): CommandError {
  const [first = ""] = names;
  return new CommandError(
    names.length === 1
      ? `The pipeline needs the variable ${first}, which is not set`
      : `The pipeline needs variables that are not set: ${names.join(", ")}`,
    {
      hint:
        "deno task init asks for them and writes .env; deno task validate shows where they are used",
      problems,
    },
  );
}

async function filesOf(pattern: string): Promise<readonly string[]> {
  const files = await expandGlob(pattern);
  // Tests of a pipeline lie beside it and are none.
  const pipelines = isGlob(pattern) ? files.filter((file) => !/_test\.ya?ml$/.test(file)) : files;
  if (pipelines.length === 0) throw missing(pattern);
  return pipelines;
}

function missing(file: string): CommandError {
  return new CommandError(`Cannot find the pipeline file "${file}"`, {
    hint: "Name it with --pipeline FILE, or call from the folder it lies in",
  });
}
