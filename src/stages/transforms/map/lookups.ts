import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../../http/error.ts";
import type { SitooApi, SitooSiteSettings } from "../../../sitoo/api.ts";
import { isZone } from "./dates.ts";

const logger = getLogger(["tillpipe", "map"]);

/** ms that what was read stays good. */
const freshFor = 3_600_000;
/** ms between two tries, when what is known is old but enough. */
const retryEvery = 300_000;

/** What look-ups need. */
export interface LookupServices {
  readonly sitoo: Pick<SitooApi, "stores" | "warehouses" | "siteSettings">;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A store, as far as orders name it. */
export interface StoreNames {
  readonly externalId?: string;
  readonly name: string;
}

/** Stores by warehouse, read when an order does not name its store itself, and kept for an hour. */
export class StoreLookup {
  readonly #services: LookupServices;
  #byWarehouse: ReadonlyMap<number, StoreNames> | undefined;
  #readAt = 0;
  #triedAt = 0;

  constructor(services: LookupServices) {
    this.#services = services;
  }

  /**
   * Makes these warehouses known, as far as Sitoo has them. Without the right to read stores there are
   * none; any other failure throws, unless what was read before will do.
   *
   * @throws {ApiError}
   */
  async prepare(warehouses: ReadonlySet<number>, signal: AbortSignal): Promise<void> {
    if (warehouses.size === 0 || !this.#isDue(warehouses)) return;
    const now = this.#services.now();
    this.#triedAt = now;
    try {
      this.#byWarehouse = await readStores(this.#services.sitoo, signal);
      this.#readAt = now;
    } catch (error) {
      if (isForbidden(error)) {
        logger.warn("Sitoo does not let stores be read: orders that name none go without", {
          status: error.status,
        });
        this.#byWarehouse = new Map();
        this.#readAt = now;
      } else if (this.#byWarehouse === undefined || !(error instanceof ApiError)) throw error;
      else logger.warn("Cannot read stores again: using those known", { reason: error.message });
    }
  }

  of(warehouse: number | undefined): StoreNames | undefined {
    return warehouse === undefined ? undefined : this.#byWarehouse?.get(warehouse);
  }

  /** A warehouse not known yet is looked for at once, but not with every order. */
  #isDue(warehouses: ReadonlySet<number>): boolean {
    const known = this.#byWarehouse;
    if (known === undefined) return true;
    const now = this.#services.now();
    if (now - this.#triedAt < retryEvery) return false;
    return now - this.#readAt >= freshFor || [...warehouses].some((id) => !known.has(id));
  }
}

async function readStores(
  sitoo: LookupServices["sitoo"],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, StoreNames>> {
  // One after the other: Sitoo takes one request at a time.
  const stores = new Map<number, StoreNames>();
  for (const store of await sitoo.stores(signal)) {
    const externalId = store.externalid?.trim();
    stores.set(store.storeid, {
      name: store.name.trim(),
      ...(externalId === undefined ? {} : { externalId }),
    });
  }
  const found = new Map<number, StoreNames>();
  for (const { warehouseid, storeid } of await sitoo.warehouses(signal)) {
    const store = storeid === undefined ? undefined : stores.get(storeid);
    if (store !== undefined) found.set(warehouseid, store);
  }
  return found;
}

/** Settings of sites, read when an order lacks its currency or time zone, and kept for an hour. */
export class SiteLookup {
  readonly #services: LookupServices;
  readonly #sites = new Map<
    number,
    { readonly settings: SitooSiteSettings; readonly at: number }
  >();

  constructor(services: LookupServices) {
    this.#services = services;
  }

  /**
   * Makes these sites known. Without the right to read settings they have none.
   *
   * @throws {ApiError}
   */
  async prepare(sites: Iterable<number>, signal: AbortSignal): Promise<void> {
    for (const site of sites) {
      const known = this.#sites.get(site);
      const now = this.#services.now();
      if (known !== undefined && now - known.at < freshFor) continue;
      const settings = await this.#read(site, signal) ?? known?.settings ?? { eshopid: site };
      this.#sites.set(site, { settings, at: now });
    }
  }

  currency(site: number): string | undefined {
    return this.#sites.get(site)?.settings.currencycode?.trim().toUpperCase();
  }

  timezone(site: number): string | undefined {
    const zone = this.#sites.get(site)?.settings.timezone;
    return zone !== undefined && isZone(zone) ? zone : undefined;
  }

  async #read(site: number, signal: AbortSignal): Promise<SitooSiteSettings | undefined> {
    try {
      return await this.#services.sitoo.siteSettings(site, signal);
    } catch (error) {
      if (isForbidden(error)) return undefined;
      if (!(error instanceof ApiError) || !this.#sites.has(site)) throw error;
      logger.warn("Cannot read a site's settings again: using those known", {
        site,
        reason: error.message,
      });
      return undefined;
    }
  }
}

/** The key works, but not for this: waiting would change nothing. A 401 says that the key is wrong. */
function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 403 || error.kind === "refused");
}
