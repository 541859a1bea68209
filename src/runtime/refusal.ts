/** A command that will not do what it was asked for, with what to do about it. Exit code 2. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  /** What the user can do. */
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
