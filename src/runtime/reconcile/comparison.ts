import { markHash } from "../../engine/content_hash.ts";
import type { OrderHead, OrderPlace } from "../../records/order_head.ts";
import { Decimal } from "../../records/money.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import type { VerifyAsked } from "./estimate.ts";
import { type Finding, Findings, isHealedByItself } from "./findings.ts";
import type { Sheet } from "./head_reader.ts";
import { asDelivered, type Doubt, judgeHead, type Judgement } from "./judge.ts";
import { judgeWhole } from "./judge_whole.ts";
import { Latecomers } from "./latecomers.ts";
import { placeOfRow, placesOf } from "./places.ts";
import type { DayRange } from "./range.ts";
import { ordersPerRead, redecide } from "./redecide.ts";
import { joiningsOf } from "./refunds.ts";
import { differencesKept, type ReconcileProgress } from "./report.ts";
import { Sample } from "./sample.ts";
import { readSituation, type Situation, StartDate } from "./situation.ts";
import { type Counted, Tally } from "./tally.ts";
import { type ReadBack, readBack } from "./verify.ts";

/** What a comparison is about. */
export interface ComparisonOptions {
  readonly range: DayRange;
  /** @default none */
  readonly verify?: VerifyAsked;
  readonly onProgress?: (progress: ReconcileProgress) => void;
}

/** An order of Sitoo on its way to being counted. */
interface Entry {
  readonly orderId: number;
  readonly place: OrderPlace;
  /** Sitoo's total. */
  readonly money: Decimal;
}

/** A comparison under way: takes sheet by sheet, asks closer where there is doubt, and adds up. */
export class Comparison {
  readonly tally = new Tally();
  readonly findings = new Findings();
  readonly situation: Situation;
  readonly #context: PipelineContext;
  readonly #options: ComparisonOptions;
  readonly #signal: AbortSignal;
  readonly #starts: StartDate;
  /** Delivered orders that are to be read back. */
  readonly #sample: Sample<number>;
  /** Findings that are looked at once more at the end: the shop goes on while this runs. */
  #held: Finding[] = [];
  #doubts: (Entry & { readonly doubt: Exclude<Doubt, "refund"> })[] = [];
  /** `as`: what a sale counts as that gives something of another one back. */
  #refunds: (Entry & { readonly as?: Counted })[] = [];
  #others: LedgerRow[] = [];
  #verified: ReadBack | undefined;

  /** Reads how the pipeline stands, and begins. */
  static async begin(
    context: PipelineContext,
    options: ComparisonOptions,
    signal: AbortSignal,
  ): Promise<Comparison> {
    return new Comparison(context, { options, situation: await readSituation(context), signal });
  }

  private constructor(
    context: PipelineContext,
    { options, situation, signal }: {
      readonly options: ComparisonOptions;
      readonly situation: Situation;
      readonly signal: AbortSignal;
    },
  ) {
    this.situation = situation;
    this.#context = context;
    this.#options = options;
    this.#signal = signal;
    this.#starts = new StartDate(context);
    this.#sample = new Sample(options.verify, context.random);
  }

  /** What was read back; nothing when nobody asked for it. */
  get verified(): ReadBack | undefined {
    return this.#verified;
  }

