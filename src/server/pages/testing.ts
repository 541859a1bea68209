/** A server on a real store, as the tests of the pages use it. */
import { assert } from "../../std/assert.ts";
import type { DeadLetter } from "../../store/rows.ts";
import {
  type BatchCommit,
  emptyCommit,
  type LaneHold,
  type PipelineStore,
} from "../../store/store.ts";
import { openMemoryStore } from "../../store/testing.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import type { ServedPipeline } from "../environment.ts";
import { fakePipeline, testApp } from "../testing.ts";

const ORIGIN = "http://localhost:8000";
const HEADERS = { host: "localhost:8000", origin: ORIGIN };
const LOCAL = { peer: "127.0.0.1" };

/** The pages of one pipeline, `till`, for whoever sits at this machine. */
export interface Pages extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: PipelineStore;
  readonly served: ServedPipeline;
  /** The body of a page that is there. */
  html(path: string): Promise<string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends a form as the page's own browser does. */
  post(path: string, form?: Readonly<Record<string, string>>): Promise<Response>;
  /** Commits as the holder of the lane does. */
  commit(batch: Partial<BatchCommit>): Promise<void>;
}

/** Opens them on an empty store. */
export async function openPages(context: Partial<ServedPipeline> = {}): Promise<Pages> {
  const clock = new ManualClock();
  const all = await openMemoryStore(clock);
  const store = all.pipeline("till", "default");
  const served = fakePipeline({ store, context: { clock, ...context } });
  const { app } = testApp({ pipelines: [served], clock });
  let hold: LaneHold | undefined;
  const get: Pages["get"] = async (path, headers = {}) =>
    await app.request(path, { headers: { ...HEADERS, ...headers } }, LOCAL);
  return {
    clock,
    store,
    served,
    get,
    html: async (path) => {
      const response = await get(path);
      const text = await response.text();
      assert(response.status === 200, `${path} answers ${response.status}: ${text}`);
      return text;
    },
    post: async (path, form = {}) =>
      await app.request(
        path,
        { method: "POST", headers: HEADERS, body: new URLSearchParams(form) },
        LOCAL,
      ),
    commit: async (batch) => {
      hold ??= await store.acquireLane("holder", "f");
      assert(hold !== undefined, "the lane is not free");
      await store.commit(hold, { ...emptyCommit, ...batch });
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

/** Lets orders die, 100 a commit, as batches do. */
export async function bury(
  { commit, clock }: Pages,
  letters: readonly Pick<DeadLetter, "orderId" | "reason">[],
): Promise<void> {
  const at = clock.now();
  for (let from = 0; from < letters.length; from += 100) {
    const part = letters.slice(from, from + 100);
    await commit({
      ledger: part.map(({ orderId, reason }) => ({
        orderId,
        outcome: "dead",
        rule: reason,
        at,
        steps: [{ at, what: "dead", detail: reason }],
      })),
      dead: part.map((letter) => ({
        detail: `Detail of ${letter.orderId}`,
        at,
        attempts: 1,
        ...letter,
      })),
    });
  }
}
