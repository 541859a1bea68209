import { getLogger } from "@logtape/logtape";
import type { MappedOrder } from "../../../records/ometria_order.ts";
import { mappedOrderType } from "../../../records/ometria_order.ts";
import type { OrderPlace, Placed } from "../../../records/order_head.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { sitooOrderType } from "../../../records/sitoo_order.ts";
import { localDay } from "../../../time/zone.ts";
import type { Input, PlaceFinder, StageServices, Transform, Verdict } from "../../contract.ts";
import { type Answers, Asked } from "./asked.ts";
import { type Exclusion, prepareExclusion, withoutPerson } from "./customer.ts";
import { isZone } from "./dates.ts";
import { finishOrder } from "./finish.ts";
import { SiteLookup, StoreLookup } from "./lookups.ts";
import type { MapOptions } from "./options.ts";
import { type Plan, planOrder } from "./plan.ts";
import { orderStates, type Stop } from "./select.ts";

const logger = getLogger(["tillpipe", "map"]);

/** Sitoo's `paymentstateid` of an order that is paid. */
const paid = 20;

/** What is known of people before a batch is finished: keyed hashes of those who asked to be forgotten. */
type Forgotten = ReadonlySet<string>;

const nobody: Forgotten = new Set();

/** What a batch has to look up before it can be finished. */
interface Needs {
  readonly warehouses: Set<number>;
  readonly sites: Set<number>;
  /** Keyed hashes of addresses, by plan. */
  readonly hashes: Map<Plan, string>;
}

/**
 * The transform behind `map`. A batch is planned at once, then looks up what it lacks (stores, sites,
 * people to be forgotten) in a few calls for all its orders, then is finished at once.
 */
export class OrderMapper implements Transform<SitooOrder, MappedOrder> {
  readonly takes = sitooOrderType;
  readonly gives = mappedOrderType;
  readonly places: PlaceFinder;
  readonly #options: MapOptions;
  readonly #services: StageServices;
  readonly #stores: StoreLookup;
  readonly #sites: SiteLookup;
  readonly #excluded: Exclusion;
  readonly #asked: Asked;
  readonly #oddTypes = new Set<number>();

  constructor(options: MapOptions, services: StageServices) {
    this.#options = options;
    this.#services = services;
    this.#stores = new StoreLookup(services);
    this.#sites = new SiteLookup(services);
    this.#excluded = prepareExclusion(options.exclude_emails);
    this.#asked = new Asked(options);
    const { timezone } = options;
    this.places = {
      ...(timezone === undefined ? {} : { zone: timezone }),
      find: (heads, signal) => this.#place(heads, signal),
    };
  }

