/** Stores for tests. */
import type { Clock } from "../time/clock.ts";
import { systemClock } from "../time/clock.ts";
import { KvStore } from "./kv_store.ts";
import type { Store } from "./store.ts";
import type { KvPort } from "./transact.ts";

/** A store in memory that can be told to refuse its commits, as a full disk would. */
export interface RefusableStore extends Store {
  /** While true, every commit fails and writes nothing. */
  refuse: boolean;
  /** Commits that were tried. */
  readonly commits: number;
}

/** Opens a store in memory. */
export async function openMemoryStore(clock: Clock = systemClock): Promise<RefusableStore> {
  const kv = await Deno.openKv(":memory:");
  const gate = { refuse: false, commits: 0 };
  const port: KvPort = {
    get: kv.get.bind(kv),
    getMany: kv.getMany.bind(kv),
    list: kv.list.bind(kv),
    close: kv.close.bind(kv),
    atomic: () => watched(kv.atomic(), gate),
  };
  const store = await new KvStore(port, { clock, random: () => 0.5, alone: true }).open();
  return {
    get refuse() {
      return gate.refuse;
    },
    set refuse(value: boolean) {
      gate.refuse = value;
    },
    get commits() {
      return gate.commits;
    },
    pipeline: store.pipeline.bind(store),
    secret: store.secret.bind(store),
    forget: store.forget.bind(store),
    forgotten: store.forgotten.bind(store),
    slot: store.slot.bind(store),
    sharers: store.sharers.bind(store),
    ping: store.ping.bind(store),
    refusal: store.refusal.bind(store),
    [Symbol.asyncDispose]: store[Symbol.asyncDispose].bind(store),
  };
}

function watched(
  operation: Deno.AtomicOperation,
  gate: { readonly refuse: boolean; commits: number },
): Deno.AtomicOperation {
  const commit = operation.commit.bind(operation);
  operation.commit = () => {
    gate.commits++;
    if (gate.refuse) return Promise.reject(new TypeError("The database or disk is full"));
    return commit();
  };
  return operation;
}
