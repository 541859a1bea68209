import { checkAccount } from "../runtime/account_check.ts";
import { compose, type Installation, type InstallationOptions } from "./compose.ts";
import { type Environment, environmentWithFile } from "./environment.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { checkPipelines, readPipelineFiles, usablePipelines } from "./pipelines.ts";
import { allowsInsecureHosts, configuredSecret, storeLocation } from "./settings.ts";

/** An installation on real accounts, with the environment it was made from. */
export interface RealInstallation extends Installation {
  readonly env: Environment;
}

/** Puts together what the user's files and environment say: for commands on real accounts. */
export async function composeFromUser(
  options: Options,
  host: Host,
  replace: Pick<InstallationOptions, "pipelineStore" | "pipelineOmetria"> = {},
): Promise<RealInstallation> {
  const env = await environmentWithFile(host);
  const sources = await readPipelineFiles(options.list("pipeline"), host);
  const settings = { env, allowInsecureHosts: allowsInsecureHosts(env) };
  const pipelines = usablePipelines(checkPipelines(sources, settings, host), host.terminal);
  const secret = configuredSecret(env);
  const installation = await compose(pipelines, {
    store: storeLocation(env),
    secret,
    ...replace,
  }, host);
  return { ...installation, env };
}

/**
 * Makes sure, before anything is sent, that each pipeline's label still stands for its Ometria account.
 * Throws `RefusalError` with the remedy.
 */
export async function checkAccounts(
  { contexts }: Installation,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const acceptNewIds = options.flag("accept-new-ids");
  for (const context of contexts) await checkAccount(context, { acceptNewIds }, signal);
}
