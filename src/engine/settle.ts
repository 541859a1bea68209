import type { RefundLink } from "../records/refund_link.ts";
import type {
  ConfirmRow,
  DeadLetter,
  LedgerRow,
  NewPointer,
  OutboxRow,
  Step,
} from "../store/rows.ts";
import { backoff } from "./backoff.ts";
import { confirmationOf } from "./confirmation.ts";
import { sameOutcome, withAcceptance, withOutcome } from "./ledger_row.ts";
import type { Outcome } from "./ledger_row.ts";
import { hadEndOfItsOwn, refundEnd, sameLinks, standsAsRefund } from "./refund_outcome.ts";
import type { BatchEnd, Settlement, SettleOptions, TallyName } from "./settlement.ts";
import type { Decided, Pointer } from "./work.ts";

export type { BatchEnd, Sent, Settlement, SettleOptions, TallyName } from "./settlement.ts";

const day = 86_400_000;
/** ms: an order that stays open this long is given up. */
const openFor = 90 * day;
/** ms: Ometria's automations ignore what is older. */
const automationWindow = 4 * 3_600_000;
/** Failures of its own after which an order is dead. */
const attemptsAllowed = 10;
/**
 * The same of an order on which Sitoo fails while it gives others: some two days, so that an outage of a part of
 * Sitoo, which looks just like that, makes no order dead.
 */
const failuresAllowed = 60;

/** Turns what happened to a batch into what has to be written down. Pure. */
export function settleBatch(end: BatchEnd, options: SettleOptions): Settlement {
  return new Settling(end, options).run();
}

class Settling {
  readonly #end: BatchEnd;
  readonly #options: SettleOptions;
  readonly #inBatch: ReadonlyMap<number, Decided>;
  readonly #next = new Map<number, LedgerRow>();
  readonly #dead: DeadLetter[] = [];
  readonly #links: RefundLink[] = [];
  readonly #pointers: NewPointer[] = [];
  readonly #receipts: OutboxRow[] = [];
  readonly #receiptsLeft = new Map<string, number>();
  readonly #confirm: ConfirmRow[] = [];
  readonly #confirmed: number[] = [];
  readonly #unreadable = new Set<number>();
  readonly #tally = new Map<TallyName, number>();
  #missedWindow = 0;

  constructor(end: BatchEnd, options: SettleOptions) {
    this.#end = end;
    this.#options = options;
    this.#inBatch = new Map(end.decided.map((entry) => [entry.item.pointer.orderId, entry]));
  }

