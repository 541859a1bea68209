import type { ProductMatchRow } from "../store/rows.ts";
import { plural } from "./figures.ts";

/** SKUs that are shown; the status in JSON has all that are kept. */
const SHOWN_SKUS = 10;

/**
 * How the lines of a day matched Ometria's products, in a line, and in another which SKUs did not; nothing where
 * none were looked up. The share is rounded down, so that 100 % means all.
 */
export function productsText(products: ProductMatchRow | null): readonly string[] {
  if (products === null || products.matched + products.missed === 0) return [];
  const { day, matched, missed, unmatched } = products;
  const lines = matched + missed;
  const share = `${(Math.floor(matched / lines * 1000) / 10).toFixed(1)} %`;
  const first = `Products: ${share} of ${plural(lines, "line")} of ${day} ${
    lines === 1 ? "is" : "are"
  } in Ometria's catalogue`;
  if (unmatched.length === 0) return [first];
  const shown = unmatched.slice(0, SHOWN_SKUS).join(", ");
  return [first, `Not there: ${shown}${unmatched.length > SHOWN_SKUS ? ", …" : ""}`];
}
