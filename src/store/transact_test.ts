import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import type { Clock } from "../time/clock.ts";
import { MemoryKv } from "./memory_kv.ts";
import { LaneLostError, StoreConflictError } from "./store.ts";
import { isLocked, type KvPort, transact } from "./transact.ts";

const key = ["t1", "test"];
const value = new Uint8Array([1]);

/** A clock on which every sleep is over at once, and is noted. */
function sleeplessClock(): Clock & { readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let elapsed = 0;
  return {
    sleeps,
    now: () => elapsed,
    monotonic: () => elapsed,
    sleep: (ms) => {
      sleeps.push(ms);
      elapsed += ms;
      return Promise.resolve();
    },
  };
}

/** A database whose commits first go as `answers` say, then as they should. */
function kvWith(answers: readonly (Error | "conflict")[]): KvPort & { readonly commits: number } {
  const kv = new MemoryKv();
  let commits = 0;
  return {
    get commits() {
      return commits;
    },
    get: kv.get.bind(kv),
    getMany: kv.getMany.bind(kv),
    list: kv.list.bind(kv),
    close: kv.close.bind(kv),
    atomic: () => {
      const operation = kv.atomic();
      const commit = operation.commit.bind(operation);
      operation.commit = () => {
        const answer = answers[commits++];
        if (answer === "conflict") return Promise.resolve({ ok: false });
        return answer === undefined ? commit() : Promise.reject(answer);
      };
      return operation;
    },
  };
}

function locked(): Error {
  return new TypeError("database is locked");
}

Deno.test("transact() retries while the database is locked, waiting longer each time", async () => {
  const clock = sleeplessClock();
  const kv = kvWith(Array.from({ length: 8 }, locked));
  let builds = 0;
  await transact(kv, (draft) => {
    builds++;
    draft.set({ key, value });
  }, { clock, random: () => 1 });
  assertEquals([kv.commits, builds], [9, 9]);
  assertEquals(clock.sleeps, [5, 10, 20, 40, 80, 160, 200, 200]);
  assertEquals((await kv.get(key)).value, value);
});

Deno.test("transact() spreads its waits, so that processes do not meet again and again", async () => {
  const clock = sleeplessClock();
  await transact(kvWith([locked(), locked()]), (draft) => draft.set({ key, value }), {
    clock,
    random: () => 0,
  });
  assertEquals(clock.sleeps, [2.5, 5]);
});

Deno.test("transact() gives up on a database that stays locked, in bounded time", async () => {
  const clock = sleeplessClock();
  const kv = kvWith(Array.from({ length: 1000 }, locked));
  const context = { clock, random: () => 1 };
  const failed = await assertRejects(() =>
    transact(kv, (draft) => draft.set({ key, value }), context)
  );
  assert(isLocked(failed));
  assert(clock.monotonic() >= 5_000 && clock.monotonic() <= 12_000, `${clock.monotonic()} ms`);
});

Deno.test("transact() repeats no other failure: it may have been written", async () => {
  const kv = kvWith([new Error("connection lost")]);
  await assertRejects(
    () => transact(kv, (draft) => draft.set({ key, value }), context()),
    Error,
    "connection lost",
  );
  assertEquals(kv.commits, 1);
});

Deno.test("transact() builds again, from fresh reads, when others were faster", async () => {
  const kv = new MemoryKv();
  const seen: unknown[] = [];
  await transact(kv, async (draft) => {
    const entry = await kv.get(key);
    seen.push(entry.value);
    draft.check(entry);
    draft.set({ key, value: new Uint8Array([9]) });
    if (seen.length === 1) await write(kv, value);
  }, context());
  assertEquals(seen, [null, value]);
  assertEquals((await kv.get(key)).value, new Uint8Array([9]));
});

Deno.test("transact() turns lasting conflicts into an error of their own", async () => {
  const kv = kvWith(Array.from({ length: 1000 }, () => "conflict" as const));
  await assertRejects(
    () => transact(kv, (draft) => draft.set({ key, value }), context()),
    StoreConflictError,
  );
  assert(kv.commits < 100);
});

Deno.test("transact() ends at once with what the build throws", async () => {
  const kv = kvWith(["conflict"]);
  let builds = 0;
  await assertRejects(
    () =>
      transact(kv, (draft) => {
        if (++builds === 2) throw new LaneLostError("Lane is lost");
        draft.set({ key, value });
      }, context()),
    LaneLostError,
  );
  assertEquals([builds, kv.commits], [2, 1]);
  assertEquals((await kv.get(key)).value, null);
});

Deno.test("transact() commits nothing when there is nothing to write", async () => {
  const kv = kvWith([]);
  assertEquals(await transact(kv, () => "seen", context()), "seen");
  assertEquals(kv.commits, 0);
});

Deno.test("isLocked() knows SQLite's message, and no other", () => {
  assert(isLocked(new TypeError("database is locked")));
  assert(isLocked(new Error("Database table is locked")));
  assert(!isLocked(new Error("database disk image is malformed")));
  assert(!isLocked("database is locked"));
});

function context(): { clock: Clock; random: () => number } {
  return { clock: sleeplessClock(), random: () => 0.5 };
}

async function write(kv: KvPort, written: Uint8Array): Promise<void> {
  const operation = kv.atomic();
  operation.set(key, written);
  await operation.commit();
}
