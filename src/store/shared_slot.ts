import { getLogger } from "@logtape/logtape";
import { createSlot, type Slot } from "../http/slot.ts";
import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { slotKey, slotWaiterKey, slotWaiterPrefix } from "./keys.ts";
import { readRow } from "./reading.ts";
import { slotCodec, type SlotRow, slotWaiterCodec } from "./row_codecs.ts";

const log = getLogger(["tillpipe", "store"]);

/** ms that the slot belongs to a process without a renewal. */
export const SLOT_LEASE = 10_000;
/** ms between two renewals while requests are made. */
const RENEW_EVERY = 3_000;
/** ms before its end from which the lease is not relied on any more. */
const MARGIN = 2_000;
/** ms between two looks of the holder whether another process waits. */
const LOOK_EVERY = 250;
/** ms between two looks of a waiting process whether it is its turn, at most. */
const POLL = 100;
/** ms that a process counts as waiting without saying so again, and after which it does. */
const WAITER_KEPT = 3_000;
const SAY_AGAIN = 1_000;
/** ms that the one whom the slot is handed to has to take it. */
const TAKE_WITHIN = 2_000;
/** ms by which the clocks of two machines may differ before a deadline is taken for nonsense. */
const CLOCK_SKEW = 60_000;
/** Waiting processes that are looked at. */
const WAITERS = 50;

/** What a shared slot needs. */
export interface SharedSlotOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Names this process among others. */
  readonly process: string;
  /** What the slot is for; it stands in the store as a digest. */
  readonly name: string;
  /** ms to leave between two tasks. */
  readonly gap: number;
}

/**
 * A slot that all processes on a store share: one task at a time over all of them. A process that has it
 * keeps it, so that its own tasks cost no commit; a process that waits leaves a row, which the holder sees
 * within a quarter of a second, and is handed the slot between two tasks. Whoever dies with the slot
 * loses it when its lease runs out.
 */
export class SharedSlot implements Slot {
  readonly #options: SharedSlotOptions;
  /** The line within this process. */
  readonly #line: Slot;
  readonly #key: Deno.KvKey;
  readonly #closing = new AbortController();
  /** While this process has the slot: until when, and since when as the store has it (monotonic ms). */
  #held: { until: number; renewedAt: number } | undefined;
  /** The holder before may have ended a task just now (monotonic ms). */
  #notBefore = -Infinity;
  /** The deadline that this process wrote last (epoch ms): tells whether another had the slot since. */
  #written = -1;
  /** Another process waits. */
  #wanted = false;
  /** A task of this process runs, or is about to. */
  #busy = false;
  #usedAt = -Infinity;
  #keeping: Promise<void> | undefined;
  #leaving: Promise<void> | undefined;

