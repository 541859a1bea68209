import { Secret } from "../definition/secret.ts";
import type { OperatorRule } from "../server/environment.ts";
import { type Environment, setting } from "./environment.ts";
import { CommandError } from "./failure.ts";

const DEFAULT_STORE = ".tillpipe/store.sqlite3";
const SHORTEST_SECRET = 32;

/** Whether http and hosts other than Sitoo's are taken: sandbox and tests only. */
export function allowsInsecureHosts(env: Environment): boolean {
  return setting(env, "TILLPIPE_ALLOW_INSECURE_HOSTS") === "1";
}

/** Where the store lies: a path, `:memory:`, or the URL of a KV Connect server. */
export function storeLocation(env: Environment): string {
  return setting(env, "TILLPIPE_STORE") ?? DEFAULT_STORE;
}

/** Whether there is a store already; a database elsewhere, and one in memory, always are. */
export async function storeIsThere(location: string): Promise<boolean> {
  if (location === ":memory:" || /^https?:/i.test(location)) return true;
  try {
    await Deno.stat(location);
    return true;
  } catch (error) {
    // What else is wrong with it, whoever opens it says.
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** The key of all keyed hashes, if one is configured. Throws `CommandError` for one that is too short. */
export function configuredSecret(env: Environment): string | undefined {
  const secret = setting(env, "TILLPIPE_SECRET");
  if (secret !== undefined && secret.length < SHORTEST_SECRET) {
    throw new CommandError(`TILLPIPE_SECRET is too short: it has ${secret.length} characters`, {
      hint:
        `Use ${SHORTEST_SECRET} or more random characters, and keep them: a new one makes every order look changed`,
    });
  }
  return secret;
}

/**
 * Where the server listens: this machine only, unless `HOST` says otherwise (`0.0.0.0` in a container,
 * where whatever stands in front comes from outside).
 */
export function listenAddress(
  env: Environment,
): { readonly hostname: string; readonly port: number } {
  const text = setting(env, "PORT") ?? "8000";
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new CommandError(`PORT is no port: "${text}"`, { hint: "Use a number from 0 to 65535" });
  }
  return { hostname: setting(env, "HOST") ?? "127.0.0.1", port };
}

/** Who may see the operator pages. */
export function operatorRule(env: Environment): OperatorRule {
  const password = setting(env, "TILLPIPE_ADMIN_PASSWORD");
  const publicUrl = publicAddress(env);
  return {
    deploy: false,
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function publicAddress(env: Environment): string | undefined {
  const text = setting(env, "PUBLIC_URL");
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(`PUBLIC_URL is no web address: "${text}"`, {
      hint:
        "Use the address that Sitoo reaches this server under, such as https://hooks.example.com",
    });
  }
  return text.replace(/\/+$/, "");
}
