export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  negatable?: readonly string[];
  alias?: Readonly<Record<string, string | readonly string[]>>;
  default?: Readonly<Record<string, unknown>>;
  stopEarly?: boolean;
  "--"?: boolean;
  /** Called for every argument that no option describes; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
/** Flags by name; `_` holds what is no flag. */
export interface ParsedArgs {
  _: (string | number)[];
  [flag: string]: unknown;
}
export function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArgs;
