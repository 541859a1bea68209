import type { ApiError, ApiName } from "../http/error.ts";
import type { Clock } from "../time/clock.ts";
import type { ConnectionObserver } from "./connections.ts";
import { apiLabels } from "./standing_conditions.ts";

/** ms that a key which has worked may be refused for before a run that ends by itself gives up. */
const refusedFor = 5 * 60_000;
/** ms between two statements of what is waited for. */
const sayEvery = 60_000;
/** Failures in a row before it is said that an API is waited for. */
const failuresUntilSaid = 3;

/** Options of {@linkcode Patience}. */
export interface PatienceOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Gives up on an API that cannot be reached from the start, too: for runs that nothing hangs on. */
  readonly impatient: boolean;
  /** Told what is waited for, at once and every minute. */
  readonly onWait: (text: string) => void;
}

interface Trouble {
  readonly since: number;
  readonly failures: number;
  readonly saidAt?: number;
}

/**
 * Decides how long a run that has to end by itself waits for an API. A server waits for ever; whoever sits in front
 * of a command with a mistyped key must not. A key or an address that has not worked once in this run is given up
 * at the first refusal; one that has worked, after five minutes of them; an outage is waited for, and said so.
 */
export class Patience implements ConnectionObserver {
  readonly #options: PatienceOptions;
  readonly #over = new AbortController();
  readonly #worked = new Set<ApiName>();
  readonly #troubles = new Map<ApiName, Trouble>();

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Aborts, with the API's error, when it is given up. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  succeeded(api: ApiName): void {
    this.#worked.add(api);
    this.#troubles.delete(api);
  }

  failed(error: ApiError): void {
    const { clock, impatient } = this.#options;
    const now = clock.monotonic();
    const before = this.#troubles.get(error.api) ?? { since: now, failures: 0 };
    const trouble = { ...before, failures: before.failures + 1 };
    this.#troubles.set(error.api, trouble);
    const worked = this.#worked.has(error.api);
    const isLate = now - trouble.since >= refusedFor;
    const isRepeated = trouble.failures >= failuresUntilSaid;
    const gaveUp = isRefusal(error) ? !worked || isLate : impatient && !worked && isRepeated;
    if (gaveUp) return this.#over.abort(error);
    if (isRefusal(error) || isRepeated) this.#say(error, trouble, now);
  }

  #say(error: ApiError, trouble: Trouble, now: number): void {
    if (trouble.saidAt !== undefined && now - trouble.saidAt < sayEvery) return;
    this.#troubles.set(error.api, { ...trouble, saidAt: now });
    this.#options.onWait(waitText(error.api, error.message));
  }
}

/** What is waited for, and that nothing is lost by it. */
export function waitText(api: ApiName, detail: string | undefined): string {
  const reason = detail === undefined ? "" : `: ${detail}`;
  return `Waits for ${
    apiLabels[api]
  }${reason}. Nothing is lost, and it is tried again every minute; deno task doctor looks at it`;
}

/** Whether the same call will be refused until a person changes something: the key, its rights, the address. */
function isRefusal({ kind, status }: ApiError): boolean {
  return kind === "unauthorized" || (status === 404 && kind === "refused");
}
