import type { Clock } from "../time/clock.ts";
import type { Database } from "./database.ts";
import type { Draft } from "./draft.ts";
import { laneKey, namesKey } from "./keys.ts";
import { readRow } from "./reading.ts";
import {
  claimCodec,
  fenceCodec,
  type FenceRow,
  leaseCodec,
  type LeaseRow,
  namesCodec,
  type NamesRow,
} from "./row_codecs.ts";
import type { LaneMode } from "./rows.ts";
import { type Claim, type LaneHold, type LaneHolder, LaneLostError } from "./store.ts";

/** ms that a lease lasts without a renewal. */
export const LEASE = 10_000;
/** ms by which the clocks of two machines may differ before a deadline is taken for nonsense. */
const CLOCK_SKEW = 60_000;

const NOTHING: Claim = { ids: [], takeovers: 0 };

/** What the lane needs of its surroundings. */
export interface LaneOptions {
  readonly scope: string;
  /** Scope and names that are noted for people who look into the database. */
  readonly names: NamesRow & { readonly scope: string };
  readonly clock: Clock;
}

/**
 * The one lane of a pipeline. Three records: the fence, which only a takeover changes and every commit
 * of the holder checks; the lease, which heartbeats write; the claim, the batch in hand. Deadlines are
 * values compared with the wall clock: if that is set, the lane may change hands early or late, but
 * the fence still keeps the former holder from writing.
 */
export class Lane {
  readonly #db: Database;
  readonly #options: LaneOptions;
  readonly #keys: readonly [Deno.KvKey, Deno.KvKey, Deno.KvKey];
  /** Holds that were let go in this process. */
  readonly #released = new WeakSet<LaneHold>();

  constructor(db: Database, options: LaneOptions) {
    this.#db = db;
    this.#options = options;
    const { scope } = options;
    this.#keys = [laneKey(scope, "fence"), laneKey(scope, "lease"), laneKey(scope, "claim")];
  }

  acquire(
    holder: string,
    fingerprint: string,
    mode?: LaneMode,
  ): Promise<LaneHold | undefined> {
    const [fenceKey, leaseKey] = this.#keys;
    return this.#db.transact(async (draft) => {
      const { fence, lease, claim, entries } = await this.#read();
      if (lease !== undefined && this.#isAlive(lease)) return undefined;
      const epoch = Math.max(fence?.epoch ?? 0, lease?.epoch ?? 0) + 1;
      for (const entry of entries) draft.check(entry);
      draft.set({ key: fenceKey, value: fenceCodec.encode({ epoch, holder }) });
      const own = {
        holder,
        fingerprint,
        epoch,
        since: this.#options.clock.now(),
        ...(mode === undefined ? {} : { mode }),
      };
      draft.set({ key: leaseKey, value: this.#lease(own) });
      const { scope, ...names } = this.#options.names;
      draft.set({ key: namesKey(scope), value: namesCodec.encode(names) });
      return { ...own, inHand: claim ?? NOTHING };
    });
  }

  renew(hold: LaneHold, inHand: Claim): Promise<void> {
    const [, leaseKey, claimKey] = this.#keys;
    return this.#db.transact(async (draft) => {
      await this.fence(draft, hold);
      draft.set({ key: leaseKey, value: this.#lease(hold) });
      draft.set({ key: claimKey, value: claimCodec.encode(inHand) });
    });
  }

  /** The claim stays: what is in it was not finished. */
  async release(hold: LaneHold): Promise<void> {
    const [, leaseKey] = this.#keys;
    try {
      await this.#db.transact(async (draft) => {
        await this.fence(draft, hold);
        draft.set({ key: leaseKey, value: leaseCodec.encode({ ...hold, until: 0 }) });
      });
    } catch (error) {
      if (!(error instanceof LaneLostError)) throw error;
    }
    this.#released.add(hold);
  }

  async holder(): Promise<LaneHolder | undefined> {
    const { lease, claim } = await this.#read();
    if (lease === undefined || !this.#isAlive(lease)) return undefined;
    const { epoch: _, ...seen } = lease;
    return { ...seen, inHand: claim?.ids.length ?? 0 };
  }

  /**
   * Makes the draft's commit fail once the lane has been taken over. A takeover between this look and
   * the commit shows in the next try, which ends here.
   *
   * @throws {LaneLostError} when it has been
   */
  async fence(draft: Draft, hold: LaneHold): Promise<void> {
    const entry = await this.#db.get(this.#keys[0]);
    const fence = readRow(fenceCodec, entry);
    if (this.#released.has(hold) || fence === undefined || !isOf(fence, hold)) {
      throw new LaneLostError(
        `Cannot write as "${hold.holder}": the lane belongs to another holder now`,
      );
    }
    draft.check(entry);
  }

  /** Notes what is in hand once the draft is committed; nothing, if not said. */
  setClaim(draft: Draft, claim: Claim = NOTHING): void {
    draft.set({ key: this.#keys[2], value: claimCodec.encode(claim) });
  }

  async #read(): Promise<{
    readonly fence: FenceRow | undefined;
    readonly lease: LeaseRow | undefined;
    readonly claim: Claim | undefined;
    readonly entries: readonly Deno.KvEntryMaybe<unknown>[];
  }> {
    const entries = await this.#db.getMany(this.#keys);
    const [fence, lease, claim] = entries;
    if (fence === undefined || lease === undefined || claim === undefined) {
      throw new TypeError("Cannot read the lane: the database answered too few rows");
    }
    return {
      fence: readRow(fenceCodec, fence),
      lease: readRow(leaseCodec, lease),
      claim: readRow(claimCodec, claim),
      entries,
    };
  }

  /** A deadline too far ahead is of a clock that was set back since, and would block the lane. */
  #isAlive(lease: LeaseRow): boolean {
    const left = lease.until - this.#options.clock.now();
    return left > 0 && left <= LEASE + CLOCK_SKEW;
  }

  #lease(hold: Omit<LeaseRow, "until">): Uint8Array {
    return leaseCodec.encode({ ...hold, until: this.#options.clock.now() + LEASE });
  }
}

function isOf(fence: FenceRow, hold: LaneHold): boolean {
  return fence.epoch === hold.epoch && fence.holder === hold.holder;
}
