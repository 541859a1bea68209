import { readProduct, rowsOf } from "../../ometria/reads.ts";
import { NO_PRODUCT } from "../../records/ometria_order.ts";
import { entryOf, SkuIndex } from "../../stages/transforms/sku_match_index.ts";
import { isStatus } from "./access.ts";
import type { Bench } from "./bench.ts";
import { type Finding, ok, skipped, warn } from "./finding.ts";
import type { SampledLine } from "./sample.ts";
import { plural } from "../../definition/wording.ts";

/** Products that are looked for one by one, and pages of the catalogue that are read. */
const productsTried = 12;
const pagesRead = 4;
const rowsPerPage = 250;

/** Share of lines from which on the match is good enough. */
const good = 0.98;

/** Ways of naming products, as the option `by` of `sku-match` calls them. */
const ways = ["sku", "product-id", "catalogue"] as const;

/** One of them. */
export type Way = (typeof ways)[number];

/** How many lines were looked at, and for how many of them Ometria has the product. */
export interface Match {
  readonly lines: number;
  readonly found: number;
}

/**
 * For how many of the latest lines Ometria has the product that they name. Where that is few, the other ways of
 * naming products are tried on the same lines.
 */
export async function checkProducts(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "products";
  const { orders } = await bench.sample(signal);
  const lines = orders.flatMap((order) => order.lines);
  if (lines.length === 0) return [skipped(check, "There is no order line yet to look for")];
  const by = bench.options("sku-match")["by"] ?? "product-id";
  const way: Way = ways.find((one) => one === by) ?? "sku";
  const catalogue = new CatalogueHead(bench);
  const match = await matchOf(way, lines, { bench, catalogue, signal });
  const part = way === "catalogue" && !catalogue.whole
    ? `, in the first ${plural(catalogue.read, "product")} of the catalogue`
    : "";
  const text = `Ometria has the product of ${match.found} of ${
    plural(match.lines, "line")
  } (by: ${way})${part}`;
  if (match.found >= match.lines * good) return [ok(check, text)];
  if (part !== "") {
    return [
      ok(check, `${text}; the whole catalogue is read before the first order`),
    ];
  }
  const better = await betterWay(way, match, { lines, bench, catalogue, signal });
  return [
    warn(
      check,
      text,
      better === undefined
        ? "Compare a line with the product's id at Ometria. Orders are stored all the same, but as “unknown product”"
        : `Set by: ${better.way} for sku-match: it finds ${better.match.found} of ${
          plural(better.match.lines, "line")
        }`,
    ),
  ];
}

/**
 * How well each way of naming products does on the latest orders, for somebody who has yet to choose; best first.
 * Empty while there is no order to look at.
 */
export async function compareWays(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly { readonly way: Way; readonly match: Match }[]> {
  const { orders } = await bench.sample(signal);
  const lines = orders.flatMap((order) => order.lines);
  if (lines.length === 0) return [];
  const catalogue = new CatalogueHead(bench);
  const found: { readonly way: Way; readonly match: Match }[] = [];
  for (const way of ways) {
    found.push({ way, match: await matchOf(way, lines, { bench, catalogue, signal }) });
  }
  return found.toSorted((a, b) => share(b.match) - share(a.match));
}

interface Matching {
  readonly bench: Bench;
  readonly catalogue: CatalogueHead;
  readonly signal: AbortSignal;
}

async function betterWay(
  way: Way,
  match: Match,
  { lines, ...matching }: Matching & { readonly lines: readonly SampledLine[] },
): Promise<{ readonly way: Way; readonly match: Match } | undefined> {
  const others: { readonly way: Way; readonly match: Match }[] = [];
  for (const other of ways.filter((one) => one !== way)) {
    others.push({ way: other, match: await matchOf(other, lines, matching) });
  }
  const best = others.toSorted((a, b) => share(b.match) - share(a.match)).at(0);
  return best !== undefined && share(best.match) > share(match) + 0.1 ? best : undefined;
}

async function matchOf(
  way: Way,
  lines: readonly SampledLine[],
  { bench, catalogue, signal }: Matching,
): Promise<Match> {
  if (way === "catalogue") {
    const index = await catalogue.index(signal);
    const found = lines.filter(({ sku = "" }) => index.find(sku) !== undefined).length;
    return { lines: lines.length, found };
  }
  const configured = (bench.options("sku-match")["by"] ?? "product-id") === way;
  const ids = lines.map((line) => {
    if (configured) return line.productId;
    return (way === "sku" ? line.sku : line.sitooId) ?? NO_PRODUCT;
  });
  const often = [...Map.groupBy(ids, (id) => id)].toSorted(([, a], [, b]) => b.length - a.length);
  let [seen, found] = [0, 0];
  for (const [id, same] of often.slice(0, productsTried)) {
    seen += same.length;
    if (id === NO_PRODUCT) continue;
    const answer = await bench.probe.ometria(`/products/${encodeURIComponent(id)}`, signal);
    if (isStatus(answer, 200)) found += same.length;
  }
  return { lines: seen, found };
}

function share({ lines, found }: Match): number {
  return lines === 0 ? 0 : found / lines;
}

/** The first pages of Ometria's catalogue, by SKU; read once. */
class CatalogueHead {
  readonly #bench: Bench;
  #index: SkuIndex | undefined;
  #read = 0;
  #whole = false;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Products that were read. */
  get read(): number {
    return this.#read;
  }

  /** Whether that is all there are. */
  get whole(): boolean {
    return this.#whole;
  }

  async index(signal: AbortSignal): Promise<SkuIndex> {
    if (this.#index !== undefined) return this.#index;
    const index = new SkuIndex();
    for (let page = 0; page < pagesRead && !this.#whole; page++) {
      const path = `/products?limit=${rowsPerPage}&offset=${this.#read}&includeVariants=true`;
      const answer = await this.#bench.probe.ometria(path, signal);
      if (answer.kind === "none" || answer.status !== 200) break;
      const rows = rowsOf(answer.body) ?? [];
      for (const row of rows) {
        const product = readProduct(row);
        const entry = product === undefined ? undefined : entryOf(product);
        if (entry !== undefined) index.add(entry);
      }
      this.#read += rows.length;
      this.#whole = rows.length < rowsPerPage;
    }
    return this.#index = index;
  }
}
