import { renderDiagnostics } from "../../definition/render.ts";
import { isLoopback } from "../../runtime/doctor/webhook_checks.ts";
import { basename, resolve } from "../../std/path.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import { checkPipelines, DEFAULT_PIPELINE } from "../pipelines.ts";
import { SHIPPED } from "./answers.ts";
import type { Asker } from "./ask.ts";
import { closingText } from "./closing.ts";
import { changeEnv, maskEnv, readEnv } from "./env_file.ts";
import { type NewFile, readIfThere, writeFiles } from "./files.ts";
import { interview } from "./interview.ts";
import { choosePipelineFile, type PipelineChoice } from "./pipeline_choice.ts";
import { pipelineText } from "./pipeline_text.ts";
import { envChanges, pipelineAnswers, type PlanOptions } from "./plan.ts";
import { answersIn, namesIn } from "./present.ts";
import { type Given, questions } from "./questions.ts";
import { sandboxAnswers } from "./running_sandbox.ts";
import { suggestSkuMatch } from "./suggest.ts";
import { tryKey } from "./try_key.ts";

/** What the set-up needs beside its options. */
export interface SetUpTools {
  /** Who is asked; absent: nobody. */
  readonly asker: Asker | undefined;
  /** Makes a random text of this many bytes. */
  readonly random: (bytes: number) => string;
  readonly signal: AbortSignal;
}

const ENV = ".env";

/** Asks, tries, writes, and tells what comes next. Nothing is written before all is known. */
export async function setUp(options: Options, host: Host, tools: SetUpTools): Promise<number> {
  const { terminal, clock } = host;
  const { asker, signal } = tools;
  const envBefore = await readIfThere(ENV);
  const file = readEnv(envBefore ?? "");
  const choice = await choosePipelineFile(options, { asker, terminal });
  const plan: PlanOptions = {
    ...namesOf(options, choice),
    file,
    env: host.env,
    random: tools.random,
  };
  const lookUp = (name: string): string | undefined => host.env(name) ?? file.get(name);
  const given = await interview({
    flags: await flagsOf(options, signal),
    known: knownAnswers(plan, choice, lookUp),
    asker,
    terminal,
    context: { now: clock.now(), insecure: lookUp("TILLPIPE_ALLOW_INSECURE_HOSTS") === "1" },
    ...(options.flag("no-check") ? {} : {
      tryKey: (tried, answers) => tryKey(tried, answers, { clock, signal }),
      suggest: async ({ flag }, answers) => {
        if (flag !== "sku-match") return undefined;
        terminal.live(terminal.errStyle.dim("Looks which products match …"));
        try {
          return await suggestSkuMatch(answers, { clock, signal });
        } finally {
          terminal.endLive();
        }
      },
    }),
  });
  for (const { flag, secret } of questions) {
    const answer = given.get(flag);
    if (secret === true && answer !== undefined) host.logging.hide(answer);
  }
  const text = pipelineText(pipelineAnswers(given, plan), {
    schema: choice.path.includes("/") ? "../pipeline.schema.json" : "./pipeline.schema.json",
  });
  const env = changeEnv(envBefore, envChanges(given, plan));
  const pipeline = choice.keep ? choice.before ?? text : text;
  expectValid({ file: choice.path, text: pipeline }, env, host);
  const files: readonly NewFile[] = [
    ...(choice.keep || text === choice.before ? [] : [{ path: choice.path, text }]),
    ...(env === envBefore && await isPrivate(ENV) ? [] : [{ path: ENV, text: env, mode: 0o600 }]),
  ];
  if (options.flag("dry-run")) return show(files, host);
  signal.throwIfAborted();
  await writeFiles(files);
  for (const { path, text } of files) {
    const changes = path === choice.path ? changesOf(choice, text) : "";
    terminal.note(`${terminal.errStyle.good("✓")} Wrote ${path}${changes}`);
  }
  if (!files.some(({ path }) => path === choice.path)) {
    terminal.note(`${terminal.errStyle.good("✓")} ${choice.path} stays as it is`);
  }
  await warnOfOthers(env, { host, plan });
  terminal.print();
  terminal.print(closing({ given, plan, choice, env }, host));
  return 0;
}

/** A pipeline file that was there is under version control, as a rule: what becomes of it is said. */
function changesOf({ before }: PipelineChoice, after: string): string {
  if (before === undefined) return "";
  const known = new Set(before.split("\n").map(withoutComment));
  const changed = after.split("\n").map(withoutComment)
    .filter((line) => line !== "" && !known.has(line));
  return changed.length === 0 ? "" : `, where now stands: ${changed.join(", ")}`;
}

