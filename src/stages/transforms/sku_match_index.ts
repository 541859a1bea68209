import type { CatalogueProduct } from "../../ometria/api.ts";

/** Which product, and which variant of it, a SKU belongs to at Ometria. */
export interface ProductMatch {
  readonly product: string;
  readonly variant?: string;
}

/** A SKU with its match, as it is kept: short, since there may be hundreds of thousands. */
export type CatalogueEntry = readonly [sku: string, product: string, variant?: string];

/** The entry of a product, or `undefined` when it has no SKU. */
export function entryOf(product: CatalogueProduct): CatalogueEntry | undefined {
  const sku = product.sku ?? "";
  if (sku === "") return undefined;
  // A variant that names no parent stands for itself.
  return product.variant ? [sku, product.parent ?? product.id, product.id] : [sku, product.id];
}

/** SKUs of a catalogue. Looks as it is written first, then trimmed and in upper case. */
export class SkuIndex {
  readonly #exact = new Map<string, ProductMatch>();
  readonly #folded = new Map<string, ProductMatch>();

  /** How many SKUs it knows. */
  get size(): number {
    return this.#exact.size;
  }

  /** Of several products with one SKU, a variant counts before a parent, else the first. */
  add([sku, product, variant]: CatalogueEntry): void {
    const match = variant === undefined ? { product } : { product, variant };
    keepBetter(this.#exact, sku, match);
    const folded = fold(sku);
    if (folded !== sku) keepBetter(this.#folded, folded, match);
  }

  find(sku: string): ProductMatch | undefined {
    const folded = fold(sku);
    return this.#exact.get(sku) ?? this.#exact.get(folded) ?? this.#folded.get(folded);
  }
}

function keepBetter(index: Map<string, ProductMatch>, key: string, match: ProductMatch): void {
  const known = index.get(key);
  if (known === undefined || (known.variant === undefined && match.variant !== undefined)) {
    index.set(key, match);
  }
}

function fold(sku: string): string {
  return sku.trim().toUpperCase();
}
