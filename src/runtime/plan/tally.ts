import { type Change, changesOf, fieldGroup } from "../desk/changes.ts";
import type { Mask } from "../desk/mask.ts";
import type { Outlook } from "./outlook.ts";
import type { EndChange, FieldChange, PlanExample, PlanReport, SideEffects } from "./report.ts";

/** Examples that are kept of each change. */
const examplesKept = 3;
/** Fields that are told apart; a pipeline with more of them names fields by their values. */
const mostFields = 300;

/** Adds up what would change, order by order. Holds counts and a few examples, however many orders come. */
export class PlanTally {
  #orders = 0;
  #unreadable = 0;
  #same = 0;
  #changedRecords = 0;
  #newIds = 0;
  readonly #fields = new Map<string, { orders: number; examples: PlanExample[] }>();
  readonly #ends = new Map<
    string,
    { before: string; after: string; orders: number; examples: number[] }
  >();
  readonly #contacts = new EffectTally();
  readonly #receipts = new EffectTally();
  readonly #byThemselves = { before: 0, after: 0 };

  /** An order that could not be read is the same on both sides. */
  addUnreadable(): void {
    this.#orders++;
    this.#unreadable++;
    this.#same++;
  }

  /** Holds the two outlooks of an order against each other. */
  add(
    orderId: number,
    sides: { readonly before: Outlook; readonly after: Outlook; readonly mask: Mask },
  ): void {
    const { before, after, mask } = sides;
    this.#orders++;
    const changed = [
      this.#end(orderId, before.end, after.end),
      this.#records(orderId, sides),
      this.#contacts.add(orderId, before.sent?.contact, after.sent?.contact),
      this.#receipt(orderId, before, after),
      this.#email(orderId, { before, after, mask }),
    ];
    if (!changed.includes(true)) this.#same++;
  }

  /** What has been added up so far. */
  report(settings: readonly Change[]): PlanReport {
    const fields = [...this.#fields].map(([field, found]): FieldChange => ({ field, ...found }));
    return {
      orders: this.#orders,
      unreadable: this.#unreadable,
      same: this.#same,
      changedRecords: this.#changedRecords,
      fields: fields.toSorted((a, b) => b.orders - a.orders || (a.field < b.field ? -1 : 1)),
      ends: [...this.#ends.values()].map((end): EndChange => ({ ...end }))
        .toSorted((a, b) => b.orders - a.orders),
      newIds: this.#newIds,
      contacts: this.#contacts.effects(),
      receipts: { ...this.#receipts.effects(), byThemselves: { ...this.#byThemselves } },
      settings,
    };
  }

  #end(orderId: number, before: string, after: string): boolean {
    if (before === after) return false;
    const key = `${before}\n${after}`;
    const found = this.#ends.get(key) ?? { before, after, orders: 0, examples: [] };
    found.orders++;
    if (found.examples.length < examplesKept) found.examples.push(orderId);
    this.#ends.set(key, found);
    return true;
  }

  #records(
    orderId: number,
    { before, after, mask }: {
      readonly before: Outlook;
      readonly after: Outlook;
      readonly mask: Mask;
    },
  ): boolean {
    if (before.sent === undefined || after.sent === undefined) return false;
    const { contact: _b, id: idBefore, ...was } = before.sent;
    const { contact: _a, id: idAfter, ...is } = after.sent;
    if (idBefore !== idAfter) this.#newIds++;
    // The order's own fields need no name in front of them.
    const changes = changesOf(was, is).map((change) =>
      change.path[0] === "order" && change.path.length > 1
        ? { ...change, path: change.path.slice(1) }
        : change
    );
    const contactChanges = changesOf({ contact: before.sent.contact }, {
      contact: after.sent.contact,
    })
      .filter(({ path }) => path.length > 1);
    this.#count(orderId, [...changes, ...contactChanges], mask);
    if (changes.length > 0) this.#changedRecords++;
    return changes.length > 0;
  }

  #receipt(orderId: number, before: Outlook, after: Outlook): boolean {
    if (before.receipt === "by itself") this.#byThemselves.before++;
    if (after.receipt === "by itself") this.#byThemselves.after++;
    this.#receipts.add(orderId, before.email, after.email);
    return before.receipt !== after.receipt;
  }

  #email(
    orderId: number,
    { before, after, mask }: {
      readonly before: Outlook;
      readonly after: Outlook;
      readonly mask: Mask;
    },
  ): boolean {
    if (before.email === undefined || after.email === undefined) return false;
    const changes = changesOf({ receipt: before.email }, { receipt: after.email });
    this.#count(orderId, changes, mask);
    return changes.length > 0;
  }

  /** Several changes of one field in an order (its lines) count once. */
  #count(orderId: number, changes: readonly Change[], mask: Mask): void {
    const seen = new Set<string>();
    for (const { path, ...values } of changes) {
      const field = fieldGroup(path);
      if (seen.has(field)) continue;
      seen.add(field);
      const known = this.#fields.get(field);
      if (known === undefined && this.#fields.size >= mostFields) continue;
      const found = known ?? { orders: 0, examples: [] };
      found.orders++;
      if (found.examples.length < examplesKept) {
        const example = {
          orderId,
          ...("before" in values ? { before: mask(values.before, path) } : {}),
          ...("after" in values ? { after: mask(values.after, path) } : {}),
        };
        // Three times the same says no more than once.
        const shown = valuesOf(example);
        if (found.examples.every((one) => valuesOf(one) !== shown)) found.examples.push(example);
      }
      this.#fields.set(field, found);
    }
  }
}

/** What goes out with an order, or does not. */
class EffectTally {
  #added = 0;
  #removed = 0;
  #changed = 0;
  readonly #examples: number[] = [];

  add(orderId: number, before: unknown, after: unknown): boolean {
    if (before === undefined && after === undefined) return false;
    if (before === undefined) this.#added++;
    else if (after === undefined) this.#removed++;
    else if (changesOf(before, after).length === 0) return false;
    else this.#changed++;
    if (this.#examples.length < examplesKept) this.#examples.push(orderId);
    return true;
  }

  effects(): SideEffects {
    return {
      added: this.#added,
      removed: this.#removed,
      changed: this.#changed,
      examples: [...this.#examples],
    };
  }
}

function valuesOf({ before, after }: PlanExample): string {
  return JSON.stringify([before ?? null, after ?? null]);
}
