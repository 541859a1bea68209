import type { OrderBook } from "./book.ts";
import { giftCard, sites, stores, variants } from "./catalogue.ts";
import { formatMinor, netOf } from "./money.ts";
import { OrderLister } from "./sitoo_list.ts";
import { QueryError, readQuery } from "./sitoo_query.ts";
import { type Handler, hasBasic, json } from "./web.ts";
import { DEFAULT_FIELDS, rowMaker, wholeOrder } from "./wire.ts";

/** What the fake Sitoo is made from. */
export interface SitooOptions {
  readonly book: OrderBook;
  readonly accountId: number;
  readonly apiId: string;
  readonly apiKey: string;
  /** Waits before each answer, while the account's one slot is taken. */
  readonly wait: () => Promise<void>;
  /** How many order rows were read. */
  readonly onRows: (count: number) => void;
  /** Whether the API user may read settings; otherwise 403. */
  readonly settingsAllowed: () => boolean;
  /** Orders whose lines cannot be read: every page with one of them is answered 500. */
  readonly broken: ReadonlySet<number>;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A fake of Sitoo's REST API v2, as far as orders and what explains them go. Read only. */
export function sitooHandler(options: SitooOptions): Handler {
  const lister = new OrderLister(options.book);
  const makers = new Map<string, ReturnType<typeof rowMaker>>();
  const prefix = `/v2/accounts/${options.accountId}/`;

  function listOrders(params: URLSearchParams, site?: number): Response {
    const query = readQuery(params, site);
    const { total, orders } = lister.list(query);
    const names = query.fields ?? DEFAULT_FIELDS;
    const key = names.join();
    const toRow = makers.get(key) ?? rowMaker(names);
    makers.set(key, toRow);
    if (names.includes("orderitems") && orders.some(({ id }) => options.broken.has(id))) {
      return error(500, "Internal error");
    }
    options.onRows(orders.length);
    return json({ totalcount: total, items: orders.map(toRow) });
  }

  function answer(path: string, params: URLSearchParams): Response {
    const parts = path.slice(prefix.length).replace(/\.json$/, "").split("/");
    if (parts[0] === "sites" && parts.length > 2) {
      if (!/^\d+$/.test(parts[1] ?? "")) return json({ totalcount: 0, items: [] });
      return siteAnswer(parts.slice(2), Number(parts[1]), params);
    }
    if (parts.length !== 1) return notFound();
    switch (parts[0]) {
      case "orders":
        return listOrders(params);
      case "sites":
        return page(siteRows(), params);
      case "stores":
        return page(storeRows(), params);
      case "warehouses":
        return page(warehouseRows(), params);
      case "cashregisters":
        return page(registerRows(), params);
      default:
        return notFound();
    }
  }

  function siteAnswer(
    parts: readonly string[],
    eshopid: number,
    params: URLSearchParams,
  ): Response {
    const site = sites.find((one) => one.eshopid === eshopid);
    if (site === undefined) return error(404, "Site not found");
    const [name, id] = parts;
    if (name === "orders" && parts.length === 1) return listOrders(params, eshopid);
    if (name === "orders" && parts.length === 2) {
      const order = options.book.byId(Number(id));
      if (order === undefined || order.site !== site) return error(404, "Order not found");
      options.onRows(1);
      return json(wholeOrder(order));
    }
    if (parts.length !== 1) return notFound();
    switch (name) {
      case "settings":
        return options.settingsAllowed() ? json(settingsOf(site)) : error(403, "Forbidden");
      case "stores":
        return page(storeRows().filter((row) => row["eshopid"] === eshopid), params);
      case "products":
        return page(productRows(params), params);
      case "users":
        return page([], params);
      default:
        return notFound();
    }
  }

  return async function handleSitoo(request, { path, url }): Promise<Response> {
    if (!hasBasic(request, options.apiId, options.apiKey)) return error(401, "Unauthorized");
    try {
      await options.wait();
      if (!path.startsWith(prefix)) return notFound();
      if (request.method !== "GET") return error(403, "Not allowed");
      return answer(path, url.searchParams);
    } catch (failure) {
      if (failure instanceof QueryError) return error(400, failure.message);
      throw failure;
    }
  };
}

/** Lets one request in at a time; a second one is refused with 429, whoever sends it. */
export function oneAtATime(onTooMany: () => void): () => (() => void) | Response {
  let busy = false;
  return function enter(): (() => void) | Response {
    if (busy) {
      onTooMany();
      return error(429, "Too many connections");
    }
    busy = true;
    return () => {
      busy = false;
    };
  };
}

function error(statuscode: number, errortext: string): Response {
  return json({ statuscode, errortext }, statuscode);
}

function notFound(): Response {
  return error(404, "Not found");
}

/** A page of a short list: ten rows unless `num` asks for more. */
function page(rows: Rows, params: URLSearchParams): Response {
  const { start, num } = readQuery(
    new URLSearchParams([...params].filter(([name]) => name === "start" || name === "num")),
  );
  return json({ totalcount: rows.length, items: rows.slice(start, start + num) });
}

function siteRows(): Rows {
  return sites.map((site) => ({
    siteid: site.siteid,
    protocol: "https",
    server: "www.example.com",
    abspath: `/${site.eshopid}`,
    siteurl: `https://www.example.com/${site.eshopid}`,
    eshopid: site.eshopid,
  }));
}

function settingsOf(site: (typeof sites)[number]): Record<string, unknown> {
  return {
    eshopid: site.eshopid,
    eshopname: site.name,
    eshoptype: 10,
    currencycode: site.currency,
    timezone: site.timezone,
    pricesstoredwithvat: true,
    doroundoff: site.currency === "SEK",
    numdaysreserved: 3,
  };
}

function storeRows(): Rows {
  return stores.map((store) => ({
    storeid: store.storeid,
    eshopid: store.eshopid,
    storetype: 10,
    name: store.name,
    externalid: store.externalid,
    externalgroupid: null,
    phone: "",
    email: "",
    countryid: store.countryid,
    tags: [],
    additional_data: null,
  }));
}

function warehouseRows(): Rows {
  const virtual = {
    warehouseid: 1,
    warehousetype: 20,
    storeid: null,
    sellable: true,
    currencycode: "SEK",
    name: "Central",
    externalid: null,
  };
  return [
    virtual,
    ...stores.map((store) => ({
      warehouseid: store.warehouseid,
      warehousetype: 10,
      storeid: store.storeid,
      sellable: true,
      currencycode: store.countryid === "GB" ? "GBP" : "SEK",
      name: store.name,
      externalid: store.externalid,
    })),
  ];
}

function registerRows(): Rows {
  return stores.flatMap((store) =>
    store.registers.map((register) => ({
      ...register,
      manufacturerid: null,
      company: store.name,
      companyid: "",
      currencycode: store.countryid === "GB" ? "GBP" : "SEK",
      receiptlanguagetag: store.countryid === "GB" ? "en-GB" : "sv-SE",
      warehouseid: store.warehouseid,
      storesettingid: 1,
    }))
  );
}

function productRows(params: URLSearchParams): Rows {
  const skus = params.getAll("sku").at(-1)?.split(",");
  return [giftCard, ...variants].filter((variant) =>
    skus === undefined || skus.includes(variant.sku)
  )
    .map((variant) => ({
      productid: variant.productid,
      sku: variant.sku,
      title: variant.name,
      active: true,
      activepos: true,
      barcode: null,
      barcodealiases: [],
      variantparentid: variant.parentid,
      vatvalue: variant.vatRate,
      moneyprice: formatMinor(netOf(variant.price, variant.vatRate)),
      variant: [{ name: "Color", value: variant.color }, { name: "Size", value: variant.size }],
    }));
}
