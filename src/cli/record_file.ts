import { CommandError } from "./failure.ts";

/** A file that takes records, one a line. When it takes no more, the run that fills it has to end. */
export class RecordFile {
  readonly #file: Pick<Deno.FsFile, "write">;
  readonly #name: string;
  readonly #full = new AbortController();

  /** `name`: as the user knows it. */
  constructor(file: Pick<Deno.FsFile, "write">, name: string) {
    this.#file = file;
    this.#name = name;
  }

  /** Aborts when something could not be written; the reason is a `CommandError`. */
  get signal(): AbortSignal {
    return this.#full.signal;
  }

  /** Writes all of them. Throws a `CommandError` when that fails, a full disk for one. */
  async write(records: readonly string[]): Promise<void> {
    this.#full.signal.throwIfAborted();
    const text = records.map((record) => `${record}\n`).join("");
    let bytes: Uint8Array = new TextEncoder().encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(await this.#file.write(bytes));
    } catch (cause) {
      const error = new CommandError(`Cannot write to "${this.#name}" any more`, {
        hint: "Look at the free space there, or name another file",
        exitCode: 1,
        cause,
      });
      this.#full.abort(error);
      throw error;
    }
  }
}