  run(): Settlement {
    for (const entry of this.#end.decided) this.#own(entry);
    for (const entry of this.#end.decided) this.#linkTo(entry);
    for (const entry of this.#end.decided) this.#endRefundsOf(entry);
    for (const entry of this.#end.decided) this.#askForReceipt(entry);
    return {
      ledger: [...this.#next.values()],
      dead: this.#dead,
      links: this.#links,
      pointers: this.#pointers,
      receipts: this.#receipts,
      receiptsLeft: Object.fromEntries(this.#receiptsLeft),
      confirm: this.#confirm,
      confirmed: this.#confirmed,
      missedWindow: this.#missedWindow,
      tally: this.#tally,
    };
  }

  /** The order's own outcome; a refund's depends on its original and comes after. */
  #own(entry: Decided): void {
    const { decision } = entry;
    switch (decision.kind) {
      case "send":
        return this.#sent(entry);
      case "skip":
        return this.#write(entry, { outcome: "skipped", rule: decision.rule }, "skipped");
      case "wait":
        return this.#wait(entry, decision.reason);
      case "dead":
        return this.#bury(entry, decision.reason, decision.detail);
      case "missing":
        return this.#missing(entry, decision.detail);
      case "link":
        return;
    }
  }

  #sent(entry: Decided): void {
    const { item } = entry;
    const { orderId } = item.pointer;
    const sent = this.#end.sent.get(orderId);
    if (sent === undefined || entry.decision.kind !== "send") {
      throw new TypeError(`Cannot settle order ${orderId}: nothing is known of its push`);
    }
    switch (sent.kind) {
      case "accepted": {
        this.#write(entry, this.#standing(entry), "delivered", {
          at: sent.at,
          what: item.row?.acceptedAt === undefined ? "delivered" : "updated",
          ...(entry.applied.length === 0 ? {} : { detail: `refunds: ${entry.applied.length}` }),
        });
        const row = this.#next.get(orderId);
        if (row === undefined) return;
        const acceptance = { encoded: entry.decision.encoded, hash: sent.hash, at: sent.at };
        this.#next.set(orderId, withAcceptance(row, acceptance));
        this.#noteWindow(entry, sent.at);
        const confirmation = confirmationOf(entry.item.pointer, acceptance);
        if (confirmation !== undefined) this.#confirm.push(confirmation);
        else if (item.row?.acceptedAt !== undefined) this.#confirmed.push(orderId);
        return;
      }
      case "unchanged":
        if (this.#standing(entry).outcome === "dead") return this.#count("dead");
        return this.#write(entry, { outcome: "delivered" }, "unchanged");
      case "deferred":
        this.#later(item.pointer, sent.until);
        return this.#count("due");
      case "rejected":
        return this.#bury(entry, sent.reason, sent.detail);
      case "failed":
        this.#failed(item.pointer, sent.unsure === true);
        return this.#count("due");
    }
  }

  /** A mixed order stays dead for the part that its original could not take up, as long as that is the same. */
  #standing(entry: Decided): Outcome {
    const { row, pointer } = entry.item;
    const before = this.#end.linkedBefore.get(pointer.orderId) ?? [];
    const stays = row !== undefined && row.outcome === "dead" && standsAsRefund(row) &&
      sameLinks(before, linksOf(entry) ?? []);
    if (!stays) return { outcome: "delivered" };
    return { outcome: "dead", ...(row.rule === undefined ? {} : { rule: row.rule }) };
  }

  /** What may have been taken counts as a push: the next one keeps its distance, and goes out anyway. */
  #failed(pointer: Pointer, unsure: boolean): void {
    const { now, settle } = this.#options;
    if (unsure) this.#again({ ...pointer, force: true }, now + settle);
    else this.#again(pointer, now);
  }

  #noteWindow(entry: Decided, acceptedAt: number): void {
    const { pointer, reading, row } = entry.item;
    if (reading.kind !== "order" || pointer.origin === "history") return;
    if (row?.acceptedAt !== undefined) return;
    if (acceptedAt - reading.order.orderdate * 1000 > automationWindow) this.#missedWindow++;
  }

