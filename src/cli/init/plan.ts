import { isLoopback } from "../../runtime/doctor/webhook_checks.ts";
import type { PipelineAnswers, SkuMatch } from "./answers.ts";
import { SHIPPED } from "./answers.ts";
import { SANDBOX_WEBHOOK } from "../sandbox_overrides.ts";
import type { EnvChange } from "./env_file.ts";
import { type Given } from "./questions.ts";

/** What the answers are joined by: given by options, not asked. */
export interface PlanOptions {
  readonly name: string;
  /** Before the names of the pipeline's own variables. */
  readonly prefix: string;
  readonly account: string;
  /** Variables as they are now: of `.env`, and of the environment. */
  readonly file: ReadonlyMap<string, string>;
  readonly env: (name: string) => string | undefined;
  /** Makes a random text of this many bytes, for passwords. */
  readonly random: (bytes: number) => string;
}

const sandboxStore = ".tillpipe/sandbox.sqlite3";

/** What goes into the pipeline file. */
export function pipelineAnswers(given: Given, options: PlanOptions): PipelineAnswers {
  const { email } = SHIPPED;
  const text = (flag: string, otherwise: string): string => given.get(flag) ?? otherwise;
  return {
    name: options.name,
    prefix: options.prefix,
    account: options.account,
    startDate: text("start-date", SHIPPED.startDate),
    history: given.get("history") !== "no",
    optIn: given.get("opt-in") === "yes",
    namespace: text("namespace", SHIPPED.namespace),
    skuMatch: skuMatchOf(given.get("sku-match")),
    email: {
      enabled: given.get("email") === "yes",
      fromName: text("from-name", email.fromName),
      fromAddress: text("from-address", email.fromAddress),
      subject: text("subject", email.subject),
      stream: text("stream", email.stream),
      templateId: Number(text("template-id", String(email.templateId))),
    },
  };
}

/** What changes in `.env`. Passwords and keys of our own are made where there are none. */
export function envChanges(given: Given, options: PlanOptions): readonly EnvChange[] {
  const { file, env, prefix, random } = options;
  const sandbox = isLoopback(given.get("sitoo-account-url") ?? "");
  const known = (name: string): string | undefined => {
    const value = file.get(name) ?? env(name);
    if (value === "") return undefined;
    // Everybody knows the sandbox's own: it protects no real account.
    const ofSandbox = Object.values<string | undefined>(SANDBOX_WEBHOOK).includes(value);
    return ofSandbox && !sandbox ? undefined : value;
  };
  const own = (name: string, flag: string): EnvChange => ({
    name: `${prefix}${name}`,
    value: given.get(flag) ?? "",
  });
  const made = (name: string, make: () => string, comment?: string): readonly EnvChange[] =>
    known(name) === undefined
      ? [{ name, value: make(), ...(comment === undefined ? {} : { comment }) }]
      : [];
  const apiUrl = given.get("ometria-api-url");
  const publicUrl = given.get("public-url") ?? "";
  return [
    own("SITOO_ACCOUNT_URL", "sitoo-account-url"),
    own("SITOO_API_ID", "sitoo-api-id"),
    own("SITOO_API_KEY", "sitoo-api-key"),
    { name: `${prefix}OMETRIA_API_URL`, value: apiUrl },
    own("OMETRIA_API_KEY", "ometria-api-key"),
    own("OMETRIA_EMAIL_API_KEY", "ometria-email-api-key"),
    ...made(
      `${prefix}WEBHOOK_USERNAME`,
      () => sandbox ? SANDBOX_WEBHOOK.username : `sitoo-${random(3)}`,
      "What Sitoo's events carry; goes into the Events Subscriptions",
    ),
    ...made(
      `${prefix}WEBHOOK_PASSWORD`,
      () => sandbox ? SANDBOX_WEBHOOK.password : random(24),
    ),
    ...made(
      "TILLPIPE_SECRET",
      () => random(32),
      "The key of all hashes. Keep a copy in a safe place: with another one every order looks changed",
    ),
    ...(publicUrl === "" ? [] : [
      {
        name: "PUBLIC_URL",
        value: publicUrl.replace(/\/+$/, ""),
        comment: "Where Sitoo reaches this server",
      },
      ...made(
        "TILLPIPE_ADMIN_PASSWORD",
        () => random(18),
        "Opens the operator page from other machines",
      ),
    ]),
    ...sandboxChanges(given, known),
  ];
}

/** A sandbox needs its own store and plain http; real accounts must have neither. */
function sandboxChanges(
  given: Given,
  known: (name: string) => string | undefined,
): readonly EnvChange[] {
  const store = known("TILLPIPE_STORE");
  if (isLoopback(given.get("sitoo-account-url") ?? "")) {
    return [
      {
        name: "TILLPIPE_ALLOW_INSECURE_HOSTS",
        value: "1",
        comment: "The accounts are those of the sandbox; init takes this out again for real ones",
      },
      ...(store === undefined ? [{ name: "TILLPIPE_STORE", value: sandboxStore }] : []),
    ];
  }
  const isPlain = given.get("sitoo-account-url")?.startsWith("http:") === true;
  return [
    ...(isPlain ? [] : [{ name: "TILLPIPE_ALLOW_INSECURE_HOSTS", value: undefined }]),
    ...(store === sandboxStore ? [{ name: "TILLPIPE_STORE", value: undefined }] : []),
  ];
}

function skuMatchOf(text: string | undefined): SkuMatch {
  return text === "product-id" || text === "catalogue" ? text : "sku";
}
