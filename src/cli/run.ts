import { RefusalError } from "../runtime/refusal.ts";
import { type Command, commandHelp, HELP } from "./command.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { didYouMean, readOptions } from "./options.ts";
import { permissionProblem } from "./permission.ts";

/** Loads a command's code only when the command is asked for. */
export type LazyCommand = () => Promise<Command>;

/** Every command by its name. */
export type CommandList = Readonly<Record<string, LazyCommand>>;

/**
 * Runs the command that the arguments name, and returns the process's exit code. A user's mistake ends
 * with a message and 2, a failure with a message and 1; stack traces are shown only with
 * `TILLPIPE_DEBUG=1`.
 */
export async function runCommand(
  args: readonly string[],
  commands: CommandList,
  host: Host,
): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (name === undefined) {
      host.terminal.note(await overview(commands));
      return 2;
    }
    if (["help", "--help", "-h"].includes(name)) {
      host.terminal.print(await overview(commands));
      return 0;
    }
    const command = await find(name, commands);
    const options = readOptions(rest, { ...command, options: [...command.options, HELP] });
    if (options.flag("help")) {
      host.terminal.print(commandHelp(command));
      return 0;
    }
    return await command.run(options, host);
  } catch (error) {
    return tell(error, host);
  } finally {
    host.terminal.endLive();
  }
}

async function find(name: string, commands: CommandList): Promise<Command> {
  const names = Object.keys(commands);
  const load = names.includes(name) ? commands[name] : undefined;
  if (load !== undefined) return await load();
  const near = didYouMean(name, names);
  throw new CommandError(`There is no command "${name}"`, {
    hint: near === undefined ? "See --help for what there is" : `Did you mean ${near}?`,
  });
}

async function overview(commands: CommandList): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map((command) => command.name.length));
  const lines = all.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "Tillpipe brings every order taken on a Sitoo till to Ometria",
    `Commands:\n${lines.join("\n")}`,
    "deno task COMMAND --help shows a command's options",
  ].join("\n\n");
}

function tell(error: unknown, host: Host): number {
  const { exitCode, message, hint } = explain(error);
  const { errStyle: style } = host.terminal;
  host.terminal.endLive();
  host.terminal.note(`${style.bad("Error:")} ${host.logging.redact(message)}`);
  if (hint !== undefined) host.terminal.note(host.logging.redact(hint));
  if (host.env("TILLPIPE_DEBUG") === "1" && error instanceof Error) {
    host.terminal.note(host.logging.redact(Deno.inspect(error)));
  }
  return exitCode;
}

interface Explanation {
  readonly exitCode: number;
  readonly message: string;
  readonly hint?: string;
}

function explain(error: unknown): Explanation {
  const refused = permissionProblem(error);
  if (refused !== undefined) {
    const { message, hint, byDeno } = refused;
    return { exitCode: byDeno ? 2 : 1, message, hint };
  }
  if (error instanceof CommandError) {
    const { exitCode, message, hint } = error;
    return { exitCode, message, ...(hint === undefined ? {} : { hint }) };
  }
  if (error instanceof RefusalError) {
    return { exitCode: 2, message: error.message, hint: error.remedy };
  }
  return {
    exitCode: 1,
    message: error instanceof Error ? error.message : String(error),
    hint: "Set TILLPIPE_DEBUG=1 to see where this comes from",
  };
}
