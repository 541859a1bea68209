import { ApiError } from "../http/error.ts";
import type { SitooApi } from "../sitoo/api.ts";

/**
 * Whether Sitoo answers the simplest question: which orders there are among ids that no order has. Tells a question
 * that Sitoo cannot answer from an outage, in which it answers none.
 */
export async function sitooWorks(
  sitoo: Pick<SitooApi, "readMarks">,
  sites: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  return await isAnswered(sitoo.readMarks({ from: 0, to: 1, sites, size: 1 }, signal));
}

/** Whether Sitoo gives an order, whole as live and history read them. */
export async function givesOrders(
  sitoo: Pick<SitooApi, "readPage">,
  signal: AbortSignal,
): Promise<boolean> {
  return await isAnswered(sitoo.readPage({ from: 0, sites: [], size: 1 }, signal));
}

async function isAnswered(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
