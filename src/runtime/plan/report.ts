import type { Change } from "../desk/changes.ts";

/** A value that would change, in one order. People are masked. */
export interface PlanExample {
  readonly orderId: number;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One field of the records, and in how many orders it would be another one. */
export interface FieldChange {
  /** Without positions in lists: `lineitems[].sku`. */
  readonly field: string;
  readonly orders: number;
  readonly examples: readonly PlanExample[];
}

/** Orders that would end in another way. */
export interface EndChange {
  /** `sent`, `skipped web-copy`, `dead bad-date`, … */
  readonly before: string;
  readonly after: string;
  readonly orders: number;
  readonly examples: readonly number[];
}

/** What would change in what goes out beside orders. */
export interface SideEffects {
  /** Orders with which one would newly go out. */
  readonly added: number;
  readonly removed: number;
  /** Orders with which another one would go out. */
  readonly changed: number;
  readonly examples: readonly number[];
}

/** What a changed pipeline would do otherwise, over some orders. */
export interface PlanReport {
  /** Orders that were looked at. */
  readonly orders: number;
  /** Orders that Sitoo gave in a form that cannot be read. */
  readonly unreadable: number;
  /** Orders for which everything would be as it is. */
  readonly same: number;
  /** Orders whose record would be another one. */
  readonly changedRecords: number;
  /** Most orders first. */
  readonly fields: readonly FieldChange[];
  /** Most orders first. */
  readonly ends: readonly EndChange[];
  /** Records that would get another id, and so arrive a second time. */
  readonly newIds: number;
  readonly contacts: SideEffects;
  readonly receipts: SideEffects & {
    /** Receipts that would go out without having been asked for, before and after. */
    readonly byThemselves: { readonly before: number; readonly after: number };
  };
  /** What differs in the files, but for secrets. */
  readonly settings: readonly Change[];
}

/** Whether nothing would change at all in what becomes of the orders. */
export function isUnchanged({ orders, same }: PlanReport): boolean {
  return orders === same;
}
