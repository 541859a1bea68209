import { checkAccount } from "../runtime/account_check.ts";
import { OWN_SPANS_ONLY, tracingBy } from "../telemetry/tracing_setting.ts";
import { compose, type Installation, type InstallationOptions } from "./compose.ts";
import { type Environment, environmentWithFile } from "./environment.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { checkPipelines, readPipelineFiles, usablePipelines } from "./pipelines.ts";
import { allowsInsecureHosts, configuredSecret, storeIsThere, storeLocation } from "./settings.ts";

/** An installation on real accounts, with the environment it was made from. */
export interface RealInstallation extends Installation {
  readonly env: Environment;
}

/**
 * What becomes of a command where there is no store yet: `make` makes one, `told` too but says so, `needed`
 * refuses, and `empty` works as on an empty one and makes none. What only looks never makes one: a slip in
 * TILLPIPE_STORE is not to be answered with a new store that knows of nothing.
 */
export type StoreUse = "make" | "told" | "needed" | "empty";

/** What a command needs of an installation. */
export interface FromUserOptions
  extends Pick<InstallationOptions, "pipelineStore" | "pipelineOmetria"> {
  readonly storeUse: StoreUse;
}

/** Puts together what the user's files and environment say: for commands on real accounts. */
export async function composeFromUser(
  options: Options,
  host: Host,
  { storeUse, ...replace }: FromUserOptions,
): Promise<RealInstallation> {
  refuseWholeAddresses(host);
  const env = await environmentWithFile(host);
  const sources = await readPipelineFiles(options.list("pipeline"), host);
  const settings = { env, allowInsecureHosts: allowsInsecureHosts(env) };
  const pipelines = usablePipelines(checkPipelines(sources, settings, host), host.terminal);
  const secret = configuredSecret(env);
  const installation = await compose(pipelines, {
    store: await storeToOpen(storeLocation(env), storeUse, host),
    secret,
    ...replace,
  }, host);
  return { ...installation, env };
}

/** Where the store is opened. Throws `CommandError` when it is needed and not there. */
async function storeToOpen(location: string, use: StoreUse, { terminal }: Host): Promise<string> {
  if (use === "make" || await storeIsThere(location)) return location;
  if (use === "told") {
    terminal.note(`There was no store at "${location}": one is made`);
    return location;
  }
  if (use === "empty") {
    terminal.note(`There is no store at "${location}" yet: nothing is known of earlier orders`);
    return ":memory:";
  }
  throw new CommandError(`There is no store at "${location}"`, {
    hint:
      "deno task serve and deno task backfill make one there. One that lies elsewhere is named in TILLPIPE_STORE",
  });
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
