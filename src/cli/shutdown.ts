const INTERRUPTED = 130;
const TOLD_TO_STOP = "The process was told to stop";

/** What a shutdown needs of the process. */
export interface SignalSource {
  listen(signal: Deno.Signal, listener: () => void): void;
  exit(code: number): void;
}

/** Makes a function that gives a signal which aborts when the process is told to stop. */
export function createStopSignal(source: SignalSource, os: string): () => AbortSignal {
  let controller: AbortController | undefined;

  return function stopSignal(): AbortSignal {
    if (controller !== undefined) return controller.signal;
    const first = new AbortController();
    controller = first;
    for (const name of os === "windows" ? WINDOWS : POSIX) source.listen(name, onSignal);
    return first.signal;

    function onSignal(): void {
      if (first.signal.aborted) source.exit(INTERRUPTED);
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