  constructor(options: SharedSlotOptions) {
    this.#options = options;
    this.#line = createSlot({ gap: options.gap, clock: options.clock });
    this.#key = slotKey(options.name);
  }

  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#line.run(async () => {
      this.#busy = true;
      try {
        await this.#take(signal);
        return await task();
      } finally {
        this.#busy = false;
        this.#usedAt = this.#options.clock.monotonic();
        // Now, not after the gap that the line leaves: whoever comes next waits for one of its own.
        if (this.#wanted && this.#held !== undefined) void this.#handOver();
      }
    }, signal);
  }

  /** Lets the slot go, so that other processes need not wait for the end of the lease. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("Cannot use the slot: the store is closed"));
    await this.#keeping;
    if (this.#held !== undefined) await this.#handOver();
    await this.#leaving;
  }

  /** Resolves when the slot belongs to this process and the next task may start. */
  async #take(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    this.#closing.signal.throwIfAborted();
    if (this.#wanted && this.#held !== undefined) await this.#handOver();
    await this.#leaving;
    if (this.#held === undefined || this.#held.until - clock.monotonic() < MARGIN) {
      await this.#acquire(AbortSignal.any([signal, this.#closing.signal]));
    }
    const wait = Math.ceil(this.#notBefore - clock.monotonic());
    if (wait > 0) await clock.sleep(wait, signal);
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const since = clock.now();
    let saidAt = -Infinity;
    try {
      for (;;) {
        const asked = clock.monotonic();
        const say = asked - saidAt >= SAY_AGAIN;
        const isMine = await this.#tryOnce({ since, say, hasSaid: saidAt > -Infinity });
        if (isMine) return this.#keep(asked);
        if (say) saidAt = asked;
        await clock.sleep(POLL * (0.5 + random() / 2), signal);
      }
    } catch (error) {
      if (saidAt > -Infinity) await this.#withdraw();
      throw error;
    }
  }

  /** Takes the slot if it is free, or says that this process waits for it. */
  #tryOnce(waiting: Wait): Promise<boolean> {
    const { db, clock, name, process, gap } = this.#options;
    return db.transact(async (draft) => {
      const entry = await db.get(this.#key);
      const row = readRow(slotCodec, entry);
      const now = clock.now();
      if (row !== undefined && row.holder !== process && isAlive(row.until, now)) {
        if (!waiting.say) return false;
        const value = slotWaiterCodec.encode({
          since: waiting.since,
          until: now + WAITER_KEPT,
        });
        draft.set({ key: slotWaiterKey(name, process), value, expireIn: 2 * WAITER_KEPT });
        return false;
      }
      const wasAnothers = row !== undefined && row.until !== this.#written;
      this.#notBefore = wasAnothers ? clock.monotonic() + gap : -Infinity;
      draft.check(entry);
      draft.set({ key: this.#key, value: this.#row(process, now + SLOT_LEASE) });
      if (waiting.hasSaid) draft.delete(slotWaiterKey(name, process));
      return true;
    });
  }

  /** From now on the slot is this process's. */
  #keep(renewedAt: number): void {
    this.#held = { until: renewedAt + SLOT_LEASE, renewedAt };
    this.#wanted = false;
    this.#usedAt = renewedAt;
    this.#keeping ??= this.#look();
  }

  /** Renews the lease while tasks run, sees who waits, and ends when the slot is not held any more. */
  async #look(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#held !== undefined && !signal.aborted) {
      try {
        // At once as well: who waits already is known before the first task has ended.
        await this.#tend();
        await this.#options.clock.sleep(LOOK_EVERY, signal);
      } catch (error) {
        if (signal.aborted) break;
        log.warn("Shared slot could not be renewed: {reason}", { reason: String(error) });
      }
    }
    this.#keeping = undefined;
  }

  async #tend(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    const now = this.#options.clock.monotonic();
    const isUsed = this.#busy || this.#usedAt > held.renewedAt;
    if (isUsed && now - held.renewedAt >= RENEW_EVERY) await this.#renew();
    if (this.#held !== undefined && !this.#busy && now >= this.#held.until) this.#held = undefined;
    if (this.#held === undefined) return;
    this.#wanted = (await this.#waiters()).length > 0;
    if (this.#wanted && !this.#busy) await this.#handOver();
  }

  async #renew(): Promise<void> {
    const { db, clock, process } = this.#options;
    const asked = clock.monotonic();
    const isMine = await db.transact(async (draft) => {
      const entry = await db.get(this.#key);
      if (readRow(slotCodec, entry)?.holder !== process) return false;
      draft.check(entry);
      draft.set({ key: this.#key, value: this.#row(process, clock.now() + SLOT_LEASE) });
      return true;
    });
    if (!isMine) log.warn("Shared slot was taken over: its lease ran out");
    this.#held = isMine ? { until: asked + SLOT_LEASE, renewedAt: asked } : undefined;
  }

  /** Gives the slot to whoever has waited longest. */
  #handOver(): Promise<void> {
    this.#held = undefined;
    this.#leaving ??= this.#leave().finally(() => this.#leaving = undefined);
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    const { db, process } = this.#options;
    try {
      await db.transact(async (draft) => {
        const entry = await db.get(this.#key);
        if (readRow(slotCodec, entry)?.holder !== process) return;
        draft.check(entry);
        const [next] = await this.#waiters();
        if (next === undefined) draft.set({ key: this.#key, value: this.#row("", 0) });
        else this.#give(draft, next);
      });
    } catch (error) {
      log.warn("Shared slot could not be handed over: {reason}", { reason: String(error) });
    }
  }

  #give(draft: Draft, next: Waiter): void {
    const until = this.#options.clock.now() + TAKE_WITHIN;
    draft.set({ key: this.#key, value: this.#row(next.process, until) });
    draft.delete(next.key);
  }

  /** This process does not wait any more; what it was handed meanwhile goes on to the next. */
  async #withdraw(): Promise<void> {
    const { db, name, process } = this.#options;
    try {
      await db.transact((draft) => draft.delete(slotWaiterKey(name, process)));
    } catch (error) {
      log.warn("Wait for a shared slot was not withdrawn: {reason}", { reason: String(error) });
    }
    await this.#handOver();
  }

  /** Other processes that wait, the one that has waited longest first. */
  async #waiters(): Promise<readonly Waiter[]> {
    const { db, clock, name, process } = this.#options;
    const rows = await db.page({ prefix: slotWaiterPrefix(name) }, { limit: WAITERS });
    const now = clock.now();
    const waiters = rows.flatMap((entry): Waiter[] => {
      const row = readRow(slotWaiterCodec, entry);
      const other = entry.key.at(-1);
      if (typeof other !== "string" || other === process) return [];
      const isWaiting = row !== undefined && isAlive(row.until, now);
      return isWaiting ? [{ process: other, key: entry.key, since: row.since }] : [];
    });
    return waiters.toSorted((left, right) => left.since - right.since);
  }

  #row(holder: string, until: number): Uint8Array {
    this.#written = holder === this.#options.process ? until : -1;
    return slotCodec.encode({ holder, until } satisfies SlotRow);
  }
}

interface Wait {
  /** Epoch ms. */
  readonly since: number;
  /** Whether to tell others (again) that this process waits. */
  readonly say: boolean;
  readonly hasSaid: boolean;
}

interface Waiter {
  readonly process: string;
  readonly key: Deno.KvKey;
  readonly since: number;
}

/** A deadline too far ahead is of a clock that was set back since, and would block everybody. */
function isAlive(until: number, now: number): boolean {
  return until > now && until - now <= SLOT_LEASE + CLOCK_SKEW;
}
