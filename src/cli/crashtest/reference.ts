import { startPipeline } from "../../runtime/run_pipeline.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import type { Host } from "../host.ts";
import { readLeft, untilAtRest } from "../rest.ts";
import { composeOnSandbox } from "./installation.ts";
import type { ServerSettings } from "./server_settings.ts";
import type { Records } from "./verdict.ts";

/** Orders in one call of the store. */
const ordersPerCall = 100;
/** ms without any change, and ms in all, after which a run in which nothing goes wrong is given up. */
const still = 120_000;
const within = 1_800_000;
/** ms: the daily look at open orders lies further ahead. */
export const soon = 3_600_000;

/**
 * What the pipeline makes of the sandbox's orders when nothing goes wrong: brought in order, by one program, to
 * a fake Ometria of its own. Shows what crashes and faults did, not whether the pipeline itself is right.
 */
export async function runReference(
  sandbox: Sandbox,
  settings: ServerSettings,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<Records> {
  await using other = await startSandbox({ orders: 0, clock: host.clock, gate: false });
  const accounts = { sitoo: settings.accounts.sitoo, ometria: accountOf(other) };
  await using installation = await composeOnSandbox(
    { ...settings, accounts, store: ":memory:" },
    host,
  );
  const { clock } = host;
  for (const context of installation.contexts) {
    const ids = orderIds(sandbox);
    for (let from = 0; from < ids.length; from += ordersPerCall) {
      const now = clock.now();
      const pointers = ids.slice(from, from + ordersPerCall).map((orderId) => ({
        orderId,
        origin: "replay" as const,
        dueAt: now,
        receivedAt: now,
        attempts: 0,
      }));
      await context.store.arrive({ pointers, receipts: [], quarantine: [] });
    }
    const running = startPipeline(context, { sweep: false, receipts: false });
    const isThrough = await untilAtRest(async () => {
      const left = await readLeft(context, soon);
      return left.orders === 0 ? undefined : left;
    }, { clock, signal, every: 200, still, within });
    await running.stop(1_000);
    signal.throwIfAborted();
    if (!isThrough) throw new Error("The run without faults did not come to its end");
  }
  return recordsOf(other);
}

/** Texts of all orders that a fake Ometria holds, once nothing is on its way any more. */
export async function recordsOf({ ometria }: Sandbox): Promise<Records> {
  await ometria.settled();
  return new Map(
    [...ometria.orders.keys()].map((id) => [id, JSON.stringify(ometria.store.record(id))]),
  );
}

/** Ids of every order that the fake Sitoo has. */
export function orderIds({ sitoo: { book } }: Sandbox): readonly number[] {
  return Array.from({ length: book.length }, (_, place) => book.order(place).id)
    .toSorted((left, right) => left - right);
}

function accountOf({ ometria }: Sandbox): ServerSettings["accounts"]["ometria"] {
  const { apiUrl, apiKey, emailApiKey } = ometria;
  return { apiUrl, apiKey, emailApiKey };
}
