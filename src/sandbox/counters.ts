import type { SenderCounters } from "./event_sender.ts";

/** Requests to one fake. */
export interface RequestCounters {
  /** By `METHOD /path`, ids written as `{id}`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<number, number>>;
  /** Requests that were refused with 429. */
  readonly tooMany: number;
  /** Requests that a fault hit. */
  readonly faults: number;
}

/** Everything that was counted. */
export interface SandboxCounters {
  readonly sitoo: RequestCounters & {
    /** Order rows that were read. */
    readonly rows: number;
  };
  readonly ometria: RequestCounters & {
    /** Records that were taken. */
    readonly accepted: number;
    /** Records that were stored, updates included. */
    readonly stored: number;
    /** Records that were taken and then found wrong. */
    readonly invalid: number;
    /** Pushes taken and not yet looked at. */
    readonly pending: number;
    /** Orders pushed while an earlier push of them was not stored yet. */
    readonly overlaps: number;
    /** Records whose id was in their batch more than once. */
    readonly repeats: number;
    readonly orders: number;
    readonly emails: number;
  };
  readonly sender: Readonly<SenderCounters> & { readonly queued: number };
}

/** Counts requests by endpoint and status. */
export class RequestCount {
  readonly #requests = new Map<string, number>();
  readonly #statuses = new Map<number, number>();
  #tooMany = 0;

  count(request: string, status: number): void {
    const name = request.replace(/ \/v2(\/accounts\/\d+)?/, " ")
      .replace(/\b(orders|products|sites)\/(?!_)[^/.]+/g, "$1/{id}");
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  refused(): void {
    this.#tooMany++;
  }

  read(faults: number): RequestCounters {
    return {
      requests: Object.fromEntries(this.#requests),
      statuses: Object.fromEntries(this.#statuses),
      tooMany: this.#tooMany,
      faults,
    };
  }
}
