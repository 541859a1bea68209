import type { CompiledPipeline } from "../engine/compiled.ts";
import type { OrderEvent } from "../stages/contract.ts";
import type { Arrival, PipelineStore } from "../store/store.ts";
import type { NewPointer, OutboxRow, QuarantineRow } from "../store/rows.ts";
import { rememberEvents } from "../telemetry/event_links.ts";
import type { Clock } from "../time/clock.ts";
import { readEvent } from "./sitoo_event.ts";

/** What taking events needs of a `PipelineContext`. */
export interface IntakeContext {
  readonly pipeline: Pick<CompiledPipeline, "definition" | "webhook" | "receipts">;
  readonly store: Pick<PipelineStore, "arrive">;
  readonly clock: Pick<Clock, "now">;
  /** For what is kept of an event that could not be used. */
  readonly keyedHash: (text: string) => string;
}

/** How a request's events fared. Events kept by several pipelines count once. */
export interface IntakeResult {
  readonly kept: number;
  readonly ignored: number;
  readonly quarantined: number;
}

/** Sitoo gives up after about 24 hours; an event older than this is no late retry of its own. */
const RETRIED_FOR = 25 * 60 * 60 * 1000;
/** Rows in one call of the store. Sitoo sends ten events at most; others might send more. */
const ROWS_PER_ARRIVAL = 100;
/** Odd events kept one by one; a body full of them would fill the store. */
const ODD_KEPT = 20;

/**
 * Takes the body of one webhook request: every pipeline on the event's Sitoo account (and site) keeps
 * a pointer, and a receipt that was asked for. Resolves only after all of it is committed, so that
 * the caller may answer 200; rejects when any store refused, and the sender has to try again.
 *
 * @param text the request's body
 * @param options.named the pipeline that the URL named
 * @param options.all every loaded pipeline, `named` among them
 * @throws {SyntaxError} when `text` is no JSON
 */
export async function takeEvents(
  text: string,
  options: { readonly named: IntakeContext; readonly all: readonly IntakeContext[] },
): Promise<IntakeResult> {
  const body: unknown = JSON.parse(text);
  const sorting = new Sorting(options.named, options.all);
  if (Array.isArray(body)) {
    for (const raw of body) sorting.add(raw);
  } else {
    sorting.quarantine({ reason: "not-an-array" }, text);
  }
  // All are waited for, so that nothing is still being written once the request has been answered.
  const arrivals = sorting.arrivals();
  const [only] = arrivals;
  if (only !== undefined && arrivals.length === 1) {
    await commit(only);
    return sorting.result();
  }
  const commits = await Promise.allSettled(arrivals.map(commit));
  for (const commit of commits) if (commit.status === "rejected") throw commit.reason;
  return sorting.result();
}

interface Bundle {
  readonly context: IntakeContext;
  readonly pointers: Map<number, NewPointer>;
  readonly receipts: Map<string, OutboxRow>;
  readonly quarantine: QuarantineRow[];
}

/** Sorts a batch's events by the pipelines that keep them. */
class Sorting {
  readonly #named: IntakeContext;
  readonly #bundles: readonly Bundle[];
  readonly #now: number;
  #kept = 0;
  #ignored = 0;
  #quarantined = 0;

