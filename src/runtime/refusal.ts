/** A command that will not do what it was asked for, with what to do about it. Exit code 2. */
export class RefusalError extends Error {
  /** Always `RefusalError`. */
  override readonly name = "RefusalError";
  /** What the user can do. */
  readonly remedy: string;

  /** With what is refused, and what the user can do. */
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** An order that is not there. Nothing is wrong with the command, so it has failed: exit code 1. */
export class UnknownOrderError extends RefusalError {}
