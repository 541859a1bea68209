const INTERRUPTED = 130;
/**
 * ms within which a second signal is the first one once more: at a terminal Ctrl-C reaches this process, and also
 * deno task, which hands it on.
 */
const ECHO = 500;
const TOLD_TO_STOP = "The process was told to stop";

/** What a shutdown needs of the process. */
export interface SignalSource {
  listen(signal: Deno.Signal, listener: () => void): void;
  exit(code: number): void;
  /** ms that only go forward. */
  monotonic(): number;
}

/** Makes a function that gives a signal which aborts when the process is told to stop. */
export function createStopSignal(source: SignalSource, os: string): () => AbortSignal {
  let controller: AbortController | undefined;

  return function stopSignal(): AbortSignal {
    if (controller !== undefined) return controller.signal;
    const first = new AbortController();
    controller = first;
    let abortedAt = 0;
    for (const name of os === "windows" ? WINDOWS : POSIX) source.listen(name, onSignal);
    return first.signal;

    function onSignal(): void {
      const now = source.monotonic();
      if (first.signal.aborted) {
        if (now - abortedAt >= ECHO) source.exit(INTERRUPTED);
        return;
      }
      abortedAt = now;
      first.abort(new DOMException(TOLD_TO_STOP, "AbortError"));
    }
  };
}

/** Whether something ended because the user wanted it to, which is no failure to explain. */
export function isToldToStop(error: unknown): boolean {
  return error instanceof DOMException && error.message === TOLD_TO_STOP;
}

const POSIX: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];
const WINDOWS: readonly Deno.Signal[] = ["SIGINT", "SIGBREAK"];