  constructor(named: IntakeContext, all: readonly IntakeContext[]) {
    this.#named = named;
    this.#now = named.clock.now();
    this.#bundles = all.map((context) => ({
      context,
      pointers: new Map(),
      receipts: new Map(),
      quarantine: [],
    }));
  }

  add(raw: unknown): void {
    const read = readEvent(raw, {
      now: this.#now,
      accountId: this.#named.pipeline.definition.connections.sitoo.accountId,
      idOf: (event) => this.#named.keyedHash(textOf(event)).slice(0, 32),
    });
    if (read.kind === "ignored") {
      this.#ignored++;
    } else if (read.kind === "odd") {
      this.quarantine(read, raw);
    } else {
      this.#keep(read.event, raw);
    }
  }

  quarantine(
    what: { readonly reason: string; readonly eventId?: string; readonly orderId?: number },
    raw: unknown,
  ): void {
    this.#quarantined++;
    if (this.#quarantined > ODD_KEPT) return;
    const home = this.#bundles.find((bundle) => bundle.context === this.#named);
    home?.quarantine.push({
      at: this.#now,
      reason: what.reason,
      hash: this.#named.keyedHash(textOf(raw)),
      ...(what.eventId === undefined ? {} : { eventId: what.eventId }),
      ...(what.orderId === undefined ? {} : { orderId: what.orderId }),
    });
  }

  #keep(event: OrderEvent, raw: unknown): void {
    const account = this.#bundles.filter((bundle) => onAccount(bundle.context, event));
    if (account.length === 0) {
      const { eventId, orderId } = event;
      return this.quarantine({ reason: "other-account", eventId, orderId }, raw);
    }
    const keepers = account.filter((bundle) => onSite(bundle.context, event));
    for (const bundle of keepers) this.#addTo(bundle, event);
    if (keepers.length === 0) this.#ignored++;
    else this.#kept++;
  }

  #addTo(bundle: Bundle, event: OrderEvent): void {
    const { orderId } = event;
    const site = event.site === undefined ? {} : { site: event.site };
    const age = this.#now - event.at;
    const receivedAt = age >= 0 && age <= RETRIED_FOR ? event.at : this.#now;
    const before = bundle.pointers.get(orderId);
    bundle.pointers.set(orderId, {
      orderId,
      ...(before?.site === undefined ? {} : { site: before.site }),
      ...site,
      origin: "live",
      dueAt: this.#now,
      receivedAt: Math.min(before?.receivedAt ?? receivedAt, receivedAt),
      attempts: 0,
    });
    if (event.asks !== "receipt" || bundle.context.pipeline.receipts?.on !== "receipt-requested") {
      return;
    }
    bundle.receipts.set(event.eventId, {
      id: event.eventId,
      orderId,
      ...site,
      state: "asked",
      askedAt: Math.min(event.at, this.#now),
      dueAt: this.#now,
      attempts: 0,
      at: this.#now,
    });
  }

  /** What each pipeline's store has to commit, in portions. */
  arrivals(): { readonly context: IntakeContext; readonly portions: readonly Arrival[] }[] {
    return this.#bundles
      .map((bundle) => ({ context: bundle.context, portions: portions(bundle) }))
      .filter((bundle) => bundle.portions.length > 0);
  }

  result(): IntakeResult {
    return { kept: this.#kept, ignored: this.#ignored, quarantined: this.#quarantined };
  }
}

function onAccount(context: IntakeContext, event: OrderEvent): boolean {
  return context.pipeline.webhook !== undefined &&
    context.pipeline.definition.connections.sitoo.accountId === event.accountId;
}

/** An event that names no site is kept: the order itself will tell. */
function onSite(context: IntakeContext, event: OrderEvent): boolean {
  const sites = context.pipeline.webhook?.sites ?? [];
  return sites.length === 0 || event.site === undefined || sites.includes(event.site);
}

function portions(bundle: Bundle): Arrival[] {
  const pointers = [...bundle.pointers.values()];
  const receipts = [...bundle.receipts.values()];
  const { quarantine } = bundle;
  const rows = Math.max(pointers.length, receipts.length, quarantine.length);
  const count = Math.ceil(rows / ROWS_PER_ARRIVAL);
  return Array.from({ length: count }, (_, index) => {
    const from = index * ROWS_PER_ARRIVAL;
    const to = from + ROWS_PER_ARRIVAL;
    return {
      pointers: pointers.slice(from, to),
      receipts: receipts.slice(from, to),
      quarantine: quarantine.slice(from, to),
    };
  });
}

async function commit(
  bundle: { readonly context: IntakeContext; readonly portions: readonly Arrival[] },
): Promise<void> {
  const { pipeline, store } = bundle.context;
  for (const portion of bundle.portions) {
    // Before they are there: a batch may take them up at once.
    rememberEvents(pipeline.definition.name, portion.pointers);
    await store.arrive(portion);
  }
}

/** The raw text, or something that stands for it: JSON nested too deeply cannot be written again. */
function textOf(raw: unknown): string {
  if (typeof raw === "string") return raw;
  try {
    return JSON.stringify(raw);
  } catch {
    return "unprintable";
  }
}