  /** Takes a page of Sitoo's orders beside the ledger. Throws `ApiError`. */
  async take({ heads, rows, others }: Sheet): Promise<void> {
    const places = await placesOf(heads, this.#context, this.#signal);
    for (const [index, head] of heads.entries()) {
      const place = places[index];
      if (place === undefined || !this.#isInRange(place.day)) continue;
      await this.#first(head, place, rows.get(head.orderid));
    }
    this.#others.push(...others.filter(({ day }) => day !== undefined && this.#isInRange(day)));
    if (this.#doubts.length >= ordersPerRead) await this.#lookCloser();
    if (this.#refunds.length >= ordersPerRead) await this.#joinRefunds();
    if (this.#others.length >= ordersPerRead) await this.#lookForOthers();
  }

  /** Clears the last doubts, reads back what was asked for, and looks at all that differs once more. */
  async end(): Promise<void> {
    await this.#lookCloser();
    await this.#joinRefunds();
    await this.#lookForOthers();
    await this.#verify();
    const late = await Latecomers.find(this.#held, this.#context, this.situation.now);
    for (const finding of this.#held) {
      if (late.has(finding)) {
        const as = { bucket: "due", rule: "changed-meanwhile" } as const;
        this.tally.add(finding.place, finding.money, as);
      } else this.#write(finding);
    }
    this.#held = [];
  }

  async #first(head: OrderHead, place: OrderPlace, row: LedgerRow | undefined): Promise<void> {
    const money = Decimal.parse(head.moneytotal_gross_all);
    const judgement = judgeHead({
      orderId: head.orderid,
      orderdate: head.orderdate,
      money,
      mark: markHash(head.mark, this.#context.keyedHash),
      beforeStart: row === undefined && await this.#starts.isAfter(head, this.#signal),
      row,
    }, this.situation);
    this.#settle({ orderId: head.orderid, place: placeOfRow(row, place), money }, judgement);
  }

  #settle(entry: Entry, judgement: Judgement): void {
    switch (judgement.kind) {
      case "counts":
        return this.#count(entry, judgement.as);
      case "differs": {
        const { kind: _, ...what } = judgement;
        const fix = isHealedByItself(what.cause) ? [entry.orderId] : [];
        return this.#differs({ ...entry, ...what, fix });
      }
      case "look":
        if (judgement.doubt === "refund") this.#refunds.push(entry);
        else this.#doubts.push({ ...entry, doubt: judgement.doubt });
    }
  }

  #count({ orderId, place, money }: Entry, as: Counted): void {
    this.tally.add(place, money, as);
    if (as.bucket === "delivered") this.#sample.take(orderId);
  }

  #differs(finding: Finding): void {
    if (this.#held.length < differencesKept) this.#held.push(finding);
    else this.#write(finding);
  }

  #write(finding: Finding): void {
    const { cause, rule, place, money } = finding;
    this.findings.add(finding);
    if (cause === "gone-at-sitoo") return this.tally.addGone(place, money);
    if (cause !== "dead") return this.tally.add(place, money, { bucket: "unexplained" });
    const as = { bucket: "dead", ...(rule === undefined ? {} : { rule }) } as const;
    this.tally.add(place, money, as);
  }

  /** Reads the orders in doubt whole, and judges them by what the stages make of them now. */
  async #lookCloser(): Promise<void> {
    const doubts = this.#doubts;
    this.#doubts = [];
    for (let from = 0; from < doubts.length; from += ordersPerRead) {
      const part = doubts.slice(from, from + ordersPerRead);
      const ids = part.map((entry) => entry.orderId);
      const decided = await redecide(ids, this.#context, this.#signal);
      for (const { doubt, ...entry } of part) {
        const { orderId } = entry;
        const found = decided.get(orderId);
        if (found === undefined) continue;
        const { decision, unchanged, row } = found;
        const linkedBefore = decision.kind === "link"
          ? await this.#context.store.linksOf(orderId)
          : [];
        const sight = { orderId, doubt, row, decision, unchanged, linkedBefore };
        const judgement = judgeWhole(sight, this.situation);
        const isMixed = decision.kind === "send" &&
          decision.links.some((link) => link.lines.length > 0);
        // What came back within a sale belongs to a sale of its own.
        if (isMixed && judgement.kind === "counts" && judgement.as.bucket === "delivered") {
          this.#refunds.push({ ...entry, as: judgement.as });
        } else this.#settle(entry, judgement);
      }
    }
  }

  /** Finds out whether linked refunds have gone into their sales. */
  async #joinRefunds(): Promise<void> {
    const refunds = this.#refunds;
    this.#refunds = [];
    const rows = await this.#context.store.ledger(refunds.map((entry) => entry.orderId));
    const known = refunds.flatMap(({ orderId }) => {
      const row = rows.get(orderId);
      return row === undefined ? [] : [{ orderId, row }];
    });
    const joinings = await joiningsOf(known, this.#context, this.situation);
    const sales = new Set(
      [...joinings.values()].flatMap((one) => one.kind === "look" ? one.originals : []),
    );
    const open = await this.#unsent([...sales]);
    for (const { as = { bucket: "linked" } as const, ...entry } of refunds) {
      const joining = joinings.get(entry.orderId);
      const fix = joining === undefined || joining.kind === "joined"
        ? []
        : joining.kind === "look"
        ? joining.originals.filter((sale) => open.has(sale))
        : joining.originals.length === 0
        ? [entry.orderId]
        : joining.originals;
      if (fix.length === 0) this.#count(entry, as);
      else this.#differs({ ...entry, cause: "refund-not-joined", detail: saleText(fix), fix });
    }
  }

  /** Sales that would go out otherwise than they last did. */
  async #unsent(sales: readonly number[]): Promise<ReadonlySet<number>> {
    const open = new Set<number>();
    for (let from = 0; from < sales.length; from += ordersPerRead) {
      const part = sales.slice(from, from + ordersPerRead);
      for (const [sale, found] of await redecide(part, this.#context, this.#signal)) {
        const { decision, unchanged } = found;
        if (decision.kind === "missing" || (decision.kind === "send" && !unchanged)) open.add(sale);
      }
    }
    return open;
  }

  /** Orders that Ometria has and that Sitoo's pages lack: gone, or at another date or site. */
  async #lookForOthers(): Promise<void> {
    const others = this.#others;
    this.#others = [];
    for (let from = 0; from < others.length; from += ordersPerRead) {
      const part = others.slice(from, from + ordersPerRead);
      const ids = part.map((row) => row.orderId);
      const found = await redecide(ids, this.#context, this.#signal);
      for (const { orderId, store = "", currency = "", day = "", total = "0" } of part) {
        if (found.get(orderId)?.decision.kind !== "missing") continue;
        const place = { store, currency, day };
        const money = Decimal.parse(total);
        this.#differs({ orderId, place, money, cause: "gone-at-sitoo", fix: [] });
      }
    }
  }

  /** Reads the chosen orders back, and counts those that are wrong anew. */
  async #verify(): Promise<void> {
    const { verify, onProgress } = this.#options;
    if (verify === undefined) return;
    const ids = this.#sample.chosen.toSorted((a, b) => a - b);
    this.#verified = await readBack(ids, this.#context, {
      signal: this.#signal,
      onProgress: (done) => onProgress?.({ doing: "verifying", done, total: ids.length }),
    });
    const wrong = [...this.#verified.wrong];
    for (let from = 0; from < wrong.length; from += ordersPerRead) {
      const part = wrong.slice(from, from + ordersPerRead);
      const found = await redecide(part.map(([id]) => id), this.#context, this.#signal);
      for (const [orderId, mistake] of part) {
        const { row, item } = found.get(orderId) ?? {};
        if (row === undefined || item?.reading.kind !== "order") continue;
        const { order } = item.reading;
        const [place] = await placesOf([order], this.#context, this.#signal);
        if (place === undefined) continue;
        const entry = {
          place: placeOfRow(row, place),
          money: Decimal.parse(order.moneytotal_gross_all),
        };
        this.tally.remove(entry.place, entry.money, asDelivered(row));
        this.#differs({ ...entry, ...mistake, orderId, fix: [orderId] });
      }
    }
  }

  #isInRange(day: string): boolean {
    const { from, to } = this.#options.range;
    return day >= from && day <= to;
  }
}

function saleText(sales: readonly number[]): string {
  return sales.length === 1 ? `Its sale is order ${sales[0]}` : `Its sales are ${sales.join(", ")}`;
}
