/** Options of {@linkcode CommandError}. */
export interface CommandErrorOptions {
  /** 1: it failed; 2: wrong use, a bad pipeline, or a refusal. @default 2 */
  readonly exitCode?: 1 | 2;
  /** What the user can do. */
  readonly hint?: string;
  /** Problems in files that are the reason, as people and as programs read them. */
  readonly problems?: { readonly text: string; readonly json: readonly unknown[] };
  readonly cause?: unknown;
}

/** Ends a command with a message for the user and no stack trace; `tellFailure()` writes it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: 1 | 2;
  readonly hint: string | undefined;
  readonly problems: CommandErrorOptions["problems"];

  constructor(message: string, options: CommandErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode ?? 2;
    this.hint = options.hint;
    this.problems = options.problems;
  }
}
