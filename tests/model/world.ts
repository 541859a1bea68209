import type { PipelineDefinition } from "../../src/definition/definition.ts";
import { requestedRun } from "../../src/engine/history_run.ts";
import { createMemorySitoo, type MemorySitoo } from "../../src/sitoo/memory.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import { MemoryKv } from "../../src/store/memory_kv.ts";
import type { LedgerRow } from "../../src/store/rows.ts";
import type { PipelineStore } from "../../src/store/store.ts";
import { modelDefinition, start } from "./definition.ts";
import { failed, type Fault, SimOmetria } from "./ometria.ts";
import { type Fate, type Machine, Program } from "./program.ts";
import { MachineClock } from "./machine_clock.ts";
import { Chance } from "../../src/cli/crashtest/chance.ts";
import { SimClock } from "./sim_clock.ts";
import { type Deed, nobody, Till } from "./till.ts";

/** What happens in a world, one thing after another. */
export type Happening =
  | Deed
  | { readonly kind: "wait"; readonly seconds: number }
  /** Sitoo tells of an order again. */
  | { readonly kind: "again"; readonly of: number }
  | { readonly kind: "receipt"; readonly of: number }
  /** Sitoo's answers lack an order for a while. */
  /** Sitoo leaves an order out, or fails whenever it is asked for it. */
  | {
    readonly kind: "hide" | "jam";
    readonly of: number;
    readonly seconds: number;
  }
  | {
    readonly kind: "fault";
    readonly api: "sitoo" | "ometria" | "ometriaEmail";
    readonly fault: Fault;
    readonly times: number;
  }
  /** Something befalls the program that has been running longest, that many calls from now. */
  | { readonly kind: "fate"; readonly fate: Fate }
  /** One more program is started on the same store. */
  | { readonly kind: "start" }
  /** The program that has been running longest is told to stop, as in a deployment. */
  | { readonly kind: "deploy"; readonly graceMs: number }
  | { readonly kind: "backfill" }
  /** The machine sleeps for a while, and its clock is set before it wakes up. */
  | { readonly kind: "clock"; readonly ms: number };

/** How a world behaves. */
export interface WorldOptions {
  readonly seed: number;
  /** Nothing goes wrong: events come at once and in order, and everything is worked off after each. */
  readonly calm: boolean;
  /** Share of the first events of an order that never come. */
  readonly lost?: number;
  /** What was done before the first program was started: history. */
  readonly before?: readonly Deed[];
}

/** How a world stands when nothing is left to do. */
export interface Outcome {
  /** JSON text of every order at Ometria, by its id there. */
  readonly held: ReadonlyMap<string, string>;
  readonly ledger: ReadonlyMap<number, LedgerRow>;
  /** Refund links as text, by original. */
  readonly links: ReadonlyMap<number, string>;
  readonly dead: readonly number[];
  readonly receipts: ReadonlyMap<string, number>;
}

/** ms in which an accepted push is applied: the pipeline's `settle`. */
const appliesWithin = 59_900;
/** ms: longer than between two looks of the sweep for new orders. */
const sweepWithin = 11 * 60_000;
/** ms after which a world that still has something to do never comes to an end. */
const longest = 6 * 3_600_000;
/** ms: a row due later than this is the daily look at an open order. */
const daily = 20 * 3_600_000;
/** ms after which no push that was under way can be applied any more. */
const applied = 70_000;
/** ms: longer than a takeover waits to send again what was in hand. */
const takenOver = 95_000;

