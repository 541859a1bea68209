import { fail, type Finding, ok, warn } from "../runtime/doctor/finding.ts";
import { checkStore, type StoreCheck } from "../runtime/doctor/store_check.ts";
import type { Environment } from "./environment.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { allowsInsecureHosts, configuredSecret, operatorRule, storeLocation } from "./settings.ts";

/** What all pipelines of an installation share, as it was found. */
export interface Setting extends StoreCheck {
  /** The key of all hashes, if one is configured and can be used. */
  readonly secret: string | undefined;
  /** Where the server is reached, if that is said. */
  readonly publicUrl: string | undefined;
}

/**
 * Looks at store, secret and `.env`.
 *
 * @param options.real whether any of the accounts is a real one, and not the sandbox's
 */
export async function checkSetting(
  env: Environment,
  host: Host,
  { real }: { readonly real: boolean },
): Promise<Setting> {
  const store = await checkStore(storeLocation(env), host);
  const [secret, ofSecret] = checkSecret(env, store.store !== undefined);
  const [publicUrl, ofUrl] = checkPublicUrl(env);
  return {
    ...store,
    findings: [
      ...store.findings,
      ...ofSecret,
      ...await checkEnvFile(),
      ...ofUrl,
      ...(real ? checkHosts(env) : []),
    ],
    secret,
    publicUrl,
  };
}

function checkSecret(
  env: Environment,
  hasStore: boolean,
): readonly [secret: string | undefined, findings: readonly Finding[]] {
  const check = "secret";
  try {
    const secret = configuredSecret(env);
    if (secret !== undefined) return [secret, [ok(check, "TILLPIPE_SECRET is set")]];
    const remedy = hasStore
      ? "Back the store up with everything else: a new secret would make every order look changed"
      : "deno task init makes one; keep a copy of it in a safe place";
    return [
      undefined,
      [warn(check, "TILLPIPE_SECRET is not set: the key of all hashes lies in the store", remedy)],
    ];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [undefined, [fail(check, error.message, error.hint ?? "Set another one")]];
  }
}

/** Keys lie in it: nobody else on the machine should read them. */
async function checkEnvFile(): Promise<readonly Finding[]> {
  const mode = (await Deno.stat(".env").catch(() => undefined))?.mode ?? null;
  if (mode === null) return [];
  return (mode & 0o077) === 0
    ? [ok("env-file", "Only its owner can read .env")]
    : [warn("env-file", "Others on this machine can read .env", "chmod 600 .env")];
}

function checkPublicUrl(
  env: Environment,
): readonly [publicUrl: string | undefined, findings: readonly Finding[]] {
  try {
    return [operatorRule(env).publicUrl, []];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [undefined, [fail("public-url", error.message, error.hint ?? "Correct it")]];
  }
}

/** What the sandbox needs is a hole where real keys are sent. */
function checkHosts(env: Environment): readonly Finding[] {
  if (!allowsInsecureHosts(env)) return [];
  return [
    warn(
      "insecure-hosts",
      "TILLPIPE_ALLOW_INSECURE_HOSTS is set, though the accounts are real ones",
      "Take it out of the environment and .env: it lets keys go to any host, and unencrypted",
    ),
  ];
}
