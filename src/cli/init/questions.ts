import { sitooConnection } from "../../definition/connections.ts";
import { isApiAddress } from "../../definition/connections.ts";
import { isLoopback } from "../../runtime/doctor/webhook_checks.ts";
import { registry } from "../../stages/registry.ts";
import { fitsEnv } from "./env_file.ts";
import { SANDBOX_PORT } from "../sandbox_env.ts";

/** Answers so far, by the question's flag. */
export type Given = ReadonlyMap<string, string>;

/** One question of the set-up, with the flag that answers it without a terminal. */
export interface Question {
  /** Without the dashes. */
  readonly flag: string;
  /** What stands for the value in the help; `yes|no` and other choices are exactly these. */
  readonly value: string;
  /** For the help. */
  readonly summary: string;
  /** As it is asked. */
  readonly ask: string;
  /** A line that explains, above the question. */
  readonly about?: string;
  /** A key: typed unseen, never shown. */
  readonly secret?: true;
  /** The variable that holds the answer: in the environment or in `.env`. */
  readonly variable?: string;
  /** The answer where none is given; without it one is needed. */
  readonly preset?: string;
  /** Whether it is asked at all. @default always */
  readonly when?: (given: Given) => boolean;
  /** What is wrong with an answer, if anything: what was expected. */
  problem(answer: string, context: ProblemContext): string | undefined;
}

/** What answers are judged by beside themselves. */
export interface ProblemContext {
  readonly given: Given;
  /** Epoch ms. */
  readonly now: number;
  /** Takes any host, as `TILLPIPE_ALLOW_INSECURE_HOSTS` says. */
  readonly insecure: boolean;
}

/** A set of questions whose answers are tried together. */
export interface QuestionGroup {
  readonly questions: readonly Question[];
  /** Which key the answers are tried with. */
  readonly tries?: "sitoo" | "ometria" | "ometriaEmail";
}

const yesNo = { value: "yes|no", problem: oneOf("yes", "no") } as const;

/** The questions, in the order of the screens of Ometria's own connection to Sitoo. */
export const questionGroups: readonly QuestionGroup[] = [
  {
    tries: "sitoo",
    questions: [
      {
        flag: "sitoo-account-url",
        value: "URL",
        summary: "Sitoo account URL",
        ask: "Sitoo account URL",
        about:
          "As shown where the API password is made: https://api140.mysitoo.com/v2/accounts/4711",
        variable: "SITOO_ACCOUNT_URL",
        problem: accountUrlProblem,
      },
      {
        flag: "sitoo-api-id",
        value: "ID",
        summary: "Sitoo API id",
        ask: "Sitoo API id",
        about: "At Sitoo under Settings, Sitoo REST API; it looks like 4711-12",
        variable: "SITOO_API_ID",
        problem: (answer) => connectionProblem({ api_id: answer }, "api_id") ?? lineProblem(answer),
      },
      {
        flag: "sitoo-api-key",
        value: "KEY",
        summary: "Sitoo API key; better in the variable SITOO_API_KEY",
        ask: "Sitoo API key",
        secret: true,
        variable: "SITOO_API_KEY",
        problem: (answer) =>
          connectionProblem({ api_key: answer }, "api_key") ?? lineProblem(answer),
      },
    ],
  },
  {
    questions: [
      {
        flag: "start-date",
        value: "DATE",
        summary: "The oldest order that is ever sent: 2024-01-31",
        ask: "Start date",
        about: "The oldest order that is ever sent to Ometria: 2024-01-31",
        problem: startDateProblem,
      },
      {
        flag: "public-url",
        value: "URL",
        summary: "Address under which Sitoo reaches this server",
        ask: "Public address of this server",
        about: "Sitoo sends its events there: https://hooks.example.com (empty: not known yet)",
        variable: "PUBLIC_URL",
        preset: "",
        when: (given) => !withSandbox(given),
        problem: publicUrlProblem,
      },
    ],
  },
  {
    tries: "ometria",
    questions: [
      {
        flag: "ometria-api-url",
        value: "URL",
        summary: "Address of Ometria's API; only for the sandbox",
        ask: "Ometria API URL",
        about: "The address that the sandbox printed as OMETRIA_API_URL",
        variable: "OMETRIA_API_URL",
        preset: `http://127.0.0.1:${SANDBOX_PORT + 1}/v2`,
        when: withSandbox,
        problem: apiUrlProblem,
      },
      {
        flag: "ometria-api-key",
        value: "KEY",
        summary: "Ometria API key; better in the variable OMETRIA_API_KEY",
        ask: "Ometria API key",
        about: "At Ometria under Settings, API keys; start with the key of a staging account",
        secret: true,
        variable: "OMETRIA_API_KEY",
        problem: keyProblem,
      },
    ],
  },
  {
    tries: "ometriaEmail",
    questions: [
      {
        flag: "ometria-email-api-key",
        value: "KEY",
        summary: "Ometria key for email; without it the API key",
        ask: "Ometria transactional email key",
        about: "Only if receipts are to be sent with a key of their own (empty: the same key)",
        secret: true,
        variable: "OMETRIA_EMAIL_API_KEY",
        preset: "",
        problem: (answer) => answer === "" ? undefined : keyProblem(answer),
      },
    ],
  },
  {
    questions: [
      {
        ...yesNo,
        flag: "history",
        summary: "Whether history is synced (yes)",
        ask: "Do you want to sync historical data?",
        preset: "yes",
      },
      {
        ...yesNo,
        flag: "opt-in",
        summary: "Whether customers of Sitoo are opted in at Ometria (no)",
        ask: "Opt in contacts from Sitoo?",
        about: "Only with consent: an order alone subscribes nobody",
        preset: "no",
      },
      {
        flag: "namespace",
        value: "TEXT",
        summary: "Stands before every order id (till)",
        ask: "Namespace",
        about:
          "Stands before every order id, so that it meets none of the web shop; never change it later",
        preset: "till",
        problem: (answer) => stageProblem("namespace", { value: answer }, "value"),
      },
      {
        flag: "sku-match",
        value: "sku|product-id|catalogue",
        summary: "What products are matched by (sku)",
        ask: "Match products by",
        preset: "sku",
        problem: oneOf("sku", "product-id", "catalogue"),
      },
      {
        ...yesNo,
        flag: "email",
        summary: "Whether receipts are sent (no)",
        ask: "Enable email?",
        about: "Digital receipts that are asked for at the till, by Ometria's transactional email",
        preset: "no",
      },
    ],
  },
  {
    questions: [
      {
        flag: "from-name",
        value: "NAME",
        summary: "Sender of receipts",
        ask: "From name",
        when: withEmail,
        problem: (answer) => emailProblem({ from_name: answer }, "from_name"),
      },
      {
        flag: "from-address",
        value: "ADDRESS",
        summary: "Address that receipts come from",
        ask: "From address",
        when: withEmail,
        problem: (answer) => emailProblem({ from_address: answer }, "from_address"),
      },
      {
        flag: "subject",
        value: "TEXT",
        summary: "Subject of receipts (Your receipt!)",
        ask: "Subject",
        preset: "Your receipt!",
        when: withEmail,
        problem: (answer) => emailProblem({ subject: answer }, "subject"),
      },
      {
        flag: "stream",
        value: "NAME",
        summary: "Stream of receipts: lower case, no spaces (receipts)",
        ask: "Stream",
        about: "Lower case, no spaces",
        preset: "receipts",
        when: withEmail,
        problem: (answer) => emailProblem({ stream: answer }, "stream"),
      },
      {
        flag: "template-id",
        value: "NUMBER",
        summary: "Number of the template at Ometria",
        ask: "Template id",
        when: withEmail,
        problem: (answer) =>
          /^[1-9]\d{0,14}$/.test(answer)
            ? undefined
            : "Expected the number of a template at Ometria",
      },
    ],
  },
];

