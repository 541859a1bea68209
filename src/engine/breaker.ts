import type { ApiError, ApiName } from "../http/error.ts";
import { backoff } from "./backoff.ts";

/** How a connection stands, as `status` shows it. */
export type ConnectionState = "ok" | "paused" | "down";

/** What changed at a failure or a success. */
export interface BreakerChange {
  readonly api: ApiName;
  readonly from: ConnectionState;
  readonly to: ConnectionState;
  readonly detail?: string;
}

/** Failures in a row after which an API counts as down. */
const failuresUntilDown = 3;
/** ms: a pause or an outage is probed at least this often. */
const probeEvery = 60_000;

interface Standing {
  readonly state: ConnectionState;
  readonly failures: number;
  /** Monotonic ms until which the API is left alone. */
  readonly until: number;
}

const standing: Standing = { state: "ok", failures: 0, until: 0 };

/**
 * Decides how long to leave an API alone after it failed. An outage or a refused key costs no order an
 * attempt: what uses the API waits, and the next try is the probe that ends the pause. Pure: time comes in as
 * monotonic ms.
 */
export class Breaker {
  readonly #random: () => number;
  readonly #apis = new Map<ApiName, Standing>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** ms until any of these APIs may be tried again; 0 when now. */
  waitFor(apis: readonly ApiName[], now: number): number {
    return Math.max(0, ...apis.map((api) => this.#of(api).until - now));
  }

  state(api: ApiName): ConnectionState {
    return this.#of(api).state;
  }

  failed(error: ApiError, now: number): BreakerChange {
    const before = this.#of(error.api);
    const failures = before.failures + 1;
    const wait = backoff(failures, {
      first: error.kind === "unauthorized" ? probeEvery : 1_000,
      longest: probeEvery,
      random: this.#random,
      ...(error.retryAfter === undefined ? {} : { atLeast: error.retryAfter }),
    });
    const state = stateAfter(error, failures, before.state);
    this.#apis.set(error.api, { state, failures, until: now + wait });
    return { api: error.api, from: before.state, to: state, detail: error.message };
  }

  succeeded(api: ApiName): BreakerChange {
    const before = this.#of(api);
    this.#apis.set(api, standing);
    return { api, from: before.state, to: "ok" };
  }

  #of(api: ApiName): Standing {
    return this.#apis.get(api) ?? standing;
  }
}

/** Being told to slow down is no outage, however often it happens. */
function stateAfter(error: ApiError, failures: number, before: ConnectionState): ConnectionState {
  if (error.kind === "unauthorized") return "paused";
  if (error.kind === "throttled") return before;
  return failures >= failuresUntilDown ? "down" : before;
}
