import { setColorEnabled } from "../std/colors.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { Logging } from "../telemetry/logging.ts";
import { Redactor } from "../telemetry/redactor.ts";
import type { Host } from "./host.ts";
import { Terminal } from "./terminal.ts";

/** A terminal that keeps what was written to it. */
export interface FakeTerminal {
  readonly terminal: Terminal;
  /** What went to standard output, and to standard error. */
  out(): string;
  err(): string;
}

/** What the ends of a fake terminal are. */
export interface FakeTerminalOptions {
  /** Whether a person looks at both ends. @default false */
  readonly person?: boolean;
  /** @default false */
  readonly color?: boolean;
  readonly columns?: number;
}

/** Makes a terminal that keeps what was written to it. */
export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  if (options.color === true) ignoreNoColor();
  const written = { out: "", err: "" };
  const terminal = options.person ?? false;
  return {
    terminal: new Terminal({
      out: { terminal, write: (text) => void (written.out += text) },
      err: { terminal, write: (text) => void (written.err += text) },
      color: options.color ?? false,
      ...(options.columns === undefined ? {} : { columns: options.columns }),
    }),
    out: () => written.out,
    err: () => written.err,
  };
}

/** Where NO_COLOR is set the colours' library stays off, whatever it is told; here the options decide. */
function ignoreNoColor(): void {
  Object.defineProperty(Deno, "noColor", { value: false, configurable: true });
  setColorEnabled(true);
}

/** What a fake host has. */
export interface FakeHostOptions extends FakeTerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A host whose environment, files and signals are the test's own. */
export interface FakeHost extends FakeTerminal {
  readonly host: Host;
  readonly stop: AbortController;
}

/** Makes a host for a command under test. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const screen = fakeTerminal(options);
  const stop = new AbortController();
  const env = new Map(Object.entries(options.env ?? {}));
  const files = new Map(Object.entries(options.files ?? {}));
  const host: Host = {
    terminal: screen.terminal,
    env: (name) => env.get(name),
    readFile: (path) => {
      const text = files.get(path);
      return Promise.resolve(text === undefined ? undefined : { path: `/${path}`, text });
    },
    clock: new ManualClock(),
    random: () => 0.5,
    logging: quietLogging(),
    stopSignal: () => stop.signal,
  };
  return { ...screen, host, stop };
}

function quietLogging(): Logging {
  const redactor = new Redactor();
  return {
    hide: (secret) => redactor.add(secret),
    redact: (text) => redactor.redact(text),
    only: () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
