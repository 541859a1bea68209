import { compose, type Installation } from "../compose.ts";
import type { Host } from "../host.ts";
import { checkPipelines, readPipelineFiles, usablePipelines } from "../pipelines.ts";
import { sandboxOverrides } from "../sandbox_overrides.ts";
import type { ServerSettings } from "./server_settings.ts";

/** The key of the hashes; nothing in a sandbox is worth one that is secret. */
const HASH_KEY = "the-crash-test-has-nothing-to-hide";

/** Puts the user's pipeline together on the sandbox: in every server, and where the test itself looks. */
export async function composeOnSandbox(
  settings: ServerSettings,
  host: Host,
): Promise<Installation> {
  const files = await readPipelineFiles(settings.pipelines, host);
  const loaded = checkPipelines(files, {
    env: host.env,
    allowInsecureHosts: true,
    overrides: sandboxOverrides(settings.accounts, { receipts: true }),
  }, host);
  const pipelines = usablePipelines(loaded, host.terminal);
  return await compose(pipelines, { store: settings.store, secret: HASH_KEY }, host);
}
