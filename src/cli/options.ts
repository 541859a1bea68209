import { parseArgs } from "../std/parse_args.ts";
import { closestString, levenshteinDistance } from "../std/text.ts";
import { CommandError } from "./failure.ts";

/** One `--option` of a command. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** What it is for, in a few words; capital first, no full stop. */
  readonly summary: string;
  /** What stands for its value in the help (`FILE`); an option without one is on or off. */
  readonly value?: string;
  /** May be given more than once. */
  readonly repeat?: boolean;
}

/** What a command is told on its command line. */
export interface CommandLine {
  readonly options: readonly OptionSpec[];
  /** Names of what comes without dashes (`ORDERID`), in brackets if it may be left out; more are refused. */
  readonly positionals?: readonly string[];
}

/** The options and arguments of a call, checked against their specs. */
export class Options {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #flags: ReadonlySet<string>;
  readonly positionals: readonly string[];

  constructor(
    values: ReadonlyMap<string, readonly string[]>,
    flags: ReadonlySet<string>,
    positionals: readonly string[],
  ) {
    this.#values = values;
    this.#flags = flags;
    this.positionals = positionals;
  }

  flag(name: string): boolean {
    return this.#flags.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A whole number within bounds. Throws `CommandError` for anything else. */
  wholeNumber(
    name: string,
    bounds: { readonly min: number; readonly max: number },
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
    throw new CommandError(
      `--${name} takes a whole number from ${bounds.min} to ${bounds.max}, not "${text}"`,
    );
  }
}

/** Reads a command line. Throws `CommandError` for what the command does not know. */
export function readOptions(args: readonly string[], line: CommandLine): Options {
  // `deno task NAME -- --option` and `npm exec` leave their separator in.
  const own = args.filter((arg) => arg !== "--");
  const valued = line.options.filter((option) => option.value !== undefined);
  const flags = line.options.filter((option) => option.value === undefined);
  const parsed = parseArgs(own, {
    string: ["_", ...valued.map((option) => option.name)],
    boolean: flags.map((option) => option.name),
    collect: valued.map((option) => option.name),
    alias: { help: "h" },
    unknown: (arg, key) => key === undefined ? true : refuseUnknown(arg, line),
  });
  const values = new Map<string, string[]>();
  for (const option of valued) values.set(option.name, readValues(option, parsed[option.name]));
  for (const { name } of flags) refuseFlagValue(own, name);
  const on = new Set(flags.map((option) => option.name).filter((name) => parsed[name] === true));
  const given = parsed._.map(String);
  if (on.has("help")) return new Options(values, on, given);
  return new Options(values, on, readPositionals(given, line.positionals ?? []));
}

/** Adds what was probably meant, if anything is near. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closestString(given, known);
  const distance = levenshteinDistance(given, near);
  return distance <= Math.max(2, Math.floor(near.length / 3)) ? near : undefined;
}

function readValues(option: OptionSpec, given: unknown): string[] {
  const values = Array.isArray(given) ? given.map(String) : [];
  if (values.includes("")) {
    throw new CommandError(`--${option.name} needs a value: --${option.name} ${option.value}`);
  }
  if (values.length > 1 && option.repeat !== true) {
    throw new CommandError(`--${option.name} is given ${values.length} times; once is enough`);
  }
  return values;
}

function refuseFlagValue(args: readonly string[], name: string): void {
  const given = args.find((arg) => arg.startsWith(`--${name}=`));
  if (given !== undefined) throw new CommandError(`--${name} takes no value`);
}

/** The next step where a command line says what cannot be taken. */
const seeHelp = "See --help for what there is, with examples";

function refuseUnknown(arg: string, line: CommandLine): never {
  const name = arg.replace(/^-+/, "").replace(/=.*$/s, "");
  const near = didYouMean(name, line.options.map((option) => option.name));
  throw new CommandError(`There is no option "${arg.replace(/=.*$/s, "")}"`, {
    hint: near === undefined ? seeHelp : `Did you mean --${near}?`,
  });
}

function readPositionals(given: readonly string[], names: readonly string[]): readonly string[] {
  const extra = given[names.length];
  if (extra !== undefined) {
    throw new CommandError(`Nothing is known to be done with "${extra}"`, { hint: seeHelp });
  }
  const missing = names[given.length];
  if (missing !== undefined && !missing.startsWith("[")) {
    throw new CommandError(`${missing} is missing`, { hint: seeHelp });
  }
  return given;
}
