import { type Command, commandHelp, HELP } from "./command.ts";
import { asksForJson, tellFailure } from "./failed.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { didYouMean, readOptions } from "./options.ts";

/** Loads a command's code only when the command is asked for. */
export type LazyCommand = () => Promise<Command>;

/** Every command by its name. */
export type CommandList = Readonly<Record<string, LazyCommand>>;

/**
 * Runs the command that the arguments name, and returns the process's exit code. A user's mistake ends
 * with a message and 2, a failure with a message and 1.
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
    return tellFailure(error, { json: asksForJson(args) }, host);
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
