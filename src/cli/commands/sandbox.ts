import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import type { Command } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { exportLines, SANDBOX_PORT, sandboxVariables, writeEnvFile } from "../sandbox_env.ts";
import { SANDBOX_WEBHOOK } from "../sandbox_overrides.ts";
import { aborted } from "../waiting.ts";
import { plural } from "../../server/figures.ts";

/** Runs the two fakes until it is stopped. */
export const sandbox: Command = {
  name: "sandbox",
  summary: "Run a fake Sitoo and a fake Ometria, filled with made-up orders, until stopped",
  details: [
    "Prints the variables with which every other command works on the sandbox instead of real accounts. With --webhook it sends events there as Sitoo does, and keeps its tills busy.",
  ],
  options: [
    { name: "orders", value: "N", summary: "Past orders (500)" },
    { name: "seed", value: "N", summary: "Same seed, same orders (1)" },
    {
      name: "sitoo-port",
      value: "PORT",
      summary: `Port of the fake Sitoo (${SANDBOX_PORT}, or a free one)`,
    },
    {
      name: "ometria-port",
      value: "PORT",
      summary: `Port of the fake Ometria (${SANDBOX_PORT + 1}, or a free one)`,
    },
    { name: "write-env", value: "FILE", summary: "Write the variables into a file as well" },
    { name: "webhook", value: "URL", summary: "Send events to this base_url" },
    { name: "rate", value: "N", summary: "New orders a minute, with --webhook (60)" },
  ],
  examples: ["", "--write-env .env", "--webhook http://127.0.0.1:8000/hooks/sitoo-to-ometria"],
  run,
};

const MANY = 100_000_000;
const port = { min: 0, max: 65_535 };

async function run(options: Options, host: Host): Promise<number> {
  const { terminal, clock } = host;
  const webhook = webhookAddress(options);
  const rate = options.wholeNumber("rate", { min: 1, max: 60_000 }) ?? 60;
  const settings = {
    orders: options.wholeNumber("orders", { min: 0, max: MANY }),
    seed: options.wholeNumber("seed", { min: 0, max: MANY }),
    sitooPort: options.wholeNumber("sitoo-port", port) ?? freePort(SANDBOX_PORT),
    ometriaPort: options.wholeNumber("ometria-port", port) ?? freePort(SANDBOX_PORT + 1),
  };
  const stop = host.stopSignal();
  await using running = await startSandbox({ ...settings, clock });
  const variables = sandboxVariables(running);
  const file = options.text("write-env");
  if (file !== undefined) await writeEnvFile(file, variables);
  terminal.print(exportLines(variables));
  terminal.note(
    `The sandbox runs with ${plural(running.sitoo.book.length, "order")}; Ctrl-C ends it`,
  );
  terminal.note(`Set a pipeline up on it, in another terminal: ${initCommand(running, settings)}`);
  if (webhook === undefined) {
    terminal.note(
      "Its tills sell nothing; they do with --webhook http://127.0.0.1:8000/hooks/sitoo-to-ometria",
    );
  }
  if (file !== undefined) terminal.note(`Wrote ${file}`);
  if (webhook !== undefined) await feed(running, { webhook, rate, stop }, host);
  await aborted(stop);
  return 0;
}

/** The usual port if nothing is on it, so that a pipeline set up for the sandbox finds the next one too. */
function freePort(usual: number): number {
  try {
    Deno.listen({ hostname: "127.0.0.1", port: usual }).close();
    return usual;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return 0;
  }
}

function initCommand({ sitoo, ometria }: Sandbox, { sitooPort }: { sitooPort: number }): string {
  if (sitooPort === SANDBOX_PORT) return "deno task init --sandbox";
  return [
    `deno task init --sitoo-account-url ${sitoo.accountUrl} --sitoo-api-id ${sitoo.apiId}`,
    `--sitoo-api-key ${sitoo.apiKey} --ometria-api-url ${ometria.apiUrl}`,
    `--ometria-api-key ${ometria.apiKey} --ometria-email-api-key ${ometria.emailApiKey}`,
    "--start-date 2024-01-01",
  ].join(" ");
}

function webhookAddress(options: Options): string | undefined {
  const text = options.text("webhook");
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return text;
  throw new CommandError(`--webhook is no web address: "${text}"`, {
    hint: "Use a pipeline's base_url, such as http://127.0.0.1:8000/hooks/sitoo-to-ometria",
  });
}

interface Feed {
  readonly webhook: string;
  readonly rate: number;
  readonly stop: AbortSignal;
}

async function feed(running: Sandbox, options: Feed, { terminal }: Host): Promise<void> {
  await running.sender.start({ baseUrl: options.webhook, ...SANDBOX_WEBHOOK });
  terminal.note(`Sends about ${plural(options.rate, "order")} a minute to ${options.webhook}`);
  const made = await running.live(
    { ordersPerSecond: options.rate / 60, receipts: 0.3 },
    options.stop,
  );
  const { sender } = running.counters();
  terminal.note(
    `${plural(made, "order")} made, ${
      plural(sender.delivered, "event")
    } taken, ${sender.dropped} refused`,
  );
}
