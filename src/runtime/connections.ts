import { getLogger } from "@logtape/logtape";
import { Breaker } from "../engine/breaker.ts";
import type { BreakerChange } from "../engine/breaker.ts";
import type { ApiError, ApiName } from "../http/error.ts";
import type { PipelineStore } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

const logger = getLogger(["tillpipe", "connections"]);

/** Is told how calls went, one by one. */
export interface ConnectionObserver {
  failed(error: ApiError): void;
  succeeded(api: ApiName): void;
}

/** What the connections need. */
export interface ConnectionsOptions {
  readonly observer?: ConnectionObserver;
  readonly store: PipelineStore;
  readonly clock: Clock;
  readonly random: () => number;
}

/** How Sitoo and Ometria stand, for one pipeline in this process; told to the store when it changes. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #breaker: Breaker;
  readonly #left = new Set<ApiName>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.random);
  }

  /** ms to leave these APIs alone; 0 when they may be used. */
  waitFor(...apis: readonly ApiName[]): number {
    return this.#breaker.waitFor(apis, this.#options.clock.monotonic());
  }

  async failed(error: ApiError): Promise<void> {
    logger.warn("{api}: {reason}", { api: error.api, reason: error.message, kind: error.kind });
    this.#options.observer?.failed(error);
    await this.#note(this.#breaker.failed(error, this.#options.clock.monotonic()));
  }

  async succeeded(...apis: readonly ApiName[]): Promise<void> {
    for (const api of apis) {
      this.#options.observer?.succeeded(api);
      await this.#note(this.#breaker.succeeded(api));
    }
  }

  /** Learns what an earlier process left in the store, so that its pauses end when the API works again. */
  async load(): Promise<void> {
    for (const [api, row] of await this.#options.store.connections()) {
      if (row.state !== "ok") this.#left.add(api);
    }
  }

  async #note({ api, from, to, detail }: BreakerChange): Promise<void> {
    if (from === to && !(to === "ok" && this.#left.has(api))) return;
    this.#left.delete(api);
    if (to === "ok") logger.info("{api} works again", { api });
    else logger.error("{api} is {state}: orders stay due until it works again", { api, state: to });
    await this.#options.store.setConnection(api, {
      state: to,
      since: this.#options.clock.now(),
      ...(detail === undefined ? {} : { detail }),
    });
  }
}
