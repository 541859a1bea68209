import { setUpLogging } from "../telemetry/logging.ts";
import { sendOwnSpansOnly } from "../telemetry/spans.ts";
import { tracingBy } from "../telemetry/tracing_setting.ts";
import { systemClock } from "../time/clock.ts";
import type { Host } from "./host.ts";
import { logStyle } from "./log_style.ts";
import { readUserFile } from "./user_file.ts";
import { type CommandList, runCommand } from "./run.ts";
import { createStopSignal } from "./shutdown.ts";
import { createTerminal } from "./terminal.ts";

/** Every command, in the order of the help; the code of each is loaded only when it runs. */
export const COMMANDS: CommandList = {
  demo: async () => (await import("./commands/demo.ts")).demo,
  init: async () => (await import("./commands/init.ts")).init,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  serve: async () => (await import("./commands/serve.ts")).serve,
  backfill: async () => (await import("./commands/backfill.ts")).backfill,
  validate: async () => (await import("./commands/validate.ts")).validate,
  replay: async () => (await import("./commands/replay.ts")).replay,
  reconcile: async () => (await import("./commands/reconcile.ts")).reconcile,
  status: async () => (await import("./commands/status.ts")).status,
  plan: async () => (await import("./commands/plan.ts")).plan,
  receipts: async () => (await import("./commands/receipts.ts")).receipts,
  explain: async () => (await import("./commands/explain.ts")).explain,
  record: async () => (await import("./commands/record.ts")).record,
  crashtest: async () => (await import("./commands/crashtest.ts")).crashtest,
  sandbox: async () => (await import("./commands/sandbox.ts")).sandbox,
  prune: async () => (await import("./commands/prune.ts")).prune,
  forget: async () => (await import("./commands/forget.ts")).forget,
  schema: async () => (await import("./commands/schema.ts")).schema,
};

/** The composition root: the only place that takes clock, randomness, environment and signals as they are. */
async function main(): Promise<void> {
  const terminal = createTerminal();
  const env = (name: string): string | undefined => Deno.env.get(name);
  if (tracingBy(env) === "own-spans") sendOwnSpansOnly();
  const logging = await setUpLogging({
    ...logStyle(Deno.args, env),
    write: (line) => terminal.raw(line),
  });
  const host: Host = {
    terminal,
    env,
    readFile: (path) => readUserFile(path, env("INIT_CWD")),
    clock: systemClock,
    random: Math.random,
    logging,
    stopSignal: createStopSignal(
      {
        listen: Deno.addSignalListener,
        exit: Deno.exit,
        monotonic: () => systemClock.monotonic(),
      },
      Deno.build.os,
    ),
  };
  Deno.exit(await runCommand(Deno.args, COMMANDS, host));
}

if (import.meta.main) await main();
