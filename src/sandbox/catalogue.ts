import { at } from "./random.ts";

/** A Sitoo site (`eshopid`) of the sandbox account. */
export interface Site {
  readonly eshopid: number;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  /** The deprecated GUID, with which Sitoo answers nothing. */
  readonly siteid: string;
  readonly stores: readonly Store[];
}

/** A shop with its warehouse and tills. */
export interface Store {
  readonly storeid: number;
  readonly eshopid: number;
  readonly name: string;
  readonly externalid: string;
  readonly warehouseid: number;
  readonly countryid: string;
  readonly registers: readonly Register[];
}

/** A till. */
export interface Register {
  /** GUID with braces. */
  readonly registerid: string;
  /** Receipt ids are this key followed by the receipt's number. */
  readonly registerkey: string;
}

/** What can be bought: one variant, with its own SKU and Sitoo product id. */
export interface Variant {
  readonly productid: number;
  readonly parentid: number;
  readonly parentSku: string;
  readonly sku: string;
  readonly name: string;
  readonly group: string;
  readonly color: string;
  readonly size: string;
  /** Variant text as on a line: `Color: Red, Size: M`. */
  readonly attributes: string;
  /** VAT in per cent in Sweden. */
  readonly vatRate: number;
  /** Price incl. VAT, minor units. */
  readonly price: number;
}

/** A campaign code. */
export interface Voucher {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly percent: number;
}

interface ProductSeed {
  readonly sku: string;
  readonly name: string;
  readonly group: string;
  readonly price: number;
  readonly vat: number;
  readonly colors: readonly string[];
  readonly sizes: readonly string[];
}

const LETTERS: readonly string[] = ["XS", "S", "M", "L", "XL"];
const WAISTS: readonly string[] = ["28", "30", "32", "34", "36"];
const ONE: readonly string[] = ["OS"];

const PRODUCTS: readonly ProductSeed[] = [
  seed("TEE", "Tee", "Tops", 24900, 25, ["Red", "White", "Black", "Navy"], LETTERS),
  seed("SHIRT", "Oxford shirt", "Tops", 69900, 25, ["White", "Blue"], LETTERS),
  seed("JEANS", "Jeans", "Trousers", 89900, 25, ["Blue", "Black"], WAISTS),
  seed("CHINO", "Chinos", "Trousers", 74900, 25, ["Sand", "Olive"], WAISTS),
  seed("DRESS", "Dress", "Dresses", 59900, 25, ["Floral", "Green"], LETTERS),
  seed("KNIT", "Lambswool jumper", "Knitwear", 99900, 25, ["Grey", "Moss", "Navy"], LETTERS),
  seed("COAT", "Wool coat", "Outerwear", 249900, 25, ["Camel", "Black"], LETTERS),
  seed("CAP", "Cap", "Accessories", 14900, 25, ["Navy", "Green"], ONE),
  seed("SOCKS", "Socks", "Accessories", 7950, 25, ["Grey", "Red"], ["36-40", "41-45"]),
  seed("MUG", "Mug", "Home", 5900, 25, ["White", "Blue"], ONE),
  seed("TOTE", "Tote bag", "Accessories", 12900, 25, ["Black", "Natural"], ONE),
  seed("TEA", "Tea, 100 g", "Food", 8900, 12, ["Green", "Black"], ONE),
  seed("CHOC", "Chocolate bar", "Food", 4550, 12, ["Dark", "Milk"], ONE),
  seed("BOOK-CARE", "Care guide (book)", "Books", 7900, 6, ["Print"], ONE),
  seed("BOOK-KNIT", "Knitting, a beginner's book", "Books", 22900, 6, ["Print"], ONE),
];

/** Every variant of the catalogue, by ascending product id. */
export const variants: readonly Variant[] = makeVariants();

/** What a line names that sells a gift card; its price is chosen at the till. */
export const giftCard: Variant = {
  productid: 8700,
  parentid: 8700,
  parentSku: "GIFTCARD",
  sku: "GIFTCARD",
  name: "Gift card",
  group: "Gift Card",
  color: "",
  size: "",
  attributes: "",
  vatRate: 0,
  price: 10_000,
};

