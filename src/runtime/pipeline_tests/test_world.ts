import { keyedHash } from "../../crypto/keyed_hash.ts";
import type { PipelineDefinition } from "../../definition/definition.ts";
import type { PipelineTest, TestStep } from "../../definition/pipeline_tests.ts";
import { compile, fieldsToRead } from "../../engine/compile.ts";
import { requestedRun } from "../../engine/history_run.ts";
import { ApiError } from "../../http/error.ts";
import { createMemoryOmetria, type MemoryOmetria } from "../../ometria/memory.ts";
import type { CatalogueProduct, OmetriaApi } from "../../ometria/api.ts";
import { normaliseEmail } from "../../records/email.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import { createMemorySitoo, type MemorySitoo } from "../../sitoo/memory.ts";
import type { SitooSiteSettings, SitooStore, SitooWarehouse } from "../../sitoo/api.ts";
import { decodeOrder } from "../../sitoo/wire.ts";
import { registry } from "../../stages/registry.ts";
import { openStore } from "../../store/open.ts";
import type { NewPointer } from "../../store/rows.ts";
import type { Store } from "../../store/store.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import type { PipelineContext } from "../context.ts";
import { takeEvents } from "../intake.ts";
import { idOf, placedAt, type RawOrder } from "./raw_orders.ts";
import { TEST_ACCOUNT } from "./test_definition.ts";
import { workOff } from "./work_off.ts";

/** The key of all keyed hashes in tests: fixed, so that ids of contacts are the same in every run. */
const SECRET = "the key of pipeline tests, which is no secret";

/** ms that a step is followed for: long enough for retries and `min_age`, too short for a daily look. */
const FOLLOWED = 6 * 3_600_000;

/** What the world of a test is made of. */
export interface WorldOptions {
  readonly definition: PipelineDefinition;
  readonly test: Pick<PipelineTest, "now" | "sitoo" | "ometria" | "forgotten">;
  /** Epoch ms. */
  readonly now: number;
  /** See `StageServices`. */
  readonly resolve: (specifier: string) => string;
}

/**
 * Sitoo, Ometria, the store and the time of one test, all in memory, with a pipeline between them that is
 * compiled and run as in earnest.
 */
export class TestWorld implements AsyncDisposable {
  readonly context: PipelineContext;
  readonly sitoo: MemorySitoo;
  readonly ometria: MemoryOmetria;
  readonly #clock: ManualClock;
  readonly #store: Store;
  readonly #fixed: boolean;
  readonly #fields: readonly string[];
  #events = 0;

  private constructor(
    store: Store,
    clock: ManualClock,
    { definition, test, resolve }: WorldOptions,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#fixed = test.now !== undefined;
    this.#fields = fieldsToRead(definition, registry);
    this.sitoo = createMemorySitoo([], placesOf(test));
    this.ometria = createMemoryOmetria({ products: productsOf(test) });
    for (const id of test.ometria?.rejects ?? []) this.ometria.bad.add(id);
    const own = store.pipeline(definition.name, definition.connections.ometria.account);
    const ometria = withProfiles(this.ometria, test);
    const pipeline = compile(definition, registry, {
      sitoo: this.sitoo,
      ometria,
      now: () => clock.now(),
      keyedHash: hash,
      cache: own.cache,
      forgotten: (hashes) => store.forgotten(hashes),
      resolve,
    });
    this.context = {
      pipeline,
      store: own,
      sitoo: this.sitoo,
      ometria,
      clock,
      random: half,
      keyedHash: hash,
    };
  }

