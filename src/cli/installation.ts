import { checkAccount } from "../runtime/account_check.ts";
import { OWN_SPANS_ONLY, tracingBy } from "../telemetry/tracing_setting.ts";
import { compose, type Installation, type InstallationOptions } from "./compose.ts";
import { type Environment, environmentWithFile } from "./environment.ts";
import { CommandError } from "./failure.ts";
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
  refuseWholeAddresses(host);
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

/** No secret and nobody's address is to get into a trace, and the runtime's own spans would hold both. */
function refuseWholeAddresses({ env }: Host): void {
  if (tracingBy(env) !== "whole-addresses") return;
  const settings = Object.entries(OWN_SPANS_ONLY).map(([name, value]) => `${name}=${value}`);
  throw new CommandError(
    "Cannot work with OTEL_DENO as it is set: the runtime's spans would hold passwords and email addresses",
    {
      hint: `Set ${
        settings.join(" and ")
      } beside it (deno task serve and backfill do), so that only Tillpipe's own spans are sent`,
    },
  );
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