function withoutComment(line: string): string {
  return line.replace(/\s+#.*$/, "").replace(/^#.*$/, "").trim();
}

/** The pipeline's name, the label, and what its variables begin with. */
function namesOf(
  options: Options,
  { path, before }: PipelineChoice,
): Pick<PlanOptions, "name" | "account" | "prefix"> {
  const known = before === undefined ? {} : namesIn(before);
  const stem = basename(path).replace(/\.ya?ml$/, "");
  const isDefault = path === DEFAULT_PIPELINE;
  const name = options.text("name") ?? known.name ?? (isDefault ? SHIPPED.name : stem);
  const account = options.text("account") ?? known.account ?? SHIPPED.account;
  for (const [flag, value] of [["name", name], ["account", account]]) {
    if (value === undefined || /^[a-z0-9-]{1,32}$/.test(value)) continue;
    throw new CommandError(`--${flag} takes 1 to 32 of a-z, 0-9 and -, not "${value}"`);
  }
  const prefix = isDefault ? "" : `${stem.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
  return { name, account, prefix };
}

async function flagsOf(options: Options, signal: AbortSignal): Promise<Given> {
  const own = questions.flatMap(({ flag }): [string, string][] => {
    const value = options.text(flag);
    return value === undefined ? [] : [[flag, value]];
  });
  return new Map([...options.flag("sandbox") ? await sandboxAnswers(signal) : [], ...own]);
}

/** Answers from the present pipeline, and from variables that hold something. */
function knownAnswers(
  { prefix }: PlanOptions,
  { before }: PipelineChoice,
  lookUp: (name: string) => string | undefined,
): Given {
  const variables = questions.flatMap(({ flag, variable }): [string, string][] => {
    if (variable === undefined) return [];
    const value = lookUp(variable === "PUBLIC_URL" ? variable : `${prefix}${variable}`);
    return value === undefined || value === "" ? [] : [[flag, value]];
  });
  return new Map([...before === undefined ? [] : answersIn(before), ...variables]);
}

/** What is written has to run: anything else is shown, and nothing is written. */
function expectValid(
  source: { readonly file: string; readonly text: string },
  env: string,
  host: Host,
): void {
  const variables = readEnv(env);
  const { diagnostics } = checkPipelines([{ ...source, path: resolve(source.file) }], {
    env: (name) => variables.get(name) ?? host.env(name),
    allowInsecureHosts: variables.get("TILLPIPE_ALLOW_INSECURE_HOSTS") === "1" ||
      host.env("TILLPIPE_ALLOW_INSECURE_HOSTS") === "1",
  }, host);
  if (diagnostics.length === 0) return;
  const texts = new Map([[source.file, source.text]]);
  host.terminal.note(renderDiagnostics(diagnostics, texts, { color: host.terminal.errColor }));
  if (diagnostics.some(({ severity }) => severity === "error")) {
    throw new CommandError(`With these answers ${source.file} cannot run: nothing was written`, {
      hint: "Mend the file, or let init write it anew with --force",
    });
  }
}

function show(files: readonly NewFile[], { terminal }: Host): number {
  for (const { path, text } of files) {
    terminal.print(terminal.style.bold(`--- ${path}`));
    terminal.print(path === ENV ? maskEnv(text) : text);
  }
  terminal.note(files.length === 0 ? "Nothing would be written" : "Nothing was written");
  return 0;
}

async function isPrivate(path: string): Promise<boolean> {
  const { mode } = await Deno.stat(path);
  return mode === null || (mode & 0o077) === 0;
}

/** What makes the written files count for less than one would think. */
async function warnOfOthers(
  env: string,
  { host, plan }: { readonly host: Host; readonly plan: PlanOptions },
): Promise<void> {
  const { terminal } = host;
  const stronger = [...readEnv(env)].flatMap(([name, value]) => {
    const set = host.env(name);
    return set === undefined || set === value ? [] : [name];
  });
  if (stronger.length > 0) {
    terminal.note(`The environment has other values and wins over .env: ${stronger.join(", ")}`);
  }
  if (!plan.file.has("TILLPIPE_SECRET") && readEnv(env).has("TILLPIPE_SECRET")) {
    terminal.note("Keep a copy of TILLPIPE_SECRET in a safe place: it stands in .env");
  }
  const ignored = await readIfThere(".gitignore") ?? "";
  if (!/^\/?\.env$/m.test(ignored)) {
    terminal.note("Put .env into .gitignore: it holds keys and passwords");
  }
}

interface Finished {
  readonly given: Given;
  readonly plan: PlanOptions;
  readonly choice: PipelineChoice;
  readonly env: string;
}

function closing({ given, plan, choice, env }: Finished, { terminal, env: outer }: Host): string {
  const variables = readEnv(env);
  const value = (name: string): string | undefined =>
    variables.get(`${plan.prefix}${name}`) ?? outer(`${plan.prefix}${name}`);
  // Whoever sits here needs it in the next minute; a log of a program does not.
  const shown = terminal.outColor || terminal.canRedraw;
  const publicUrl = variables.get("PUBLIC_URL") ?? outer("PUBLIC_URL");
  return closingText({
    name: plan.name,
    file: choice.path,
    publicUrl: publicUrl === "" ? undefined : publicUrl,
    username: value("WEBHOOK_USERNAME") ?? "",
    password: shown ? value("WEBHOOK_PASSWORD") : undefined,
    passwordVariable: `${plan.prefix}WEBHOOK_PASSWORD`,
    sandbox: isLoopback(given.get("sitoo-account-url") ?? ""),
    history: given.get("history") !== "no",
    style: terminal.style,
  });
}
