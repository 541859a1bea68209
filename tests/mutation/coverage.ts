import { type Profiler, Session } from "node:inspector";

const root = new URL("../../", import.meta.url).href;

/** A stretch of a file, and whether it ran. */
type Stretch = readonly [start: number, end: number, ran: boolean];

/** What ran, by file from the tree's root. */
export type Reach = ReadonlyMap<string, readonly Stretch[]>;

/** Whether a place of a file ran: the innermost stretch around it tells. */
export function ran(reach: Reach, file: string, at: number): boolean {
  let inner: Stretch | undefined;
  for (const stretch of reach.get(file) ?? []) {
    const [start, end] = stretch;
    if (start > at || at >= end) continue;
    if (inner === undefined || end - start <= inner[1] - inner[0]) inner = stretch;
  }
  return inner?.[2] === true;
}

/**
 * Watches what runs of the files below some folders in this process. V8 counts no calls in code that it has optimised:
 * a process that lives for long has to be started with `--v8-flags=--no-opt,--no-maglev`.
 */
export class Coverage implements Disposable {
  readonly #session = new Session();
  readonly #folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.#folders = folders.map((folder) => `${root}${folder}/`);
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** What ran since it was asked last. */
  async take(): Promise<Reach> {
    const reach = new Map<string, readonly Stretch[]>();
    for (const { url, functions } of await this.#taken()) {
      if (!this.#folders.some((folder) => url.startsWith(folder))) continue;
      const file = url.slice(root.length).replace(/\?.*$/, "");
      reach.set(
        file,
        functions.flatMap(({ ranges }) =>
          ranges.map(({ startOffset, endOffset, count }): Stretch => [
            startOffset,
            endOffset,
            count > 0,
          ])
        ),
      );
    }
    return reach;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #taken(): Promise<readonly Profiler.ScriptCoverage[]> {
    return new Promise((resolve, reject) => {
      this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
  }
}