/** The campaigns that lower prices. */
export const vouchers: readonly Voucher[] = [
  { id: 31, code: "AUTUMN20", name: "Autumn", percent: 20 },
  { id: 32, code: "WELCOME10", name: "Welcome", percent: 10 },
  { id: 33, code: "STAFF35", name: "Friends & family", percent: 35 },
];

/** The sites of the account: two in Sweden, one in Britain. */
export const sites: readonly Site[] = [
  site(1, "Example Outfitters", "SEK", "Europe/Stockholm", [
    store(1, 1, "Example Harbour", "S-001", "SE", 3),
    store(2, 1, "Example Square", "S-002", "SE", 2),
    store(3, 1, "Example Mall", "S-014", "SE", 4),
  ]),
  site(2, "Example Home", "SEK", "Europe/Stockholm", [
    store(4, 2, "Home & Garden, North", "S-021", "SE", 2),
    store(5, 2, "Home & Garden, South", "S-022", "SE", 1),
  ]),
  site(3, "Example Outfitters UK", "GBP", "Europe/London", [
    store(6, 3, "Example Lane", "S-031", "GB", 2),
  ]),
];

/** Every shop of every site. */
export const stores: readonly Store[] = sites.flatMap((one) => one.stores);

/** VAT of a variant on a site, per cent: Britain has one rate and none on food and books. */
export function vatRateOn(site: Site, variant: Variant): number {
  if (site.currency !== "GBP") return variant.vatRate;
  return variant.vatRate === 25 ? 20 : 0;
}

/** Price of a variant on a site, incl. VAT, minor units. */
export function priceOn(site: Site, variant: Variant): number {
  return site.currency === "GBP"
    ? Math.max(100, Math.round(variant.price / 1300) * 100)
    : variant.price;
}

function seed(
  sku: string,
  name: string,
  group: string,
  price: number,
  vat: number,
  colors: readonly string[],
  sizes: readonly string[],
): ProductSeed {
  return { sku, name, group, price, vat, colors, sizes };
}

function makeVariants(): Variant[] {
  const all: Variant[] = [];
  let productid = 8801;
  for (const product of PRODUCTS) {
    const parentid = productid;
    for (const color of product.colors) {
      for (const size of product.sizes) {
        all.push({
          productid: productid++,
          parentid,
          parentSku: product.sku,
          sku: `${product.sku}-${color.toUpperCase()}-${size}`,
          name: product.name,
          group: product.group,
          color,
          size,
          attributes: size === "OS" ? `Color: ${color}` : `Color: ${color}, Size: ${size}`,
          vatRate: product.vat,
          price: product.price,
        });
      }
    }
  }
  return all;
}

function site(
  eshopid: number,
  name: string,
  currency: string,
  timezone: string,
  list: readonly Store[],
): Site {
  const siteid = `{${hex(eshopid * 7919, 8)}-0000-4000-8000-00000000000${eshopid}}`;
  return { eshopid, name, currency, timezone, siteid, stores: list };
}

function store(
  storeid: number,
  eshopid: number,
  name: string,
  externalid: string,
  countryid: string,
  tills: number,
): Store {
  const registers: Register[] = [];
  for (let till = 1; till <= tills; till++) {
    const number = storeid * 10 + till;
    registers.push({
      registerid: `{${hex(number * 104729, 8)}-5B1E-4C37-9F60-2E8A13B5D9${hex(number, 2)}}`,
      registerkey: `SII00000047110${number < 10 ? "0" : ""}${number}`,
    });
  }
  return { storeid, eshopid, name, externalid, warehouseid: storeid + 2, countryid, registers };
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0").slice(-digits);
}

/** The site with an `eshopid`; throws `RangeError` when there is none. */
export function siteById(eshopid: number): Site {
  return at(sites, sites.findIndex((one) => one.eshopid === eshopid));
}