/** Every question, in its order. */
export const questions: readonly Question[] = questionGroups.flatMap((group) => group.questions);

function withEmail(given: Given): boolean {
  return given.get("email") === "yes";
}

function withSandbox(given: Given): boolean {
  return isLoopback(given.get("sitoo-account-url") ?? "");
}

function oneOf(...words: readonly string[]): (answer: string) => string | undefined {
  return (answer) => words.includes(answer) ? undefined : `Expected ${words.join(" or ")}`;
}

function accountUrlProblem(answer: string, { insecure }: ProblemContext): string | undefined {
  return connectionProblem({ account_url: answer }, "account_url", insecure || isLoopback(answer));
}

/** What the schema of the connection says of one of its fields. */
function connectionProblem(
  field: Readonly<Record<string, string>>,
  name: string,
  allowInsecureHosts = false,
): string | undefined {
  const { error } = sitooConnection({ allowInsecureHosts }).safeParse(field);
  return issueAbout(name, error?.issues ?? []);
}

function emailProblem(field: Readonly<Record<string, string>>, name: string): string | undefined {
  return stageProblem("ometria-email", { enabled: true, ...field }, name) ??
    lineProblem(field[name] ?? "");
}

/** What a stage's own schema says of one of its options. */
function stageProblem(
  use: string,
  options: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const schema = registry.find((entry) => entry.use === use)?.schema;
  return issueAbout(name, schema?.safeParse(options).error?.issues ?? []);
}

function issueAbout(
  name: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string | undefined {
  return issues.find(({ path }) => path[0] === name)?.message.replaceAll("\n", ". ");
}

function startDateProblem(answer: string, { now }: ProblemContext): string | undefined {
  const problem = stageProblem("sitoo-history", { start_date: answer }, "start_date");
  if (problem !== undefined) return problem;
  return Date.parse(answer) > now ? "Expected a date that is not in the future" : undefined;
}

function publicUrlProblem(answer: string): string | undefined {
  if (answer === "") return undefined;
  const url = URL.parse(answer);
  const fine = url !== null && url.protocol === "https:" && url.search === "" && url.hash === "" &&
    url.username === "";
  return fine ? undefined : "Expected an https address, such as https://hooks.example.com";
}

function apiUrlProblem(answer: string, { given }: ProblemContext): string | undefined {
  if (!isApiAddress(answer, true)) return "Expected an address, such as http://127.0.0.1:40000/v2";
  return withSandbox(given) && !isLoopback(answer)
    ? "Expected the sandbox's own Ometria: made-up orders must not get into a real account"
    : undefined;
}

function keyProblem(answer: string): string | undefined {
  return connectionProblem({ api_key: answer }, "api_key") ?? lineProblem(answer);
}

function lineProblem(answer: string): string | undefined {
  return fitsEnv(answer) ? undefined : "Expected one line without all three kinds of quotes in it";
}