  /** Makes a world in which nothing has happened yet. Rejects when a stage cannot be used. */
  static async create(options: WorldOptions, signal: AbortSignal): Promise<TestWorld> {
    const clock = new ManualClock(options.now);
    const store = await openStore(":memory:", { clock, random: half });
    try {
      for (const address of options.test.forgotten ?? []) {
        await store.forget(hash(normaliseEmail(address) ?? address));
      }
      const world = new TestWorld(store, clock, options);
      await world.context.pipeline.transform.ready?.(signal);
      return world;
    } catch (error) {
      await store[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lets Sitoo know orders, without telling the pipeline. */
  put(orders: readonly RawOrder[]): void {
    for (const order of orders) {
      const id = idOf(order);
      const decoded = decodeOrder(order, this.#fields);
      if (decoded.ok) this.sitoo.put(decoded.order);
      else {
        this.sitoo.put(placeholder(id, order));
        this.sitoo.spoil(id, decoded.detail);
      }
    }
  }

  /** One arrival: time passes, orders change, the pipeline is told and does what it does. */
  async step(step: TestStep, orders: readonly RawOrder[], signal: AbortSignal): Promise<void> {
    await this.#pass(step, orders, signal);
    this.put(orders);
    for (const id of step.gone ?? []) this.sitoo.remove(id);
    await this.#tell(step, orders);
    await workOff(this.context, this.#clock, {
      until: this.#clock.now() + FOLLOWED,
      signal,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }

  async #pass(step: TestStep, orders: readonly RawOrder[], signal: AbortSignal): Promise<void> {
    const until = Math.max(this.#clock.now() + (step.wait ?? 0), this.#timeOf(orders));
    await workOff(this.context, this.#clock, { until, signal });
    if (until > this.#clock.now()) this.#clock.jump(until - this.#clock.now());
  }

  /** Orders arrive after they were placed, unless the test says what time it is. */
  #timeOf(orders: readonly RawOrder[]): number {
    if (this.#fixed) return 0;
    return Math.max(0, ...orders.map((order) => placedAt(order) ?? 0)) + 60_000;
  }

  async #tell(step: TestStep, orders: readonly RawOrder[]): Promise<void> {
    const { webhook } = this.context.pipeline;
    const origin = step.origin ?? (webhook === undefined ? "history" : "live");
    if (orders.length === 0 && step.events === undefined && step.gone === undefined) {
      if (step.origin !== "history") return;
    }
    const ids = [...orders.map(idOf), ...(step.gone ?? [])];
    if (origin === "history") await this.#askForHistory();
    else if (origin === "live") await this.#post(step, orders, ids);
    else {
      const now = this.#clock.now();
      const pointers = ids.map((orderId): NewPointer => ({
        orderId,
        origin,
        dueAt: now,
        receivedAt: now,
        attempts: 0,
        ...(origin === "replay" ? { force: true } : {}),
      }));
      await this.context.store.arrive({ pointers, receipts: [], quarantine: [] });
    }
  }

  async #askForHistory(): Promise<void> {
    const now = this.#clock.now();
    const run = requestedRun({
      next: 0,
      fingerprint: this.context.pipeline.definition.fingerprint,
      at: now,
    });
    await this.context.store.requestBackfill(run);
  }

  /** Posts events in bodies of ten, as Sitoo does. */
  async #post(
    step: TestStep,
    orders: readonly RawOrder[],
    ids: readonly number[],
  ): Promise<void> {
    const events = (step.events ?? ["update"]).flatMap((event): readonly unknown[] =>
      typeof event === "string" ? ids.map((id) => this.#event(event, id, orders)) : [event]
    );
    for (let at = 0; at < events.length; at += 10) {
      const body = JSON.stringify(events.slice(at, at + 10));
      await takeEvents(body, { named: this.context, all: [this.context] });
    }
  }

  #event(type: string, id: number, orders: readonly RawOrder[]): unknown {
    this.#events++;
    const site = orders.find((order) => idOf(order) === id)?.["eshopid"];
    return {
      event_id: String(this.#events).padStart(32, "0"),
      event_type: "order",
      event_date: Math.floor(this.#clock.now() / 1000),
      account_id: TEST_ACCOUNT,
      data: {
        order_id: id,
        ...(site === undefined ? {} : { eshop_id: site }),
        order_event_type: type,
      },
    };
  }
}

/** Something in an unreadable order's place, so that lists find it. */
function placeholder(id: number, order: RawOrder): SitooOrder {
  const found = decodeOrder({
    orderid: id,
    eshopid: Number(order["eshopid"]) || 0,
    moneyfinal_net: "0.00",
    moneyfinal_vat: "0.00",
    moneytotal_gross_all: "0.00",
    orderdate: (placedAt(order) ?? 0) / 1000,
    orderstateid: 10,
    ordertypeid: 10,
    orderitems: [],
  });
  if (!found.ok) throw new TypeError(`Cannot stand in for order ${id}: ${found.detail}`);
  return found.order;
}

function hash(text: string): string {
  return keyedHash(SECRET, text);
}

function half(): number {
  return 0.5;
}

/** What a test says of stores, warehouses and sites. */
interface Places {
  readonly stores: readonly SitooStore[];
  readonly warehouses: readonly SitooWarehouse[];
  readonly settings: readonly SitooSiteSettings[];
}

function placesOf({ sitoo }: WorldOptions["test"]): Places {
  return {
    stores: (sitoo?.stores ?? []).map(({ externalid, ...store }) => ({
      ...store,
      ...(externalid === undefined ? {} : { externalid }),
    })),
    warehouses: (sitoo?.warehouses ?? []).map(({ storeid, ...warehouse }) => ({
      ...warehouse,
      ...(storeid === undefined ? {} : { storeid }),
    })),
    settings: (sitoo?.settings ?? []).map(({ eshopid, currencycode, timezone }) => ({
      eshopid,
      ...(currencycode === undefined ? {} : { currencycode }),
      ...(timezone === undefined ? {} : { timezone }),
    })),
  };
}

function productsOf({ ometria }: WorldOptions["test"]): readonly CatalogueProduct[] {
  return (ometria?.products ?? []).map(({ sku, parent, ...product }) => ({
    ...product,
    ...(sku === undefined ? {} : { sku }),
    ...(parent === undefined ? {} : { parent }),
  }));
}

/** Answers look-ups of profiles as the test says; `failing` is an outage of that call. */
function withProfiles(ometria: MemoryOmetria, test: WorldOptions["test"]): OmetriaApi {
  const failing = new Set<string>();
  for (const [address, status] of Object.entries(test.ometria?.profiles ?? {})) {
    if (status === "failing") failing.add(address);
    else ometria.optIns.set(address, status);
  }
  return { ...ometria, optInStatus };

  function optInStatus(email: string, signal: AbortSignal): ReturnType<OmetriaApi["optInStatus"]> {
    if (!failing.has(email)) return ometria.optInStatus(email, signal);
    const options = { api: "ometria", kind: "unavailable", status: 503, reached: true } as const;
    return Promise.reject(new ApiError("Ometria does not answer the look-up", options));
  }
}
