import { AsyncLocalStorage } from "node:async_hooks";
import {
  compareLogLevel,
  configure,
  dispose,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
  type Sink,
  type TextFormatter,
} from "@logtape/logtape";
import { withKnownFields } from "./log_fields.ts";
import { Redactor } from "./redactor.ts";

/** Options of {@linkcode setUpLogging}. */
export interface LoggingOptions {
  /** The least level that is written. @default "info" */
  readonly level?: LogLevel;
  /** One JSON object a line, for machines. @default true unless stderr is a terminal */
  readonly json?: boolean;
  /** Colours in text. @default true if stderr is a terminal and `NO_COLOR` is not set */
  readonly color?: boolean;
  /** What must never be written. */
  readonly secrets?: Iterable<string>;
  /** Takes each finished line, its line end included. @default writes to stderr */
  readonly write?: (line: string) => void;
}

/** The log as the process has it. */
export interface Logging extends AsyncDisposable {
  /** From now on this is taken out of every line. */
  hide(secret: string): void;
  /** What would be written of a text. */
  redact(text: string): string;
  /** From now on lines below this level are left out. */
  only(level: LogLevel): void;
}

/**
 * Configures all loggers of the process; only the composition root does so. Of whatever is logged, the
 * fields that a line may carry are written, after one redaction of the whole line.
 */
export async function setUpLogging(options: LoggingOptions = {}): Promise<Logging> {
  const redactor = new Redactor(options.secrets);
  const terminal = Deno.stderr.isTerminal();
  const json = options.json ?? !terminal;
  const color = options.color ?? (terminal && !Deno.noColor);
  const write = options.write ?? writeToStderr;
  const format = formatter({ json, color });
  let least: LogLevel = options.level ?? "info";
  const sink: Sink = (record) => {
    if (compareLogLevel(record.level, least) < 0) return;
    const isOurs = record.category[0] === "tillpipe";
    write(redactor.redact(format(isOurs ? withKnownFields(record) : record)));
  };
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { log: sink },
    loggers: [
      { category: ["tillpipe"], lowestLevel: least, sinks: ["log"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["log"] },
    ],
  });
  return {
    hide: (secret) => redactor.add(secret),
    redact: (text) => redactor.redact(text),
    only: (level) => {
      least = level;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function formatter(options: { readonly json: boolean; readonly color: boolean }): TextFormatter {
  if (options.json) return getJsonLinesFormatter({ categorySeparator: "." });
  const text = { timestamp: "time", category: lastPart, level: "abbr" } as const;
  return options.color ? getAnsiColorFormatter(text) : getTextFormatter(text);
}

/** Everything is Tillpipe's own: only the area tells something. */
function lastPart(category: readonly string[]): string {
  return category.at(-1) ?? "";
}

function writeToStderr(line: string): void {
  try {
    let bytes: Uint8Array = new TextEncoder().encode(line);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
  } catch {
    // Nobody reads standard error any more; that must not stop the pipeline.
  }
}
