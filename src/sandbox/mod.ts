import { type Clock, systemClock } from "../time/clock.ts";
import { OrderBook } from "./book.ts";
import { controlHandler } from "./control.ts";
import type { SandboxCounters } from "./counters.ts";
import { EventSender, type SenderOptions } from "./event_sender.ts";
import { History } from "./history.ts";
import { type LiveOptions, trade } from "./live.ts";
import { type SandboxOmetria, startOmetria } from "./ometria_account.ts";
import type { OmetriaRates } from "./ometria_server.ts";
import type { OmetriaStore } from "./ometria_store.ts";
import { Rng } from "./random.ts";
import type { SandboxSettings } from "./settings.ts";
import { ACCOUNT, type SandboxSitoo, startSitoo } from "./sitoo_account.ts";
import {
  arrivedSums,
  compareTruth,
  expectedOf,
  type ExpectedOrder,
  expectedOrders,
  expectedSums,
  type StoreSum,
  type TruthOptions,
  type TruthReport,
} from "./truth.ts";

export type { RefundOptions, SellOptions } from "./book.ts";
export type { RequestCounters, SandboxCounters } from "./counters.ts";
export type { SitooEvent } from "./event.ts";
export type { SenderCounters, SenderOptions, SenderTarget } from "./event_sender.ts";
export { EventSender } from "./event_sender.ts";
export type { Fault } from "./faults.ts";
export { Faults } from "./faults.ts";
export type { LiveOptions } from "./live.ts";
export type { SandboxOmetria } from "./ometria_account.ts";
export type { SandboxSettings } from "./settings.ts";
export type { SandboxSitoo } from "./sitoo_account.ts";
export type { SentEmail } from "./ometria_email.ts";
export type { ArrivedOrder, Profile } from "./ometria_store.ts";
export type { OmetriaRates } from "./ometria_server.ts";
export type {
  Difference,
  ExpectedOrder,
  StoreComparison,
  StoreSum,
  TruthOptions,
  TruthReport,
} from "./truth.ts";

/** How a sandbox is made. The same seed, size and `now` give the same orders. */
export interface SandboxOptions {
  /** @default 1 */
  readonly seed?: number | undefined;
  /** Orders of the history; any number, they are made on demand. @default 500 */
  readonly orders?: number | undefined;
  /** @default 50001 */
  readonly firstId?: number | undefined;
  /** Share of orders that are refunds, 0 to 0.4. @default 0.08 */
  readonly refundRate?: number | undefined;
  /** How many days the history covers. @default 60 */
  readonly days?: number | undefined;
  /** Age of the youngest order of the history, ms. @default 5 hours */
  readonly newestAge?: number | undefined;
  /** Epoch ms that ages count from. @default the clock's now */
  readonly now?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** @default seeded */
  readonly random?: (() => number) | undefined;
  /** @default any free port */
  readonly sitooPort?: number | undefined;
  /** @default any free port */
  readonly ometriaPort?: number | undefined;
  /**
   * Whether connections go through a gate, so that the fault `reset` can break them before an answer.
   * Costs a tenth of the throughput. @default true
   */
  readonly gate?: boolean | undefined;
  /** How long Sitoo takes for an answer, ms. @default 0 */
  readonly latency?: number | undefined;
  /** @default push 8, read 4, email 10 a second */
  readonly rates?: Partial<OmetriaRates> | undefined;
  /** Wait between Ometria's 202 and storing, ms. @default 20 */
  readonly applyDelay?: number | undefined;
  /** Whether pushes may be stored out of order. @default false */
  readonly shuffle?: boolean | undefined;
  /** Whole order records that Ometria keeps; of older ones only what can be compared. @default 20000 */
  readonly keepWhole?: number | undefined;
  /** What a profile says of consent when only an order made it. @default false */
  readonly orderProfileOptIn?: boolean | "missing" | undefined;
  /** With it, push tells the room left in its queue, and answers 429 at none. @default not told */
  readonly queueLimit?: number | undefined;
  readonly sender?: Omit<SenderOptions, "clock" | "random"> | undefined;
}

