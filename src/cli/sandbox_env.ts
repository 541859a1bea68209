import { SANDBOX_WEBHOOK, type SandboxAccounts } from "./sandbox_overrides.ts";
import { CommandError } from "./failure.ts";
import { readIfThere } from "./init/files.ts";

/** First line of a file that may be replaced: nobody has written anything into it. */
export const SANDBOX_MARK = "# Written by deno task sandbox; the next one replaces it";

/** The variables with which the shipped pipeline works on a sandbox, on a store of its own. */
export function sandboxVariables(accounts: SandboxAccounts): Readonly<Record<string, string>> {
  const { sitoo, ometria } = accounts;
  return {
    SITOO_ACCOUNT_URL: sitoo.accountUrl,
    SITOO_API_ID: sitoo.apiId,
    SITOO_API_KEY: sitoo.apiKey,
    OMETRIA_API_URL: ometria.apiUrl,
    OMETRIA_API_KEY: ometria.apiKey,
    OMETRIA_EMAIL_API_KEY: ometria.emailApiKey,
    WEBHOOK_USERNAME: SANDBOX_WEBHOOK.username,
    WEBHOOK_PASSWORD: SANDBOX_WEBHOOK.password,
    TILLPIPE_ALLOW_INSECURE_HOSTS: "1",
    TILLPIPE_STORE: ".tillpipe/sandbox.sqlite3",
  };
}

/** Lines to paste into a shell. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`).join("\n");
}

/** Writes a file of variables. Throws `CommandError` rather than replace one that somebody else wrote. */
export async function writeEnvFile(
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const before = await readIfThere(file);
  if (before !== undefined && !before.startsWith(SANDBOX_MARK)) {
    throw new CommandError(`"${file}" is there already and is not the sandbox's own`, {
      hint: "Name another file, or move that one away",
    });
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  await Deno.writeTextFile(file, `${[SANDBOX_MARK, ...lines].join("\n")}\n`);
}

/** Where the sandbox lies unless it is told otherwise, so that what was set up for it stays good. */
export const SANDBOX_PORT = 8701;
