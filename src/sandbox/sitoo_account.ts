import type { Clock } from "../time/clock.ts";
import type { OrderBook } from "./book.ts";
import { RequestCount, type SandboxCounters } from "./counters.ts";
import { Faults } from "./faults.ts";
import type { SandboxSettings } from "./settings.ts";
import { oneAtATime, sitooHandler } from "./sitoo_server.ts";
import { serve, type ServeOptions } from "./web.ts";

/** The number of the fake Sitoo account. */
export const ACCOUNT = 4711;

/** The fake Sitoo, its credentials, and what happens in its shops. */
export interface SandboxSitoo {
  readonly accountUrl: string;
  readonly accountId: number;
  readonly apiId: string;
  readonly apiKey: string;
  readonly faults: Faults;
  /** Ids of orders with which Sitoo itself fails: it answers 500 to every page with the lines of one. */
  readonly broken: Set<number>;
  /** All orders. */
  readonly book: OrderBook;
  readonly sell: OrderBook["sell"];
  readonly refund: OrderBook["refund"];
  readonly exchange: OrderBook["exchange"];
  readonly cancel: OrderBook["cancel"];
  readonly close: OrderBook["close"];
  readonly update: OrderBook["update"];
  readonly requestReceipt: OrderBook["requestReceipt"];
}

/** A running fake: what callers see, its counters and its end. */
export interface Running<Face, Counters> {
  readonly face: Face;
  counters(): Counters;
  stop(): Promise<void>;
}

/** What both fakes are started with. */
export interface StartOptions {
  readonly port: number;
  readonly gate: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly settings: SandboxSettings;
  readonly closing: AbortSignal;
  readonly control: ServeOptions["control"];
}

/** Starts the fake Sitoo. */
export function startSitoo(
  options: StartOptions & { readonly book: OrderBook },
): Running<SandboxSitoo, SandboxCounters["sitoo"]> {
  const { book, clock, settings, closing } = options;
  const faults = new Faults(options.random);
  const counts = new RequestCount();
  const apiId = `${ACCOUNT}-1`;
  const apiKey = "sandbox-sitoo-key";
  const broken = new Set<number>();
  let rows = 0;
  const handler = sitooHandler({
    book,
    accountId: ACCOUNT,
    apiId,
    apiKey,
    wait: async () => {
      if (settings.latency > 0) await clock.sleep(settings.latency, closing).catch(() => {});
    },
    onRows: (count) => {
      rows += count;
    },
    settingsAllowed: () => settings.settingsAllowed,
    broken,
  });
  const server = serve(handler, {
    port: options.port,
    gate: options.gate,
    faults,
    clock,
    count: (request, status) => counts.count(request, status),
    enter: oneAtATime(() => counts.refused()),
    control: options.control,
  });
  return {
    face: {
      accountUrl: `http://127.0.0.1:${server.port}/v2/accounts/${ACCOUNT}`,
      accountId: ACCOUNT,
      apiId,
      apiKey,
      faults,
      broken,
      book,
      sell: (sale) => book.sell(sale),
      refund: (id, refund) => book.refund(id, refund),
      exchange: (id) => book.exchange(id),
      cancel: (id) => book.cancel(id),
      close: (id) => book.close(id),
      update: (id, change) => book.update(id, change),
      requestReceipt: (id) => book.requestReceipt(id),
    },
    counters: () => ({ ...counts.read(faults.hits), rows }),
    stop: () => server.close(),
  };
}
