/** What goes wrong with requests. Settable while the sandbox runs. */
export interface Fault {
  /**
   * - `status`: answers `status` and does nothing
   * - `hang`: does nothing and never answers
   * - `reset`: takes the request, then breaks the connection before the answer; with `gate` only
   * - `cut`: takes the request, then breaks the connection in the middle of the answer
   * - `lost`: takes the request, then never answers
   * - `drop`: answers as if all were well and forgets the request
   * - `reject`: push only: refuses one record of the batch
   * - `slow`: waits `ms` first
   */
  readonly kind: "status" | "hang" | "reset" | "cut" | "lost" | "drop" | "reject" | "slow";
  /** HTTP status for `status`. @default 503 */
  readonly status?: number | undefined;
  /** Only requests whose `METHOD path` contains this text. @default every request */
  readonly match?: string | undefined;
  /** How many requests are hit; with `rate`, unlimited. @default 1 */
  readonly times?: number | undefined;
  /** Instead of `times`: the share of requests that is hit, 0 to 1. */
  readonly rate?: number | undefined;
  /** For `slow`. @default 1000 */
  readonly ms?: number | undefined;
  /** Seconds, as a Retry-After header with `status`. @default no header */
  readonly retryAfter?: number | undefined;
}

/** The faults that are set. */
export class Faults {
  #list: { fault: Fault; left: number }[] = [];
  #hits = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How many requests were hit so far. */
  get hits(): number {
    return this.#hits;
  }

  /** How many requests are still to be hit, those of a rate not counted. */
  get pending(): number {
    return this.#list.reduce((sum, { left }) => sum + (left === Infinity ? 0 : left), 0);
  }

  set(...faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#list.push({ fault, left: fault.rate === undefined ? fault.times ?? 1 : Infinity });
    }
  }

  clear(): void {
    this.#list = [];
  }

  /** The fault that hits this request, if any; it counts as used. */
  take(request: string): Fault | undefined {
    for (const entry of this.#list) {
      const { fault } = entry;
      if (entry.left <= 0 || !request.includes(fault.match ?? "")) continue;
      if (fault.rate !== undefined && this.#random() >= fault.rate) continue;
      entry.left--;
      this.#hits++;
      if (entry.left <= 0) this.#list = this.#list.filter((other) => other !== entry);
      return fault;
    }
    return undefined;
  }
}
