import type { Clock } from "../time/clock.ts";
import type { Logging } from "../telemetry/logging.ts";
import type { Terminal } from "./terminal.ts";
import type { UserFile } from "./user_file.ts";

/** What a command has of the process it runs in. */
export interface Host {
  readonly terminal: Terminal;
  /** The value of an environment variable; `.env` is not in it. */
  readonly env: (name: string) => string | undefined;
  /** A file, or `undefined` if there is none. Relative names are seen from where the user is. */
  readonly readFile: (path: string) => Promise<UserFile | undefined>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly logging: Logging;
  /**
   * Aborts when the process is told to stop (Ctrl-C, SIGTERM). From the first call on the process no
   * longer ends by itself; a second signal ends it at once.
   */
  readonly stopSignal: () => AbortSignal;
}
