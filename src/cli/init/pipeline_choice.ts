import { CommandError } from "../failure.ts";
import type { Options } from "../options.ts";
import { DEFAULT_PIPELINE } from "../pipelines.ts";
import type { Terminal } from "../terminal.ts";
import type { Asker } from "./ask.ts";
import { readIfThere } from "./files.ts";
import { isShipped } from "./pipeline_text.ts";

/** Which pipeline file is written, if one is. */
export interface PipelineChoice {
  readonly path: string;
  /** Its text now. */
  readonly before: string | undefined;
  /** It stays as it is. */
  readonly keep: boolean;
}

/** How the choice is made. */
export interface ChoiceTools {
  readonly asker: Asker | undefined;
  readonly terminal: Terminal;
}

const ways =
  "--keep leaves it and writes only .env, --force overwrites it, --output pipelines/NAME.yaml writes another one";

/**
 * Decides on the file before anything else is asked. One that somebody edited is overwritten only when told
 * so.
 *
 * @throws {CommandError} when it may not be, and nobody can be asked
 */
export async function choosePipelineFile(
  options: Options,
  { asker, terminal }: ChoiceTools,
): Promise<PipelineChoice> {
  let path = pipelinePath(options.text("output") ?? DEFAULT_PIPELINE);
  for (;;) {
    const before = await readIfThere(path);
    const free = before === undefined || isShipped(before);
    if (free || options.flag("force")) return { path, before, keep: false };
    if (options.flag("keep")) return { path, before, keep: true };
    if (options.flag("dry-run")) {
      const would = asker === undefined ? "refuse to overwrite it" : "ask what becomes of it";
      terminal.note(`${path} has been edited: without --dry-run, init would ${would} (${ways})`);
      return { path, before, keep: false };
    }
    if (asker === undefined) {
      throw new CommandError(`"${path}" has been edited: init does not overwrite it unasked`, {
        hint: ways,
      });
    }
    terminal.note(`${path} has been edited`);
    const choice = await asker.choice("What is to become of it?", [
      "Keep it, and write only .env",
      "Overwrite it",
      "Keep it, and set up another pipeline",
    ]);
    if (choice !== 2) return { path, before, keep: choice === 0 };
    path = await askForPath(asker, terminal);
  }
}

async function askForPath(asker: Asker, terminal: Terminal): Promise<string> {
  for (;;) {
    const name = await asker.text("Name of the other pipeline (outlet: pipelines/outlet.yaml):");
    if (/^[a-z0-9-]{1,32}$/.test(name)) return `pipelines/${name}.yaml`;
    terminal.note("Expected 1 to 32 of a-z, 0-9 and -");
  }
}

/** The two places that init may write a pipeline to. */
function pipelinePath(given: string): string {
  const path = given.replace(/^\.\//, "");
  if (path === DEFAULT_PIPELINE) return path;
  if (/^pipelines\/[a-z0-9_-]+\.ya?ml$/.test(path) && !/_test\.ya?ml$/.test(path)) return path;
  throw new CommandError(
    `Cannot write the pipeline to "${given}": init writes only in its own places`,
    {
      hint:
        "Take pipeline.yaml, or a name of a-z, 0-9, - and _ in pipelines/, such as pipelines/outlet.yaml; a pipeline file may be moved anywhere afterwards",
    },
  );
}