  apply(
    inputs: readonly Input<SitooOrder>[],
    signal: AbortSignal,
  ): readonly Verdict<MappedOrder>[] | Promise<readonly Verdict<MappedOrder>[]> {
    const plans = inputs.map((input) => guarded(() => this.#plan(input)));
    const needs = this.#needs(plans);
    const atOnce = needs.warehouses.size + needs.sites.size + needs.hashes.size === 0 &&
      !this.#asked.asks;
    return atOnce
      ? plans.map((plan) => this.#finish(this.#person(plan, needs, nobody), {}))
      : this.#applyLater(plans, needs, signal);
  }

  /** The site's zone: the file's, else what the site's settings say, else UTC. */
  async zone(site: number | undefined, signal: AbortSignal): Promise<string> {
    if (this.#options.timezone !== undefined) return this.#options.timezone;
    if (site === undefined) return "UTC";
    await this.#sites.prepare([site], signal);
    return this.#sites.timezone(site) ?? "UTC";
  }

  async #applyLater(
    plans: readonly (Plan | Stop)[],
    needs: Needs,
    signal: AbortSignal,
  ): Promise<readonly Verdict<MappedOrder>[]> {
    await this.#stores.prepare(needs.warehouses, signal);
    await this.#sites.prepare(needs.sites, signal);
    const hashes = [...new Set(needs.hashes.values())];
    const forgotten = hashes.length === 0 ? nobody : await this.#services.forgotten(hashes);
    const people = plans.map((plan) => this.#person(plan, needs, forgotten));
    const answers = this.#asked.asks
      ? await Promise.all(
        people.map((person) => person.kind === "send" ? this.#asked.answer(person.sitoo) : {}),
      )
      : [];
    return people.map((person, index) => this.#finish(person, answers[index] ?? {}));
  }

  async #place(heads: readonly Placed[], signal: AbortSignal): Promise<readonly OrderPlace[]> {
    const needs: Needs = { warehouses: new Set(), sites: new Set(), hashes: new Map() };
    for (const head of heads) this.#need(head, needs);
    await this.#stores.prepare(needs.warehouses, signal);
    await this.#sites.prepare(needs.sites, signal);
    return heads.map((head) => ({
      store: this.#storeOf(head) ?? "",
      currency: this.#currencyOf(head) ?? "",
      day: localDay(head.orderdate * 1000, this.#zoneOf(head)),
    }));
  }

  #plan(input: Input<SitooOrder>): Plan | Stop {
    const plan = planOrder(input, this.#options);
    const { orderid, orderstateid, paymentstateid, orderitems } = input.record;
    if (plan.kind === "send" && orderstateid === orderStates.closed && paymentstateid !== paid) {
      logger.info("Closed order is not marked as paid", { orderid, paymentstateid });
    }
    for (const { orderitemtype } of orderitems) {
      if (orderitemtype === 10 || this.#oddTypes.has(orderitemtype)) continue;
      this.#oddTypes.add(orderitemtype);
      logger.warn("Order has lines of a type that is no product", { orderid, orderitemtype });
    }
    return plan;
  }

  #needs(plans: readonly (Plan | Stop)[]): Needs {
    const needs: Needs = { warehouses: new Set(), sites: new Set(), hashes: new Map() };
    for (const plan of plans) {
      if (plan.kind !== "send") continue;
      this.#need(plan.input.record, needs);
      if (plan.email !== undefined) {
        needs.hashes.set(plan, this.#services.keyedHash(plan.email));
      }
    }
    return needs;
  }

  #need(order: Placed, needs: Needs): void {
    if (order.warehouseid !== undefined && this.#storeInOrder(order) === undefined) {
      needs.warehouses.add(order.warehouseid);
    }
    if (order.currencycode === "" || this.#zoneWithoutSite(order) === undefined) {
      needs.sites.add(order.eshopid);
    }
  }

  /** The order and the address it goes out with; without a person for those who must not be named. */
  #person(plan: Plan | Stop, needs: Needs, forgotten: Forgotten): Planned | Stop {
    if (plan.kind !== "send") return plan;
    const { email, input: { record } } = plan;
    const named = { kind: "send", plan, sitoo: record, email } as const;
    if (email === undefined) return named;
    const hash = needs.hashes.get(plan);
    const unnamed = this.#excluded(email) || (hash !== undefined && forgotten.has(hash));
    return unnamed ? { ...named, sitoo: withoutPerson(record), email: undefined } : named;
  }

  #finish(planned: Planned | Stop, answers: Answers): Verdict<MappedOrder> {
    if (planned.kind !== "send") return planned;
    const { plan, sitoo, email } = planned;
    const order = plan.input.record;
    return guarded(() =>
      finishOrder(plan, {
        sitoo,
        email,
        answers,
        currency: this.#currencyOf(order),
        store: this.#storeOf(order),
        timezone: this.#zoneOf(order),
        now: this.#services.now(),
        options: this.#options,
        overrides: this.#asked.overrides,
      })
    );
  }

  #currencyOf({ currencycode, eshopid }: Placed): string | undefined {
    return currencycode === "" ? this.#sites.currency(eshopid) : currencycode;
  }

  #zoneOf(order: Placed): string {
    return this.#zoneWithoutSite(order) ?? this.#sites.timezone(order.eshopid) ?? "UTC";
  }

  #storeOf(order: Placed): string | undefined {
    const own = this.#storeInOrder(order);
    if (own !== undefined) return own === "" ? undefined : own;
    const store = this.#stores.of(order.warehouseid);
    const name = this.#options.store === "store-name" ? store?.name : store?.externalId;
    return name === "" ? undefined : name;
  }

  /** The store as far as no look-up is needed; `""` when a look-up would not help. */
  #storeInOrder({ additionaldata, warehouseid }: Placed): string | undefined {
    const { store } = this.#options;
    const warehouse = warehouseid === undefined ? "" : String(warehouseid);
    if (typeof store === "object") return Object.hasOwn(store, warehouse) ? store[warehouse] : "";
    if (store === "warehouse-id") return warehouse;
    const text = (additionaldata[store] ?? "").trim();
    return text === "" ? undefined : text;
  }

  #zoneWithoutSite(order: Placed): string | undefined {
    if (this.#options.timezone !== undefined) return this.#options.timezone;
    const zone = order.additionaldata["pos-timezone"];
    return zone !== undefined && isZone(zone) ? zone : undefined;
  }
}

/** A plan, and who its order is sent for. */
interface Planned {
  readonly kind: "send";
  readonly plan: Plan;
  readonly sitoo: SitooOrder;
  readonly email: string | undefined;
}

/** An order that cannot be calculated with makes only itself dead. */
function guarded<T>(step: () => T): T | Stop {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return { kind: "dead", reason: "stage-failed", detail: error.message };
  }
}
