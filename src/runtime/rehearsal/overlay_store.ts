import type { RefundLink } from "../../records/refund_link.ts";
import type { Checkpoint, LedgerRow } from "../../store/rows.ts";
import type { BatchCommit, PipelineStore, StoreCache } from "../../store/store.ts";
import { withMethods } from "../with_methods.ts";

/** What an overlay is made of. */
export interface OverlayOptions {
  /** The pipeline's own store: only read. */
  readonly real: PipelineStore;
  /** Takes whatever is written. */
  readonly scratch: PipelineStore;
  /** Called before each commit, with the rows that it replaces in the scratch store alone. */
  readonly onCommit?: (batch: BatchCommit) => void;
}

/**
 * A pipeline's store as a rehearsal sees it: everything that is known, and nothing that is written gets
 * there. What the rehearsal found out itself goes before what is known.
 */
export function overlayStore({ real, scratch, onCommit }: OverlayOptions): PipelineStore {
  /** Rows that were read from the real store: the scratch store never counted them. */
  const known = new WeakSet<LedgerRow>();
  const own: Partial<PipelineStore> = {
    ledger: async (ids) => {
      const found = await scratch.ledger(ids);
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length === 0) return found;
      const rows = await real.ledger(missing);
      for (const row of rows.values()) known.add(row);
      return new Map([...found, ...rows]);
    },
    links: async (originals) => {
      const [fresh, old] = await Promise.all([scratch.links(originals), real.links(originals)]);
      if (old.size === 0) return fresh;
      const refunds = [...old.values()].flat().map((link) => link.refund);
      const again = await scratch.ledger(refunds);
      return new Map(originals.flatMap((id): [number, readonly RefundLink[]][] => {
        const kept = (old.get(id) ?? []).filter((link) => !again.has(link.refund));
        const links = [...kept, ...fresh.get(id) ?? []];
        return links.length === 0 ? [] : [[id, links]];
      }));
    },
    linksOf: async (refund) => {
      const again = await scratch.ledger([refund]);
      return await (again.has(refund) ? scratch : real).linksOf(refund);
    },
    checkpoint: async () => await scratch.checkpoint() ?? atRest(await real.checkpoint()),
    cutOver: () => real.cutOver(),
    account: async () => await scratch.account() ?? await real.account(),
    cache: overlayCache(real.cache, scratch.cache),
    commit: async (hold, batch) => {
      const before = new Map([...batch.before].filter(([, row]) => !known.has(row)));
      const counted = { ...batch, before };
      onCommit?.(counted);
      await scratch.commit(hold, counted);
    },
  };
  return withMethods(scratch, own);
}

/** A run that is under way goes on without the rehearsal, which begins where it has come to. */
function atRest(run: Checkpoint | undefined): Checkpoint | undefined {
  return run === undefined ? undefined : { ...run, state: "done", holes: 0 };
}

function overlayCache(real: StoreCache, scratch: StoreCache): StoreCache {
  return {
    get: async (key) => await scratch.get(key) ?? await real.get(key),
    set: (key, value, maxAge) => scratch.set(key, value, maxAge),
  };
}
