import { ACCEPT_NEW_IDS, type Command, PIPELINE } from "../command.ts";
import type { Host } from "../host.ts";
import { checkAccounts, composeFromUser, type RealInstallation } from "../installation.ts";
import type { Options } from "../options.ts";
import { type Serving, startServing } from "../serving.ts";
import { configuredSecret, listenAddress, operatorRule } from "../settings.ts";
import { aborted } from "../waiting.ts";

/** ms for what is in flight when the process is told to stop; it has five seconds in all. */
const GRACE = 4000;

/** Runs until it is told to stop. */
export const serve: Command = {
  name: "serve",
  summary: "Take webhooks and deliver orders and receipts, until stopped",
  details: [
    "Listens on 127.0.0.1 and port 8000; HOST and PORT change that (HOST=0.0.0.0 in a container). Sitoo needs to reach it over HTTPS: put a proxy with a certificate in front and set PUBLIC_URL to its address.",
    "The operator pages are on / for whoever sits at this machine; from elsewhere they need TILLPIPE_ADMIN_PASSWORD. History is brought by backfill or on its page, never by serve itself.",
    "Ctrl-C or SIGTERM stops within five seconds; a second one at once. What was not done stays due.",
  ],
  options: [PIPELINE, ACCEPT_NEW_IDS],
  examples: ["", "--pipeline pipeline.yaml --pipeline outlet.yaml"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const stop = host.stopSignal();
  await using installation = await composeFromUser(options, host, { storeUse: "make" });
  await checkAccounts(installation, options, stop);
  const { env } = installation;
  const operator = operatorRule(env);
  if (operator.password !== undefined) host.logging.hide(operator.password.reveal());
  const serving = startServing(installation, { ...listenAddress(env), operator }, host);
  serving.startPipelines();
  announce(installation, serving, host);
  try {
    await Promise.race([aborted(stop), serving.failed]);
  } finally {
    host.terminal.note("Stopping: what is in flight is finished or left due");
    await serving.stop(GRACE);
  }
  return 0;
}

function announce(installation: RealInstallation, serving: Serving, { terminal }: Host): void {
  const { env } = installation;
  const { publicUrl, password } = operatorRule(env);
  const base = publicUrl ?? serving.url;
  const { errStyle: style } = terminal;
  terminal.note(`Tillpipe listens on ${style.bold(serving.url)}`);
  for (const { pipeline } of installation.contexts) {
    const { name } = pipeline.definition;
    if (pipeline.webhook === undefined) terminal.note(`  ${name}: takes no webhooks`);
    else terminal.note(`  ${name}: base_url for Sitoo is ${base}/hooks/${name}`);
  }
  terminal.note(
    publicUrl !== undefined && password === undefined
      ? "  Operator pages: closed; set TILLPIPE_ADMIN_PASSWORD to open them"
      : `  Operator pages: ${base}/`,
  );
  if (configuredSecret(env) === undefined) {
    terminal.note(
      "  TILLPIPE_SECRET is not set: the key of all hashes lies in the store, so back the store up",
    );
  }
}