/** What a right pipeline must have brought, known from how the orders were made. */
export interface SandboxTruth {
  expected(orderId: number, startDate?: number): ExpectedOrder | undefined;
  orders(startDate?: number): Iterable<ExpectedOrder>;
  expectedSums(startDate?: number): readonly StoreSum[];
  arrivedSums(): readonly StoreSum[];
  compare(options?: TruthOptions): TruthReport;
}

/** Both fakes, the event sender and the truth. Disposing ends everything. */
export interface Sandbox extends AsyncDisposable {
  readonly sitoo: SandboxSitoo;
  readonly ometria: SandboxOmetria;
  readonly sender: EventSender;
  readonly truth: SandboxTruth;
  readonly settings: SandboxSettings;
  counters(): SandboxCounters;
  /** Makes new orders at a steady rate until the signal is aborted; resolves with how many. */
  live(options: LiveOptions, signal: AbortSignal): Promise<number>;
}

const HOUR = 3_600_000;

/**
 * Starts a fake Sitoo and a fake Ometria on 127.0.0.1, filled with made-up orders.
 * Everything can also be reached by HTTP under `/_sandbox/` on either port (see `control.ts`).
 */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed = 1, clock = systemClock } = options;
  const random = options.random ?? seededRandom(seed);
  const settings: SandboxSettings = {
    latency: options.latency ?? 0,
    applyDelay: options.applyDelay ?? 20,
    shuffle: options.shuffle ?? false,
    settingsAllowed: true,
  };
  const closing = new AbortController();
  const sender = new EventSender({ clock, random, ...options.sender });
  const book = new OrderBook({
    history: makeHistory(options, clock.now()),
    clock,
    random,
    seed,
    accountId: ACCOUNT,
    onEvent: (event) => sender.enqueue(event),
  });
  const control = controlHandler({ sandbox: () => sandbox, closing: closing.signal });
  const gate = options.gate ?? true;
  const context = { clock, random, settings, closing: closing.signal, control, gate };
  const sitoo = startSitoo({ ...context, book, port: options.sitooPort ?? 0 });
  const ometria = startOmetria({
    ...context,
    port: options.ometriaPort ?? 0,
    rates: options.rates,
    keepWhole: options.keepWhole,
    orderProfileOptIn: options.orderProfileOptIn,
    queueLimit: options.queueLimit,
  });
  const sandbox: Sandbox = {
    sitoo: sitoo.face,
    ometria: ometria.face,
    sender,
    truth: makeTruth(book, ometria.face.store),
    settings,
    counters: () => ({
      sitoo: sitoo.counters(),
      ometria: ometria.counters(),
      sender: { ...sender.counters, queued: sender.queued },
    }),
    live: (live, signal) =>
      trade({ book, clock, random }, {
        ...live,
        signal: AbortSignal.any([signal, closing.signal]),
      }),
    async [Symbol.asyncDispose](): Promise<void> {
      closing.abort();
      await Promise.all([sender.stop(), sitoo.stop(), ometria.stop()]);
    },
  };
  return Promise.resolve(sandbox);
}

function makeHistory(options: SandboxOptions, clockNow: number): History {
  const now = options.now ?? clockNow;
  const end = now - (options.newestAge ?? 5 * HOUR);
  return new History({
    seed: options.seed ?? 1,
    orders: options.orders ?? 500,
    firstId: options.firstId ?? 50_001,
    refundRate: Math.min(0.4, options.refundRate ?? 0.08),
    start: end - (options.days ?? 60) * 24 * HOUR,
    end,
  });
}

function makeTruth(book: OrderBook, store: OmetriaStore): SandboxTruth {
  return {
    expected(orderId, startDate): ExpectedOrder | undefined {
      const order = book.byId(orderId);
      return order === undefined ? undefined : expectedOf(book, order, startDate);
    },
    orders: (startDate) => expectedOrders(book, startDate),
    expectedSums: (startDate) => expectedSums(book, startDate),
    arrivedSums: () => arrivedSums(store.orders.values()),
    compare: (options) => compareTruth(book, store.orders, options),
  };
}

function seededRandom(seed: number): () => number {
  const rng = new Rng(seed);
  return () => rng.next() / 4294967296;
}
