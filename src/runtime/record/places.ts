import { ApiError } from "../../http/error.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { PipelineContext } from "../context.ts";

/** What a case says under `sitoo:`, as plain YAML. */
export type PlacesTree = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/**
 * What the stages may look up beside the orders themselves: settings of sites where an order lacks its
 * currency or time zone, warehouse and store where it does not name its store. None of it is about a
 * person. What Sitoo does not let the API user read is left out, as it is for the pipeline.
 */
export async function readPlacesOf(
  { sitoo }: Pick<PipelineContext, "sitoo">,
  orders: readonly SitooOrder[],
  signal: AbortSignal,
): Promise<PlacesTree> {
  const sites = unique(orders.filter(lacksSettings).map((order) => order.eshopid));
  const places = unique(orders.filter(lacksStore).flatMap(({ warehouseid }) => warehouseid ?? []));
  const settings = await Promise.all(
    sites.map((site) => unlessRefused(() => sitoo.siteSettings(site, signal), signal)),
  );
  const all = places.length === 0
    ? []
    : await unlessRefused(() => sitoo.warehouses(signal), signal) ?? [];
  const warehouses = all.filter(({ warehouseid }) => places.includes(warehouseid));
  const storeIds = warehouses.flatMap(({ storeid }) => storeid ?? []);
  const stores = storeIds.length === 0
    ? []
    : (await unlessRefused(() => sitoo.stores(signal), signal) ?? [])
      .filter(({ storeid }) => storeIds.includes(storeid));
  const tree = {
    settings: settings.filter((one) => one !== undefined).map((one) => ({ ...one })),
    warehouses: warehouses.map((one) => ({ ...one })),
    stores: stores.map((one) => ({ ...one })),
  };
  return Object.fromEntries(Object.entries(tree).filter(([, list]) => list.length > 0));
}

function lacksSettings({ currencycode, additionaldata }: SitooOrder): boolean {
  return currencycode === "" || additionaldata["pos-timezone"] === undefined;
}

function lacksStore({ additionaldata }: SitooOrder): boolean {
  return additionaldata["store-externalid"] === undefined ||
    additionaldata["store-name"] === undefined;
}

async function unlessRefused<T>(
  read: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
