import type { Style } from "../style.ts";

/** What is told when everything is written. */
export interface ClosingOptions {
  /** Name of the pipeline. */
  readonly name: string;
  /** The pipeline file. */
  readonly file: string;
  /** `https://hooks.example.com`, if it is known. */
  readonly publicUrl: string | undefined;
  readonly username: string;
  /** The webhook's password; absent: it is not to be shown. */
  readonly password: string | undefined;
  /** The variable that holds the password. */
  readonly passwordVariable: string;
  readonly sandbox: boolean;
  readonly history: boolean;
  readonly style: Style;
}

/** What goes into Sitoo's Events Subscriptions, and which commands come next. */
export function closingText(options: ClosingOptions): string {
  const { style } = options;
  const next = nextCommands(options);
  const width = Math.max(...next.map(([command]) => command.length));
  return [
    ...subscription(options),
    "",
    style.bold("Next"),
    ...next.map(([command, what]) => `  ${command.padEnd(width)}  ${style.dim(what)}`),
  ].join("\n");
}

function subscription(options: ClosingOptions): readonly string[] {
  const { name, publicUrl, username, password, passwordVariable, sandbox, style } = options;
  const host = sandbox ? "http://127.0.0.1:8000" : "https://YOUR-HOST";
  const base = `${publicUrl ?? host}/hooks/${name}`;
  const shown = password ?? `PASSWORD`;
  return [
    style.bold("Sitoo, Events Subscriptions"),
    `  Webhook URL: ${style.accent(base)}`,
    "  In the JSON there, set base_url and leave everything else as it is:",
    `    ${JSON.stringify({ base_url: base })}`,
    `  User name and password (HTTP Basic): ${username} and what .env has as ${passwordVariable}`,
    "  Where there is no place for these two, take this base_url instead:",
    `    ${JSON.stringify({ base_url: `${base}/${encodeURIComponent(shown)}` })}`,
    ...(sandbox
      ? [`  The sandbox has no such page: deno task sandbox --webhook ${base}`]
      : publicUrl === undefined
      ? ["  YOUR-HOST is where Sitoo reaches this server, over HTTPS; put it into PUBLIC_URL"]
      : []),
  ];
}

function nextCommands(
  { file, history }: ClosingOptions,
): readonly (readonly [command: string, what: string])[] {
  const own = file === "pipeline.yaml" ? "" : ` --pipeline ${file}`;
  return [
    [`deno task doctor${own}`, "looks at keys, ids, products, clock and store; sends nothing"],
    [`deno task validate${own}`, "checks the file whenever you have edited it"],
    [`deno task serve${own}`, "takes live orders, and shows them on http://127.0.0.1:8000/"],
    ...(history
      ? [[`deno task backfill${own}`, "brings the history, in another terminal"] as const]
      : []),
  ];
}
