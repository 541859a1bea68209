import { linksInUse, pointerTo } from "../../engine/work.ts";
import type { Item } from "../../engine/work.ts";
import type { ReadOrder } from "../../sitoo/api.ts";
import type { PipelineStore } from "../../store/store.ts";
import { createMask, type Mask, showAll } from "../desk/mask.ts";
import { outlooksOf } from "./outlook.ts";
import type { PlanReport } from "./report.ts";
import { settingsChanged } from "./settings.ts";
import { createSide, type PlanWorld, shareWorld, type SideSource } from "./side.ts";
import { PlanTally } from "./tally.ts";

export type { EndChange, FieldChange, PlanExample, PlanReport, SideEffects } from "./report.ts";
export { isUnchanged } from "./report.ts";
export type { PlanWorld, SideSource } from "./side.ts";

/** What two pipelines are compared over. */
export interface PlanOptions {
  readonly before: SideSource;
  readonly after: SideSource;
  readonly world: PlanWorld;
  /** What is known of the orders: whether they were delivered, and the refunds linked to them. */
  readonly facts: Pick<PipelineStore, "ledger" | "links">;
  /** Orders page by page. */
  readonly pages: AsyncIterable<readonly ReadOrder[]>;
  /** Shows people as they are instead of masking them. @default false */
  readonly showPersonalData?: boolean;
  /** Called after every page with how many orders are through. */
  readonly onProgress?: (orders: number) => void;
}

/**
 * Runs orders through a pipeline as it is and as it would be, and adds up what would change: records field by
 * field, orders that end otherwise, contacts and receipts. Nothing is sent, and nothing that is kept is
 * changed. Throws `ApiError` when an API does not answer.
 */
export async function planChange(options: PlanOptions, signal: AbortSignal): Promise<PlanReport> {
  const world = shareWorld(options.world);
  const before = await createSide(options.before, world, signal);
  const after = await createSide(options.after, world, signal);
  const tally = new PlanTally();
  let through = 0;
  for await (const page of options.pages) {
    const items = await itemsOf(page, options.facts);
    const was = await outlooksOf(items, before, signal);
    const is = await outlooksOf(items, after, signal);
    for (const { pointer, reading } of items) {
      const [one, other] = [was.get(pointer.orderId), is.get(pointer.orderId)];
      if (reading.kind !== "order" || one === undefined || other === undefined) {
        tally.addUnreadable();
        continue;
      }
      const mask: Mask = options.showPersonalData === true ? showAll : createMask(reading.order);
      tally.add(pointer.orderId, { before: one, after: other, mask });
    }
    through += page.length;
    options.onProgress?.(through);
  }
  return tally.report(settingsChanged(options.before.definition, options.after.definition));
}

/** Orders as the engine takes them: live ones, with what the store knows. */
async function itemsOf(
  page: readonly ReadOrder[],
  facts: PlanOptions["facts"],
): Promise<readonly Item[]> {
  const ids = page.map((read) => read.orderId);
  const [rows, links] = await Promise.all([facts.ledger(ids), facts.links(ids)]);
  return page.map((read): Item => {
    const row = rows.get(read.orderId);
    return {
      pointer: pointerTo(read.orderId, "live"),
      reading: read.ok
        ? { kind: "order", order: read.order }
        : { kind: "unreadable", detail: read.detail },
      links: linksInUse(links.get(read.orderId)),
      ...(row === undefined ? {} : { row }),
    };
  });
}
