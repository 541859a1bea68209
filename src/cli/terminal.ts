import stringWidth from "string-width";
import { stripAnsiCode } from "../std/colors.ts";
import { createStyle, type Style } from "./style.ts";

/** One of the two ends that text goes to. */
export interface Output {
  write(text: string): void;
  /** Whether a person is looking at it. */
  readonly terminal: boolean;
}

/** Options of {@linkcode Terminal}. */
export interface TerminalOptions {
  readonly out: Output;
  readonly err: Output;
  readonly color: boolean;
  /** Characters in a line. @default 80 */
  readonly columns?: number;
}

/**
 * The only writer to standard output and standard error. Results go to standard output, everything
 * about how they came to be (progress, notes, log lines) to standard error.
 */
export class Terminal {
  readonly #out: Output;
  readonly #err: Output;
  readonly columns: number;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly errStyle: Style;
  /** Whether standard output, and standard error, show colours. */
  readonly outColor: boolean;
  readonly errColor: boolean;
  #live = "";

  constructor(options: TerminalOptions) {
    this.#out = options.out;
    this.#err = options.err;
    this.columns = options.columns ?? 80;
    this.outColor = options.color && options.out.terminal;
    this.errColor = options.color && options.err.terminal;
    this.style = createStyle(this.outColor);
    this.errStyle = createStyle(this.errColor);
  }

  /** Whether a line on standard error can be drawn over and over. */
  get canRedraw(): boolean {
    return this.#err.terminal;
  }

  /** A line of the result. */
  print(text = ""): void {
    this.#above(() => this.#out.write(`${text}\n`));
  }

  /** A result for machines, as one line of JSON. */
  data(value: unknown): void {
    this.print(JSON.stringify(value));
  }

  /** A line about what goes on. */
  note(text: string): void {
    this.#above(() => this.#err.write(`${text}\n`));
  }

  /** Something that has its line end already, such as a log line. */
  raw(text: string): void {
    this.#above(() => this.#err.write(text));
  }

  /** Draws a line that replaces the one drawn before; does nothing where lines cannot be replaced. */
  live(text: string): void {
    if (!this.canRedraw) return;
    this.#clear();
    this.#live = cut(text, this.columns - 1);
    this.#err.write(this.#live);
  }

  /** Takes the live line away. */
  endLive(): void {
    this.#clear();
    this.#live = "";
  }

  #above(write: () => void): void {
    this.#clear();
    write();
    if (this.#live !== "") this.#err.write(this.#live);
  }

  #clear(): void {
    if (this.#live !== "") this.#err.write("\r\x1b[2K");
  }
}

/** Makes the process's own terminal. */
export function createTerminal(): Terminal {
  const columns = terminalWidth();
  return new Terminal({
    out: { write: (text) => writeAll(Deno.stdout, text), terminal: Deno.stdout.isTerminal() },
    err: { write: (text) => writeAll(Deno.stderr, text), terminal: Deno.stderr.isTerminal() },
    color: !Deno.noColor,
    ...(columns === undefined ? {} : { columns }),
  });
}

/** Cuts a text to a width; one that has to be cut loses its colours. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const character of stripAnsiCode(text)) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Some terminals say that they have no columns at all; they mean that they do not know. */
function terminalWidth(): number | undefined {
  try {
    const { columns } = Deno.consoleSize();
    return columns === 0 ? undefined : columns;
  } catch {
    return undefined;
  }
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes: Uint8Array = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    // Whoever read from us (`| head`) has enough; what runs here goes on.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
