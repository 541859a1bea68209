import { encodeBase64 } from "../std/encoding.ts";
import type { Clock } from "../time/clock.ts";
import type { SitooEvent } from "./event.ts";

/** Where events go. */
export interface SenderTarget {
  /** As in Sitoo's Events Subscriptions: `/events` is appended. */
  readonly baseUrl: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** How the sender behaves. */
export interface SenderOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Multiplies every wait between retries, e.g. 0.001 in tests. @default 1 */
  readonly scale?: number | undefined;
  /** Time the receiver has to answer, ms. @default 15000 */
  readonly timeout?: number | undefined;
  /** Share of batches that are sent once more after they were done. @default 0 */
  readonly duplicates?: number | undefined;
  /** Share of events that are held back behind the next batch. @default 0 */
  readonly reorder?: number | undefined;
}

/** What the sender has done. */
export interface SenderCounters {
  /** Events that were answered 200. */
  delivered: number;
  /** Events removed without 200, by the answer's status; 0 after 24 hours of retries. */
  readonly droppedBy: Record<number, number>;
  dropped: number;
  /** Repeated attempts of a batch. */
  retries: number;
  /** Batches sent twice on purpose. */
  duplicates: number;
  requests: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Ten retries in the first hour, minutes; then one an hour. */
const FIRST_HOUR: readonly number[] = [0.5, 1, 2, 3, 5, 6, 8, 10, 12, 12];
const MAX_BATCH = 10;

/**
 * Sends events as Sitoo does: batches of up to ten, oldest first, one at a time; only 200 is success;
 * 429, 503, 504, time-outs and refused connections are retried while everything else waits; any other
 * answer removes the batch for good. Source: Sitoo events SPI, delivery rules.
 */
export class EventSender {
  readonly counters: SenderCounters = {
    delivered: 0,
    droppedBy: {},
    dropped: 0,
    retries: 0,
    duplicates: 0,
    requests: 0,
  };
  readonly #options: SenderOptions;
  #queue: SitooEvent[] = [];
  #wake: (() => void) | undefined;
  #idle: (() => void)[] = [];
  #busy = false;
  #stop: AbortController | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Events not yet done, those of the batch being sent left out. */
  get queued(): number {
    return this.#queue.length;
  }

  enqueue(event: SitooEvent): void {
    this.#queue.push(event);
    this.#wake?.();
  }

  /** Starts sending to a target; events that came before are sent first. Stops a running one. */
  async start(target: SenderTarget): Promise<void> {
    await this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.#running = this.#run(target, stop.signal);
  }

  /** Stops sending; what is queued stays, the batch in hand too. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#stop = undefined;
    this.#running = undefined;
  }

  /** Resolves when everything queued is done, or removed. */
  async drained(): Promise<void> {
    while (this.#queue.length > 0 || this.#busy) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  async #run(target: SenderTarget, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#queue.length === 0) {
        await this.#untilWoken(signal);
        continue;
      }
      this.#busy = true;
      const batch = this.#takeBatch();
      const done = await this.#deliver(batch, target, signal);
      if (!done) this.#queue.unshift(...batch);
      this.#busy = false;
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  #takeBatch(): SitooEvent[] {
    const { random, reorder = 0 } = this.#options;
    const size = Math.min(MAX_BATCH, this.#queue.length);
    const batch = this.#queue.splice(0, size);
    if (batch.length < 2 || random() >= reorder) return batch;
    const held = batch.splice(Math.floor(random() * batch.length), 1);
    this.#queue.splice(Math.min(3, this.#queue.length), 0, ...held);
    return batch;
  }

  /** Whether the batch is done with; false only when stopped. */
  async #deliver(
    batch: readonly SitooEvent[],
    target: SenderTarget,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, random, scale = 1, duplicates = 0 } = this.#options;
    let waited = 0;
    for (let attempt = 0;; attempt++) {
      const status = await this.#post(batch, target, signal);
      if (signal.aborted && status !== 200) return false;
      if (status === 200) {
        this.counters.delivered += batch.length;
        if (random() < duplicates) {
          this.counters.duplicates++;
          await this.#post(batch, target, signal);
        }
        return true;
      }
      if (status !== 0 && status !== 429 && status !== 503 && status !== 504) {
        this.#drop(batch.length, status);
        return true;
      }
      const wait = (FIRST_HOUR[attempt] ?? 60) * MINUTE;
      waited += wait;
      if (waited > DAY) {
        this.#drop(batch.length, 0);
        return true;
      }
      this.counters.retries++;
      try {
        await clock.sleep(wait * scale, signal);
      } catch {
        return false;
      }
    }
  }

  #drop(events: number, status: number): void {
    this.counters.dropped += events;
    this.counters.droppedBy[status] = (this.counters.droppedBy[status] ?? 0) + events;
  }

  /** The answer's status, or 0 for none in time. */
  async #post(
    batch: readonly SitooEvent[],
    target: SenderTarget,
    signal: AbortSignal,
  ): Promise<number> {
    const { clock, timeout = 15_000 } = this.#options;
    const over = new AbortController();
    const late = new AbortController();
    const timer = clock.sleep(timeout, over.signal).then(() => late.abort(), () => {});
    this.counters.requests++;
    try {
      const response = await fetch(`${target.baseUrl.replace(/\/$/, "")}/events`, {
        method: "POST",
        headers: { "content-type": "application/json", ...credentials(target) },
        body: JSON.stringify(batch),
        redirect: "manual",
        signal: AbortSignal.any([signal, late.signal]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    } finally {
      over.abort();
      await timer;
    }
  }

  #untilWoken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined;
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}

function credentials({ username, password }: SenderTarget): Record<string, string> {
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${encodeBase64(`${username}:${password}`)}` };
}
