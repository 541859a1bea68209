import { parseEnv } from "node:util";
import type { Host } from "./host.ts";

/** Looks up a variable. */
export type Environment = (name: string) => string | undefined;

/**
 * The environment with what `.env` adds to it; where both have a variable, the environment wins. For
 * commands that work on real accounts: demo, sandbox and tests never read `.env`.
 */
export async function environmentWithFile(
  host: Pick<Host, "env" | "readFile">,
): Promise<Environment> {
  const found = await host.readFile(".env");
  const file = found === undefined ? {} : parseEnv(found.text);
  return (name) => host.env(name) ?? (Object.hasOwn(file, name) ? file[name] : undefined);
}

/** A variable's value, with an empty one counting as none. */
export function setting(env: Environment, name: string): string | undefined {
  const value = env(name)?.trim();
  return value === undefined || value === "" ? undefined : value;
}
