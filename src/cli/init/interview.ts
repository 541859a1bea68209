import type { Finding } from "../../runtime/doctor/finding.ts";
import { CommandError } from "../failure.ts";
import { findingLine, remedyLine } from "../finding_text.ts";
import type { Terminal } from "../terminal.ts";
import type { Asker } from "./ask.ts";
import {
  type Given,
  type ProblemContext,
  type Question,
  type QuestionGroup,
  questionGroups,
  questions,
} from "./questions.ts";

/** Which key is tried. */
export type Tried = NonNullable<QuestionGroup["tries"]>;

/** What an interview needs. */
export interface InterviewOptions {
  /** Answers from the command line, by flag: not asked again. */
  readonly flags: Given;
  /** Answers from the environment, `.env` and the present pipeline, by flag: offered first. */
  readonly known: Given;
  /** Who is asked; absent: nobody, so what is missing is an error. */
  readonly asker: Asker | undefined;
  readonly terminal: Terminal;
  readonly context: Omit<ProblemContext, "given">;
  /** Tries a key at the API itself; absent: no key is tried. */
  readonly tryKey?: (tried: Tried, given: Given) => Promise<Finding | undefined>;
  /** Finds out what fits best, for a person who is about to be asked. */
  readonly suggest?: (question: Question, given: Given) => Promise<Suggestion | undefined>;
}

/** An answer that fits, and why. */
export interface Suggestion {
  readonly answer: string;
  readonly reason: string;
}

/**
 * Gets an answer to every question, in their order, and tries the keys where that can be done.
 *
 * @throws {CommandError} with everything that is missing or wrong, when there is nobody to ask
 */
export async function interview(options: InterviewOptions): Promise<Given> {
  return options.asker === undefined
    ? await fromFlags(options)
    : await fromPerson(options, options.asker);
}

async function fromFlags(options: InterviewOptions): Promise<Given> {
  const answers = new Map<string, string>();
  const missing: Question[] = [];
  const wrong: string[] = [];
  for (const question of questions) {
    if (question.when?.(answers) === false) continue;
    const answer = present(question, options) ?? question.preset;
    if (answer === undefined) missing.push(question);
    else {
      const problem = question.problem(answer, { ...options.context, given: answers });
      if (problem !== undefined) wrong.push(`--${question.flag}: ${problem}`);
      answers.set(question.flag, answer);
    }
  }
  if (missing.length > 0 || wrong.length > 0) throw incomplete(missing, wrong);
  for (const { tries } of questionGroups) {
    const finding = tries === undefined ? undefined : await options.tryKey?.(tries, answers);
    if (finding === undefined) continue;
    options.terminal.note(findingLine(finding, options.terminal.errStyle));
    if (finding.level === "fail") {
      throw new CommandError(finding.text, {
        hint: `${finding.remedy ?? ""}\nWith --no-check the keys are written without being tried`,
      });
    }
  }
  return answers;
}

function incomplete(missing: readonly Question[], wrong: readonly string[]): CommandError {
  if (missing.length === 0) {
    return new CommandError(`The answers cannot be used:\n  ${wrong.join("\n  ")}`);
  }
  const flags = missing.map(({ flag, value, variable }) =>
    `--${flag} ${value}${variable === undefined ? "" : `, or the variable ${variable}`}`
  );
  const lines = [...flags, ...wrong];
  return new CommandError(
    `There is no terminal to ask at, and this is missing:\n  ${lines.join("\n  ")}`,
    { hint: "Give them as options or as variables, or call init at a terminal" },
  );
}

async function fromPerson(options: InterviewOptions, asker: Asker): Promise<Given> {
  const { terminal } = options;
  const answers = new Map<string, string>();
  for (const group of questionGroups) {
    for (let flags = options.flags;; flags = new Map()) {
      for (const question of group.questions) {
        if (question.when?.(answers) === false) continue;
        const known = new Map([...options.known, ...answers]);
        answers.set(
          question.flag,
          await one(question, { ...options, flags, known }, { asker, answers }),
        );
      }
      if (group.tries === undefined) break;
      const finding = await options.tryKey?.(group.tries, answers);
      if (finding === undefined) break;
      terminal.note(findingLine(finding, terminal.errStyle));
      if (finding.level === "ok") break;
      terminal.note(remedyLine(finding, terminal.errStyle));
      const next = await asker.choice("What now?", ["Type it again", "Keep it as it is"]);
      if (next === 1) break;
    }
  }
  return answers;
}

async function one(
  question: Question,
  options: InterviewOptions,
  { asker, answers }: { readonly asker: Asker; readonly answers: Given },
): Promise<string> {
  const { terminal } = options;
  const { errStyle: style } = terminal;
  const context = { ...options.context, given: answers };
  const flag = options.flags.get(question.flag);
  if (flag !== undefined) {
    const problem = question.problem(flag, context);
    if (problem !== undefined) throw incomplete([], [`--${question.flag}: ${problem}`]);
    return flag;
  }
  if (question.about !== undefined) terminal.note(style.dim(question.about));
  const known = options.known.get(question.flag);
  const suggestion = known === undefined ? await options.suggest?.(question, answers) : undefined;
  if (suggestion !== undefined) terminal.note(style.dim(suggestion.reason));
  for (;;) {
    const answer = await ask(question, known ?? suggestion?.answer, asker);
    const problem = question.problem(answer, context);
    if (problem === undefined) return answer;
    terminal.note(`${style.bad("✗")} ${problem}`);
  }
}

async function ask(question: Question, known: string | undefined, asker: Asker): Promise<string> {
  const { ask: text, value, secret, preset } = question;
  if (secret === true) {
    const kept = known === undefined || known === "" ? undefined : known;
    const typed = await asker.secret(
      kept === undefined ? `${text}:` : `${text} (Enter keeps the present one):`,
    );
    return typed === "" ? kept ?? preset ?? "" : typed;
  }
  if (value === "yes|no") {
    return await asker.yesNo(text, (known ?? preset) === "yes") ? "yes" : "no";
  }
  if (value.includes("|")) {
    const choices = value.split("|");
    const at = choices.indexOf(known ?? preset ?? "");
    return choices[await asker.choice(text, choices, Math.max(0, at))] ?? "";
  }
  return await asker.text(`${text}:`, known ?? preset);
}

/** What is there without asking. An empty variable counts as none. */
function present(question: Question, { flags, known }: InterviewOptions): string | undefined {
  const variable = known.get(question.flag);
  return flags.get(question.flag) ?? (variable === "" ? undefined : variable);
}
