import {
  giftCard,
  priceOn,
  type Site,
  type Variant,
  variants,
  vatRateOn,
  vouchers,
} from "./catalogue.ts";
import { netOf, shareOf } from "./money.ts";
import type { LineModel } from "./order_model.ts";
import type { Rng } from "./random.ts";

/** Fills a basket: one to six lines, some of several pieces, some with a discount or a voucher. */
export function makeBasket(rng: Rng, site: Site): LineModel[] {
  const dice = rng.below(100);
  const count = dice < 50 ? 1 : dice < 75 ? 2 : dice < 90 ? 3 : rng.between(4, 6);
  const voucher = rng.chance(0.12) ? rng.pick(vouchers) : undefined;
  const lines: LineModel[] = [];
  const used = new Set<number>();
  for (let n = 0; n < count; n++) {
    const variant = pickVariant(rng, used);
    const quantity = rng.chance(0.8) ? 1 : rng.between(2, 4);
    const unitGross = priceOn(site, variant);
    const full = unitGross * quantity;
    const discounted = voucher !== undefined && rng.chance(0.8);
    const discount = discounted
      ? Math.floor(unitGross * voucher.percent / 100) * quantity
      : freeDiscount(rng, full, n);
    const gross = full - discount;
    const vatRate = vatRateOn(site, variant);
    lines.push({
      variant,
      quantity,
      unitGross,
      discount,
      gross,
      net: netOf(gross, vatRate),
      vatRate,
      ...(discounted ? { voucher } : {}),
    });
  }
  return lines;
}

/** A line that sells a gift card: no VAT, and no money earned until the card is used. */
export function giftCardLine(rng: Rng, site: Site): LineModel {
  const gross = rng.pick([1, 2, 5]) * (site.currency === "GBP" ? 1000 : 10_000);
  return {
    variant: giftCard,
    quantity: 1,
    unitGross: gross,
    discount: 0,
    gross,
    net: gross,
    vatRate: 0,
  };
}

/** Whether a line sells a gift card. */
export function isGiftCard(line: LineModel): boolean {
  return line.variant === giftCard;
}

/** The line that gives back `quantity` pieces of a sale's line, after `already` went back before. */
export function makeReturnLine(
  line: LineModel,
  options: { index: number; already: number; quantity: number; tellsLine: boolean },
): LineModel {
  const { already, quantity } = options;
  const upTo = (pieces: number, amount: number): number =>
    shareOf(amount, pieces, Math.abs(line.quantity));
  const gross = upTo(already + quantity, line.gross) - upTo(already, line.gross);
  const discount = upTo(already + quantity, line.discount) - upTo(already, line.discount);
  return {
    variant: line.variant,
    quantity: -quantity,
    unitGross: line.unitGross,
    discount,
    gross: -gross,
    net: -netOf(gross, line.vatRate),
    vatRate: line.vatRate,
    originalLine: options.index,
    tellsLine: options.tellsLine,
    ...(line.voucher === undefined ? {} : { voucher: line.voucher }),
  };
}

/** The same basket brought back without a receipt: nothing says what it was bought with. */
export function negated(lines: readonly LineModel[]): LineModel[] {
  return lines.map((line) => ({
    ...line,
    quantity: -line.quantity,
    gross: -line.gross,
    net: -line.net,
  }));
}

/** Whether every line has a SKU of its own, so that a return needs no line number. */
export function skusDiffer(lines: readonly LineModel[]): boolean {
  return new Set(lines.map((line) => line.variant.sku)).size === lines.length;
}

function pickVariant(rng: Rng, used: Set<number>): Variant {
  let variant = rng.pick(variants);
  const repeat = rng.chance(0.02);
  for (let tries = 0; tries < 8 && !repeat && used.has(variant.productid); tries++) {
    variant = rng.pick(variants);
  }
  used.add(variant.productid);
  return variant;
}

/** A discount given by hand: a percentage, or a round sum that does not divide by the pieces. */
function freeDiscount(rng: Rng, full: number, position: number): number {
  const dice = rng.below(1000);
  if (dice < 70) return Math.floor(full * rng.pick([5, 10, 15, 25, 50]) / 100);
  if (dice < 90) return Math.min(1000, full);
  return dice < 93 && position > 0 ? full : 0;
}
