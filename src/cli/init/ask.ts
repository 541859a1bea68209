import $ from "dax";
import type { Host } from "../host.ts";

/** Somebody left a question with Ctrl-C. */
export class LeftError extends Error {
  override readonly name = "LeftError";
}

/** Who answers. Every method throws {@linkcode LeftError} when the question is left with Ctrl-C. */
export interface Asker {
  text(question: string, preset?: string): Promise<string>;
  /** What is typed does not appear. */
  secret(question: string): Promise<string>;
  yesNo(question: string, preset: boolean): Promise<boolean>;
  /** The index of the choice. */
  choice(question: string, choices: readonly string[], preset?: number): Promise<number>;
}

/** Asks the person at the terminal. */
export function terminalAsker(): Asker {
  return {
    text: async (question, preset) =>
      answered(
        await $.maybePrompt({
          message: question,
          noClear: true,
          ...(preset === undefined ? {} : { default: preset }),
        }),
      ).trim(),
    secret: async (question) =>
      answered(
        await $.maybePrompt({ message: question, mask: { char: "" }, noClear: true }),
      ).trim(),
    yesNo: async (question, preset) =>
      answered(await $.maybeConfirm({ message: question, default: preset, noClear: true })),
    choice: async (question, choices, preset = 0) =>
      answered(
        await $.maybeSelect({
          message: question,
          options: [...choices],
          initialIndex: preset,
          noClear: true,
        }),
      ).index,
  };
}

function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new LeftError("The question was left without an answer");
  return answer;
}

/** Somebody sits there only if keys can be read and questions be seen. */
export function askerFor({ terminal }: Pick<Host, "terminal">): Asker | undefined {
  return terminal.canRedraw && Deno.stdin.isTerminal() ? terminalAsker() : undefined;
}
