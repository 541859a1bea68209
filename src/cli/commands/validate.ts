import type { Diagnostic } from "../../definition/diagnostic.ts";
import { renderDiagnostics, summarize, toJson } from "../../definition/render.ts";
import { type Command, JSON_OUTPUT, PIPELINE } from "../command.ts";
import { environmentWithFile } from "../environment.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { FORMAT, printForHost, readFormat } from "../output_format.ts";
import {
  checkPipelines,
  type LoadedPipelines,
  type NamedModule,
  readPipelineFiles,
} from "../pipelines.ts";
import { allowsInsecureHosts } from "../settings.ts";

/** Checks pipeline files and runs nothing. */
export const validate: Command = {
  name: "validate",
  summary: "Check pipeline files: all problems with line, column and a hint",
  details: [
    "Reads no order and calls nobody. Variables are filled in from the environment and .env, so one that is missing is a problem too.",
    "With --tests, no .env is read and Sitoo, Ometria and the store are in memory: what is under tests: of a pipeline is run, and what is in NAME_test.yaml beside it.",
  ],
  options: [
    PIPELINE,
    { name: "tests", summary: "Run the pipelines' own tests instead; needs no account" },
    { name: "update", summary: "With --tests: rewrite what the tests expect to what comes out" },
    JSON_OUTPUT,
    FORMAT,
  ],
  examples: ["", '--pipeline "pipelines/*.yaml"', "--tests", "--format github"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  if (options.flag("tests")) {
    // What runs tests is most of the program; a plain check does not wait for it to be loaded.
    const { validateWithTests } = await import("../pipeline_tests.ts");
    return await validateWithTests(options, host);
  }
  if (options.flag("update")) {
    throw new CommandError("--update rewrites what tests expect: it needs --tests");
  }
  const format = readFormat(options);
  const env = await environmentWithFile(host);
  const sources = await readPipelineFiles(options.list("pipeline"), host);
  const settings = { env, allowInsecureHosts: allowsInsecureHosts(env) };
  const checked = checkPipelines(sources, settings, host);
  const lacking = await missingModules(checked.modules);
  const loaded = { ...checked, diagnostics: [...checked.diagnostics, ...lacking] };
  const valid = !loaded.diagnostics.some(({ severity }) => severity === "error");
  if (format === "json") {
    host.terminal.data({ valid, diagnostics: toJson(loaded.diagnostics) });
  } else if (format === "text") {
    show(loaded, host);
  } else {
    printForHost(format, loaded.diagnostics, host.terminal);
  }
  return valid ? 0 : 2;
}

async function missingModules(modules: readonly NamedModule[]): Promise<readonly Diagnostic[]> {
  const found = await Promise.all(modules.map(async ({ url, specifier, file, span }) => {
    const isThere = await Deno.stat(url).then(({ isFile }) => isFile, () => false);
    if (isThere) return [];
    const problem: Diagnostic = {
      code: "missing-module",
      severity: "error",
      message: `There is no module ${JSON.stringify(specifier)}`,
      hint: "Name it as seen from this file, such as ./my_transform.ts",
      file,
      span,
    };
    return [problem];
  }));
  return found.flat();
}

function show(loaded: LoadedPipelines, { terminal }: Host): void {
  const { diagnostics, texts } = loaded;
  if (diagnostics.length > 0) {
    terminal.print(renderDiagnostics(diagnostics, texts, { color: terminal.outColor }));
  }
  for (const file of texts.keys()) {
    const own = diagnostics.filter((diagnostic) => diagnostic.file === file);
    if (own.some(({ severity }) => severity === "error")) continue;
    const warnings = own.length === 0 ? "" : `, ${summarize(own)}`;
    terminal.print(`${terminal.style.good("Valid:")} ${file}${warnings}`);
  }
  if (diagnostics.some(({ code }) => code === "missing-variable")) {
    terminal.print("\ndeno task init asks for what is missing, and writes it into .env");
  }
}