  #wait(entry: Decided, reason: string): void {
    const { pointer, row } = entry.item;
    const { now, random } = this.#options;
    const since = row?.outcome === "waiting" ? row.since ?? row.at : now;
    if (now - since > openFor) {
      return this.#write(entry, { outcome: "skipped", rule: "open-expired" }, "skipped");
    }
    // One daily look is enough, however many events the order gets.
    const planned = row?.outcome === "waiting" ? row.nextLookAt : undefined;
    const look = planned !== undefined && planned > now
      ? planned
      : now + Math.round(day * (0.95 + 0.1 * random()));
    if (look !== planned) this.#later({ ...pointer, origin: "sweep", attempts: 0 }, look);
    this.#write(entry, { outcome: "waiting", rule: reason, since, nextLookAt: look }, "waiting");
  }

  #missing(entry: Decided, detail: string | undefined): void {
    const { pointer, row } = entry.item;
    const attempts = pointer.attempts + 1;
    if (attempts < (detail === undefined ? attemptsAllowed : failuresAllowed)) {
      const { now, random } = this.#options;
      const first = detail === undefined ? 2_000 : 30_000;
      const wait = backoff(attempts, { first, longest: 3_600_000, random });
      this.#again({ ...pointer, attempts }, now + wait);
      return this.#count("due");
    }
    if (entry.applied.length > 0 && row?.acceptedAt === undefined) {
      this.#unreadable.add(pointer.orderId);
      return this.#count("dead");
    }
    if (detail !== undefined) return this.#bury(entry, "not-readable", detail);
    this.#bury(entry, "not-found", `Sitoo did not answer this order in ${attempts} tries`);
  }

  /** Writes the links of a refund and makes due the originals that they change. */
  #linkTo(entry: Decided): void {
    const { decision, item } = entry;
    const found = linksOf(entry);
    if (found === undefined) return;
    const refund = item.pointer.orderId;
    const before = this.#end.linkedBefore.get(refund) ?? [];
    const changed = !sameLinks(before, found);
    if (changed) {
      const gone = before.filter((old) => found.every((link) => link.original !== old.original));
      this.#links.push(...found, ...gone.map((link) => ({ ...link, lines: [] })));
    }
    if (changed || item.pointer.force || hadEndOfItsOwn(item.row)) {
      const originals = new Set([...before, ...found].map((link) => link.original));
      for (const original of originals) this.#callUp(original, entry);
    }
    if (decision.kind !== "link") return;
    const link = found[0];
    if (link !== undefined) return this.#endRefund(entry, link);
    this.#write(entry, { outcome: "skipped", rule: "unlinked-refund" }, "skipped");
  }

  /** Makes an original due, unless it is in this batch or will not be sent anyway. */
  #callUp(original: number, entry: Decided): void {
    if (this.#inBatch.has(original)) return;
    const row = this.#end.rows.get(original);
    if (row?.outcome === "skipped" || row?.outcome === "linked") return;
    const { now, settle } = this.#options;
    const { receivedAt } = entry.item.pointer;
    const dueAt = Math.max(now, (row?.acceptedAt ?? 0) + settle);
    this.#pointers.push({
      orderId: original,
      origin: "refund",
      receivedAt: dueAt > now ? dueAt : receivedAt,
      attempts: 0,
      dueAt,
      ...(entry.item.pointer.force ? { force: true } : {}),
    });
  }

  #endRefund(entry: Decided, link: RefundLink): void {
    const original = this.#inBatch.get(link.original);
    const { row, pointer } = entry.item;
    // The original said before that it cannot take this refund up, and is not asked again now.
    if (
      original === undefined && row !== undefined && row.outcome === "dead" &&
      standsAsRefund(row) &&
      !pointer.force && sameLinks(this.#end.linkedBefore.get(pointer.orderId) ?? [], [link])
    ) return this.#count("dead");
    const { detail, ...outcome } = refundEnd(link, this.#originalState(link, original));
    const what = outcome.outcome;
    const step = { at: this.#options.now, what, detail: outcome.rule ?? `into ${link.original}` };
    const isSame = sameOutcome(row, outcome);
    this.#write(entry, outcome, what, isSame ? undefined : step);
    if (outcome.outcome === "dead") this.#deadLetter(entry.item.pointer, outcome.rule, detail);
  }

  /** Refunds that came before their original end as it does. */
  #endRefundsOf(entry: Decided): void {
    const { decision, item } = entry;
    const isFinal = decision.kind === "send" || decision.kind === "skip" ||
      decision.kind === "link" || this.#unreadable.has(item.pointer.orderId);
    if (!isFinal) return;
    for (const link of entry.applied) {
      if (this.#inBatch.get(link.refund)?.decision.kind === "link") continue;
      const row = this.#next.get(link.refund) ?? this.#end.rows.get(link.refund);
      const state = this.#originalState(link, entry);
      if (row === undefined || link.lines.length === 0) continue;
      if (hadEndOfItsOwn(row)) continue;
      if (row.outcome === "delivered" && state.unusable === undefined) continue;
      const { detail, ...outcome } = refundEnd(link, state);
      const isMixed = row.acceptedAt !== undefined && outcome.outcome !== "dead";
      const final: Outcome = isMixed ? { outcome: "delivered" } : outcome;
      if (sameOutcome(row, final)) continue;
      const { now } = this.#options;
      const step: Step = { at: now, what: final.outcome, ...ruleDetail(final) };
      this.#next.set(link.refund, withOutcome(link.refund, row, { outcome: final, at: now, step }));
      if (final.outcome === "dead") {
        this.#deadLetter({ orderId: link.refund, attempts: 0 }, final.rule, detail);
      }
    }
  }

  #originalState(link: RefundLink, original: Decided | undefined): Parameters<typeof refundEnd>[1] {
    const unusable = original?.decision.kind === "send"
      ? original.decision.unusable.find((entry) => entry.refund === link.refund)
      : undefined;
    const isLink = original?.decision.kind === "link";
    const row = this.#next.get(link.original) ?? this.#end.rows.get(link.original);
    return {
      row: isLink && original !== undefined ? linkedRow(original, row) : row,
      unreadable: this.#unreadable.has(link.original),
      unusable,
    };
  }

  /** A sale that is seen closed for the first time, and only then. */
  #askForReceipt(entry: Decided): void {
    const { pointer, reading, row } = entry.item;
    if (!this.#options.receiptOnSale) return;
    if (reading.kind !== "order" || reading.order.orderstateid !== 10) return;
    if (reading.order.ordertypeid !== 10) return;
    const isFirst = row === undefined || row.outcome === "waiting";
    if (!isFirst || pointer.origin !== "live") {
      // One that is still due, since its push failed, is counted when it has come to an end.
      const isThrough = this.#next.has(pointer.orderId);
      if (isThrough) this.#leaveReceipt(isFirst ? pointer.origin : "update");
      return;
    }
    const { now } = this.#options;
    this.#receipts.push({
      id: `sale-${pointer.orderId}`,
      orderId: pointer.orderId,
      site: reading.order.eshopid,
      state: "asked",
      askedAt: reading.order.orderdate * 1000,
      dueAt: now,
      attempts: 0,
      at: now,
    });
  }

  #leaveReceipt(why: string): void {
    this.#receiptsLeft.set(why, (this.#receiptsLeft.get(why) ?? 0) + 1);
  }

  #bury(entry: Decided, reason: string, detail: string): void {
    this.#write(entry, { outcome: "dead", rule: reason }, "dead");
    this.#deadLetter(entry.item.pointer, reason, detail);
  }

  #deadLetter(
    pointer: Pick<Pointer, "orderId" | "attempts"> & { readonly site?: number },
    reason: string | undefined,
    detail: string | undefined,
  ): void {
    this.#dead.push({
      orderId: pointer.orderId,
      reason: reason ?? "failed",
      detail: detail ?? "",
      at: this.#options.now,
      attempts: pointer.attempts,
      ...(pointer.site === undefined ? {} : { site: pointer.site }),
    });
  }

  /** What waits on purpose is not late: its lag begins when it falls due. */
  #later(pointer: Omit<Pointer, "rows">, dueAt: number): void {
    this.#again({ ...pointer, receivedAt: Math.max(pointer.receivedAt, dueAt) }, dueAt);
  }

  #again(pointer: Omit<Pointer, "rows">, dueAt: number): void {
    this.#pointers.push({
      orderId: pointer.orderId,
      origin: pointer.origin,
      receivedAt: pointer.receivedAt,
      attempts: pointer.attempts,
      dueAt,
      ...(pointer.site === undefined ? {} : { site: pointer.site }),
      ...(pointer.force ? { force: true } : {}),
    });
  }

  #write(entry: Decided, outcome: Outcome, tally: TallyName | undefined, step?: Step): void {
    const { orderId } = entry.item.pointer;
    const before = this.#end.rows.get(orderId);
    const { now } = this.#options;
    if (tally !== undefined) this.#count(tally);
    const mark = this.#end.marks.get(orderId);
    const isSame = sameOutcome(before, outcome) && before?.nextLookAt === outcome.nextLookAt;
    if (isSame && step === undefined && (mark === undefined || before?.mark === mark)) return;
    const told = step ?? { at: now, what: outcome.outcome, ...ruleDetail(outcome) };
    const change = { outcome, at: now, ...(isSame && step === undefined ? {} : { step: told }) };
    const row = withOutcome(orderId, before, change);
    this.#next.set(orderId, mark === undefined ? row : { ...row, mark });
  }

  #count(name: TallyName): void {
    this.#tally.set(name, (this.#tally.get(name) ?? 0) + 1);
  }
}

/** The links that a decided order makes; `undefined` when it is nothing like a refund. */
export function linksOf({ decision }: Decided): readonly RefundLink[] | undefined {
  if (decision.kind === "link") return decision.links;
  if (decision.kind === "send" && decision.links.length > 0) return decision.links;
  return undefined;
}

function ruleDetail(outcome: Outcome): { readonly detail?: string } {
  return outcome.rule === undefined ? {} : { detail: outcome.rule };
}

/** How an original that turns out to be a refund itself will stand after this batch, near enough. */
function linkedRow(original: Decided, row: LedgerRow | undefined): LedgerRow {
  const cameAbout = linksOf(original)?.some((link) => link.lines.length > 0) === true;
  const outcome: Outcome = cameAbout
    ? { outcome: "linked" }
    : { outcome: "skipped", rule: "cancelled" };
  return withOutcome(original.item.pointer.orderId, row, { outcome, at: 0 });
}
