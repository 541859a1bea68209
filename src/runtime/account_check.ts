import { getLogger } from "@logtape/logtape";
import { ApiError } from "../http/error.ts";
import type { PipelineContext } from "./context.ts";
import { RefusalError } from "./refusal.ts";

const logger = getLogger(["tillpipe", "account"]);

/** Delivered orders that are read back with a key that was not seen before. */
const readBack = 3;
/** Keys that are remembered; a retailer rotates one a year. */
const keysKept = 20;

/** How an operator answers what the check would refuse. */
export interface AccountCheckOptions {
  /** Goes on although every order gets a new id at Ometria. */
  readonly acceptNewIds: boolean;
}

/**
 * Comes before a pipeline runs: makes sure that the label `connections.ometria.account` still stands for
 * the account that it stood for, and that orders keep their ids there. Without this, a pipeline that was tried on a
 * staging account would take its orders for delivered in production, and a changed namespace would send
 * every order a second time. Throws `RefusalError` with the remedy.
 */
export async function checkAccount(
  context: PipelineContext,
  options: AccountCheckOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, pipeline } = context;
  const { account, apiKey } = pipeline.definition.connections.ometria;
  const key = context.keyedHash(`ometria-key\n${apiKey.reveal()}`).slice(0, 16);
  const ids = pipeline.transform.ids ?? "";
  const known = await store.account();
  const { delivered } = await store.counters();
  if (known === undefined || delivered === 0) return await store.setAccount({ keys: [key], ids });
  if (known.ids !== ids && !options.acceptNewIds) {
    throw new RefusalError(
      `Every order would get a new id at Ometria, and ${delivered} are there under their old ones`,
      "Put the namespace back as it was; or, if orders may arrive a second time, run once with " +
        "--accept-new-ids",
    );
  }
  const isNew = !known.keys.includes(key);
  const answer = isNew ? await whoseAccount(context, signal) : "same";
  if (answer === "other") {
    throw new RefusalError(
      `None of the last orders delivered under the label "${account}" is in this Ometria account`,
      "Give the new account a label of its own in connections.ometria.account; or put the right key " +
        "into OMETRIA_API_KEY",
    );
  }
  const keys = isNew && answer === "same" ? [...known.keys, key].slice(-keysKept) : known.keys;
  if (keys !== known.keys || ids !== known.ids) await store.setAccount({ keys, ids });
}

/** An order that is found shows a rotated key. Where Ometria cannot be asked, the next start asks again. */
async function whoseAccount(
  context: PipelineContext,
  signal: AbortSignal,
): Promise<"same" | "other" | "unknown"> {
  const sentIds: string[] = [];
  for await (const row of context.store.ledgerRange(0, Number.MAX_SAFE_INTEGER)) {
    if (row.outcome === "delivered" && row.sentId !== undefined) sentIds.push(row.sentId);
    if (sentIds.length === readBack) break;
  }
  try {
    for (const id of sentIds) {
      if (await context.ometria.readOrder(id, signal) !== undefined) return "same";
    }
    return sentIds.length === 0 ? "same" : "other";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    logger.warn("Could not check whose account the new key opens: {reason}", {
      reason: error.message,
    });
    return "unknown";
  }
}