/** A till, a Sitoo, an Ometria, and programs between them that come and go. */
export class World {
  readonly #options: WorldOptions;
  readonly #clock = new SimClock(start);
  /** What the programs see. */
  readonly #shown = new MachineClock(this.#clock);
  readonly #chance: Chance;
  readonly #definition: PipelineDefinition = modelDefinition();
  readonly #kv = new MemoryKv();
  readonly #till = new Till();
  readonly #sitoo: MemorySitoo = createMemorySitoo();
  readonly #ometria: SimOmetria;
  readonly #store: PipelineStore;
  readonly #hidden = new Map<number, number>();
  readonly #programs: Program[] = [];
  #told = new Set<number>();
  #askedReceipts = 0;
  #untold = 0;
  #eventId = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    this.#ometria = new SimOmetria({
      clock: this.#clock,
      chance: this.#chance,
      appliesWithin: options.calm ? 0 : appliesWithin,
      transit: options.calm ? 0 : 4_000,
      bad: new Set(["till-103"]),
    });
    const clock = this.#shown;
    this.#store = new KvStore(this.#kv, { clock, random: this.#chance.next })
      .pipeline(this.#definition.name, this.#definition.connections.ometria.account);
  }

  /** Lets everything happen, then waits until nothing is left to do. */
  async run(happenings: readonly Happening[]): Promise<Outcome> {
    for (const deed of this.#options.before ?? []) {
      const order = this.#till.do(deed);
      if (order !== undefined) this.#sitoo.put(order);
    }
    await this.#start({ kind: "none" });
    await this.#clock.pass(1_000);
    for (const happening of happenings) {
      await this.#happen(happening);
      if (this.#options.calm) await this.#settle(0);
      else await this.#clock.pass(this.#chance.delay(3_000));
    }
    await this.#end();
    return await this.#outcome();
  }

  /** Every hindrance goes away; what is left has to come right by itself. */
  async #end(): Promise<void> {
    this.#ometria.faults.length = 0;
    for (const id of [...this.#hidden.keys()]) this.#show(id);
    for (const program of this.#programs) program.meet({ kind: "none" });
    await this.#settle((this.#options.lost ?? 0) > 0 ? sweepWithin : 0);
  }

  async #settle(atLeast: number): Promise<void> {
    const from = this.#clock.now();
    do {
      await this.#clock.pass(5_000);
      await this.#keepOneRunning();
      if (this.#clock.now() - from > longest) throw new Error("There is no end to it");
    } while (this.#clock.now() - from < atLeast || !await this.#isQuiet());
  }

  async #isQuiet(): Promise<boolean> {
    if (this.#untold > 0 || !this.#ometria.isQuiet) return false;
    if (this.#isAnyStopped()) return false;
    const { due, nextDueAt } = await this.#store.inboxSummary(1_000);
    if (due > 0 || (nextDueAt ?? Infinity) < this.#shown.now() + daily) return false;
    const checkpoint = await this.#store.checkpoint();
    if (checkpoint?.state === "requested" || checkpoint?.state === "running") return false;
    if ((await this.#store.holes(1)).length > 0) return false;
    const receipts = await this.#store.receipts(1_000);
    return receipts.every(({ state }) => state !== "asked" && state !== "reserved");
  }

  #isAnyStopped(): boolean {
    return this.#programs.some((program) => !program.isDead && !program.isRunning);
  }

  async #happen(happening: Happening): Promise<void> {
    const { calm } = this.#options;
    switch (happening.kind) {
      case "wait":
        return await this.#clock.pass(happening.seconds * 1_000);
      case "again":
        return this.#tell(this.#orderAt(happening.of), "update");
      case "receipt":
        return this.#tell(this.#orderAt(happening.of), "email-receipt");
      case "backfill":
        return await this.#askForHistory();
      case "hide":
      case "jam":
        return calm ? undefined : this.#hide(this.#orderAt(happening.of), happening);
      case "fault":
        return calm ? undefined : this.#fail(happening);
      case "fate":
        return calm ? undefined : this.#programs.find((one) => one.isRunning)?.meet(happening.fate);
      case "start":
        return calm ? undefined : await this.#start({ kind: "none" });
      case "clock":
        return calm ? undefined : await this.#setClock(happening.ms);
      case "deploy":
        return calm ? undefined : this.#deploy(happening.graceMs);
      default: {
        const order = this.#till.do(happening);
        if (order === undefined) return;
        if (!this.#hidden.has(order.orderid)) this.#sitoo.put(order);
        this.#tell(order.orderid, "update");
      }
    }
  }

  #orderAt(place: number): number | undefined {
    const { orders } = this.#till;
    return orders[place % Math.max(1, orders.length)]?.orderid;
  }

  #hide(
    id: number | undefined,
    { kind, seconds }: Extract<Happening, { readonly seconds: number; readonly of: number }>,
  ): void {
    if (id === undefined) return;
    if (kind === "hide") this.#sitoo.remove(id);
    else this.#sitoo.poison(id, failed("sitoo", "unavailable"));
    const until = this.#clock.now() + seconds * 1_000;
    this.#hidden.set(id, until);
    this.#clock.sleep(seconds * 1_000, never).then(() => {
      if (this.#hidden.get(id) === until) this.#show(id);
    });
  }

  #show(id: number): void {
    this.#hidden.delete(id);
    const order = this.#till.orders.find((one) => one.orderid === id);
    if (order !== undefined) this.#sitoo.put(order);
  }

  #fail({ api, fault, times }: Extract<Happening, { readonly kind: "fault" }>): void {
    for (let time = 0; time < times; time++) {
      if (api === "sitoo") this.#sitoo.failNext(failed(api, fault));
      else this.#ometria.faults.push({ api, fault });
    }
  }

  /**
   * Waits that are counted by the clock (`settle`, and that of a takeover) are as long as they have to be only while
   * nobody sets it: so whatever is under way comes to its end before, and a second time is long after the first.
   */
  async #setClock(ms: number): Promise<void> {
    for (const program of this.#programs) program.meet({ kind: "none" });
    while (this.#isAnyStopped()) await this.#clock.pass(1_000);
    await this.#clock.pass(applied);
    for (const one of this.#programs) one.meet({ kind: "stopped", step: 0, ms: applied });
    await this.#clock.pass(applied - 1_000);
    this.#shown.set(ms);
    await this.#clock.pass(takenOver);
  }

  #deploy(graceMs: number): void {
    const leaving = this.#programs.find((one) => one.isRunning);
    if (leaving !== undefined) void leaving.stop(graceMs);
  }

  async #start(fate: Fate): Promise<void> {
    const machine: Machine = {
      definition: this.#definition,
      kv: this.#kv,
      clock: this.#shown,
      random: this.#chance.next,
      sitoo: this.#sitoo,
      ometria: this.#ometria.api,
      onCommit: () => this.#checkpointHolds(),
    };
    const program = new Program(machine, fate);
    this.#programs.push(program);
    void program.start();
    await this.#clock.pass(0);
  }

  async #keepOneRunning(): Promise<void> {
    if (this.#programs.every((program) => program.isDead)) await this.#start({ kind: "none" });
  }

  /** Sends an event until a program says that it has it, as Sitoo does. */
  #tell(id: number | undefined, type: "update" | "email-receipt"): void {
    if (id === undefined) return;
    const { calm, lost = 0 } = this.#options;
    const isFirst = !this.#told.has(id);
    this.#told.add(id);
    if (type === "email-receipt") this.#askedReceipts++;
    const isLost = isFirst && type === "update" && this.#chance.happens(lost);
    if (!calm && isLost) return;
    const event = {
      event_id: String(++this.#eventId).padStart(32, "0"),
      event_type: "order",
      event_date: Math.floor(this.#clock.now() / 1_000),
      account_id: 4711,
      data: { order_id: id, eshop_id: 2, order_event_type: type },
    };
    const copies = !calm && this.#chance.happens(0.2) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#untold++;
      void this.#deliver(JSON.stringify([event]), calm ? 0 : this.#chance.delay(20_000));
    }
  }

  async #deliver(body: string, wait: number): Promise<void> {
    await this.#clock.sleep(wait, never);
    for (;;) {
      await this.#keepOneRunning();
      const running = this.#programs.filter((program) => program.isRunning);
      const taker = running[this.#chance.below(running.length)];
      const late = this.#clock.sleep(5_000, never).then(() => false);
      if (await Promise.race([taker?.take(body) ?? false, late])) break;
      await this.#clock.sleep(1_000, never);
    }
    this.#untold--;
  }

  async #askForHistory(): Promise<void> {
    const now = this.#clock.now();
    const run = requestedRun({ next: 0, fingerprint: this.#definition.fingerprint, at: now });
    await this.#store.requestBackfill(run);
  }

  /** No order below the checkpoint is without an outcome or a row that will see to it. */
  async #checkpointHolds(): Promise<void> {
    const checkpoint = await this.#store.checkpoint();
    if (checkpoint === undefined || checkpoint.next === 0) return;
    const below = this.#till.orders.map((order) => order.orderid)
      .filter((id) => id < checkpoint.next && !this.#hidden.has(id));
    const rows = await this.#store.ledger(below);
    const holes = await this.#store.holes(1_000);
    const open = below.filter((id) =>
      !rows.has(id) && !holes.some(({ from, to }) => from <= id && id < to)
    );
    if (open.length === 0) return;
    const due = await this.#dueOrders();
    const missed = open.filter((id) => !due.has(id));
    if (missed.length > 0) this.#broken ??= `The checkpoint ${checkpoint.next} passed ${missed}`;
  }

  #broken: string | undefined;

  async #dueOrders(): Promise<ReadonlySet<number>> {
    const later = new SimClock(this.#shown.now() + 100 * daily);
    const store = new KvStore(this.#kv, { clock: later, random: () => 0 })
      .pipeline(this.#definition.name, this.#definition.connections.ometria.account);
    return new Set((await store.due(10_000)).map((row) => row.orderId));
  }

  async #outcome(): Promise<Outcome> {
    if (this.#broken !== undefined) throw new Error(this.#broken);
    const ledger = new Map<number, LedgerRow>();
    for await (const row of this.#store.ledgerRange(0, Number.MAX_SAFE_INTEGER)) {
      ledger.set(row.orderId, row);
    }
    const originals = [...this.#till.orders.map(({ orderid }) => orderid), nobody];
    const links = new Map<number, string>();
    for (const [original, found] of await this.#store.links(originals)) {
      links.set(original, JSON.stringify(found));
    }
    const states = (await this.#store.receipts(10_000)).map(({ state }) => state);
    return {
      held: this.#ometria.held,
      ledger,
      links,
      dead: (await this.#store.deadLetters(10_000)).map(({ orderId }) => orderId).toSorted(),
      receipts: new Map([
        ["asked for", this.#askedReceipts],
        ["rows", states.length],
        ["emails", this.#ometria.emails.length],
        ["sent", states.filter((state) => state === "sent").length],
        ["unknown", states.filter((state) => state === "unknown").length],
      ]),
    };
  }
}

const never = new AbortController().signal;
