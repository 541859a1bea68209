import fc from "fast-check";
import { Decimal, minorDigits } from "../../../records/money.ts";
import {
  type MappedOrder,
  mappedOrderType,
  type OmetriaOrder,
} from "../../../records/ometria_order.ts";
import { ometriaOrderSchema } from "../../../records/ometria_order_schema.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import { anyLinks, anyMapOptions, anySitooOrder } from "./arbitrary_testing.ts";
import { type MapTestOptions, verdictOf } from "./testing.ts";

interface Case {
  readonly order: SitooOrder;
  readonly run: MapTestOptions;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  order: anySitooOrder,
  options: anyMapOptions,
  delivered: fc.boolean(),
  links: fc.oneof(fc.constant([]), anyLinks),
}).map(({ order, options, delivered, links }) => ({
  order,
  run: { options, facts: { delivered, links } },
}));

/** What goes through for a case, if anything does. */
async function mapped({ order, run }: Case): Promise<MappedOrder | undefined> {
  const verdict = await verdictOf(order, run);
  if (verdict.kind !== "pass") return undefined;
  assert(mappedOrderType.is(verdict.record));
  return verdict.record;
}

function recordsOf(record: MappedOrder | undefined): readonly OmetriaOrder[] {
  if (record === undefined) return [];
  return record.unlinkedReturn === undefined
    ? [record.order]
    : [record.order, record.unlinkedReturn];
}

function decimal(value: number | undefined): Decimal {
  return value === undefined ? Decimal.zero : Decimal.parse(value);
}

function sumOf(values: readonly (number | undefined)[]): Decimal {
  return Decimal.sum(values.map(decimal));
}

function same(left: Decimal, right: Decimal, what: string): void {
  assert(left.equals(right), `${what}: ${left} is not ${right}`);
}

/** A law that every record of every case has to keep. */
async function holds(
  law: (record: OmetriaOrder, mapped: MappedOrder, given: Case) => void,
): Promise<void> {
  let records = 0;
  await fc.assert(
    fc.asyncProperty(anyCase, async (given) => {
      const found = await mapped(given);
      for (const record of recordsOf(found)) {
        records++;
        if (found !== undefined) law(record, found, given);
      }
    }),
    { numRuns: 400 },
  );
  assert(records > 100, "the cases hardly ever give a record");
}

Deno.test("every record adds up: grand_total is subtotal + tax + shipping", async () => {
  await holds((record) =>
    same(
      sumOf([record.subtotal, record.tax, record.shipping]),
      decimal(record.grand_total),
      "sum",
    )
  );
});

Deno.test("every line adds up: total is subtotal + tax", async () => {
  await holds((record) => {
    for (const line of record.lineitems) {
      same(sumOf([line.subtotal, line.tax]), decimal(line.total), "line");
    }
  });
});

Deno.test("every record's lines, fees and rounding explain its grand total", async () => {
  await holds((record, { unlinkedReturn }, { order }) => {
    const digits = minorDigits(record.currency);
    const gross = (net: string, vat: string): Decimal =>
      Decimal.parse(net).plus(Decimal.parse(vat)).round(digits);
    const part = record === unlinkedReturn;
    const { rounding, other_fees, order_discount } = record.properties ?? {};
    const lines = sumOf(record.lineitems.map((line) => line.total));
    if (part) return;
    // Fees stand net in the properties, so only whole orders without other lines are compared here.
    if (other_fees !== undefined || order_discount !== undefined) return;
    const explained = Decimal.sum([
      lines,
      gross(order.moneydelivery_net, order.moneydelivery_vat),
      gross(order.moneycheckout_net, order.moneycheckout_vat),
      salesTaxOf(order, record).round(digits),
      decimal(typeof rounding === "number" ? rounding : undefined),
    ]);
    same(explained, decimal(record.grand_total), "explained");
  });
});

/** The order's sales tax, less that of lines which are not in the record. */
function salesTaxOf(order: SitooOrder, record: OmetriaOrder): Decimal {
  const total = Decimal.parse(order.moneyfinal_salestax);
  if (total.isZero) return total;
  const taxes = order.orderitems.filter((item) => item.orderitemtype === 10)
    .filter((item) => !isIn(item.quantity, record) || isSkippedCard(item.additionaldata, record))
    .flatMap((item) => item.salestaxes.map((tax) => Decimal.parse(tax.moneytax)));
  return total.minus(Decimal.sum(taxes));

  function isSkippedCard(data: Readonly<Record<string, string>>, of: OmetriaOrder): boolean {
    const products = order.orderitems.filter((item) =>
      item.orderitemtype === 10 && isIn(item.quantity, of)
    );
    return data["giftcard-cardnumber"] !== undefined && of.lineitems.length < products.length;
  }
}

/** Lines of a sale are sold ones; a negative order has the returned ones. */
function isIn(quantity: number, record: OmetriaOrder): boolean {
  const negative = record.lineitems.some((line) => line.quantity < 0);
  return negative ? quantity < 0 : quantity >= 0;
}

Deno.test("rounding is never more than 1.00 when amounts need no rounding of ours", async () => {
  await holds((record) => {
    if (minorDigits(record.currency) < 2) return;
    const rounding = record.properties?.rounding;
    if (typeof rounding === "number") assert(Math.abs(rounding) <= 1, String(rounding));
  });
});

Deno.test("what came back never exceeds what was sold", async () => {
  await holds((record) => {
    for (const line of record.lineitems) {
      if (line.quantity_refunded === undefined) continue;
      assert(line.quantity_refunded <= line.quantity);
      assert(decimal(line.refunded).compare(decimal(line.total)) <= 0 || line.total < 0);
      assert(!decimal(line.refunded).isNegative);
    }
  });
});

Deno.test("refunded is said just when every piece is back", async () => {
  await holds((record) => {
    // A negative order, which may have no line left, is always refunded and valid.
    if (record.lineitems.length === 0) return;
    if (record.lineitems.some((line) => line.quantity < 0)) return;
    if (record.status === "cancelled" || record.status === "pending") return;
    const sold = record.lineitems.filter((line) => line.quantity > 0);
    const all = sold.length > 0 &&
      sold.every((line) => line.quantity_refunded === line.quantity);
    assertEquals(record.status === "refunded", all);
    assertEquals(record.is_valid, !all);
  });
});

Deno.test("every amount has the decimals of its currency", async () => {
  await holds((record) => {
    const digits = minorDigits(record.currency);
    const { grand_total, subtotal, tax, shipping, discount = 0 } = record;
    const amounts = [grand_total, subtotal, tax, shipping, discount];
    for (const line of record.lineitems) {
      amounts.push(line.unit_price, line.subtotal, line.tax, line.total, line.discount ?? 0);
    }
    for (const amount of amounts) assert(Decimal.parse(amount).scale <= digits, String(amount));
  });
});

Deno.test("every record fits the schema, with its keys in the schema's order", async () => {
  await holds((record) => {
    assertEquals(JSON.stringify(ometriaOrderSchema.parse(record)), JSON.stringify(record));
  });
});

Deno.test("no record holds null, undefined, an empty text or an empty object", async () => {
  await holds((record) => check(record));

  function check(value: unknown): void {
    assert(value !== null && value !== undefined && value !== "");
    if (typeof value !== "object") return;
    if (!Array.isArray(value)) assert(Object.keys(value).length > 0);
    Object.values(value).forEach(check);
  }
});

Deno.test("the same order gives the same text, whatever was mapped before", async () => {
  await fc.assert(fc.asyncProperty(anyCase, anyCase, async (given, other) => {
    const first = JSON.stringify(await verdictOf(given.order, given.run));
    await verdictOf(other.order, other.run);
    assertEquals(JSON.stringify(await verdictOf(given.order, given.run)), first);
  }));
});

Deno.test("no order makes the stage fail", async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ order, run }) => {
      const verdict = await verdictOf(order, run);
      assert(verdict.kind !== "dead" || verdict.reason === "refund-line-unclear", kindOf(verdict));
    }),
    { numRuns: 400 },
  );

  function kindOf(verdict: unknown): string {
    return JSON.stringify(verdict);
  }
});

Deno.test("sale and return of a mixed order make up Sitoo's total", async () => {
  let split = 0;
  await fc.assert(
    fc.asyncProperty(anySitooOrder, async (order) => {
      const { creditorderid: _original, ...unlinked } = { ...order, currencycode: "SEK" };
      const options = { unlinked_refunds: "negative-order", gift_cards: "send" };
      const found = await mapped({ order: unlinked, run: { options } });
      if (found?.unlinkedReturn === undefined) return;
      split++;
      const both = sumOf([found.order.grand_total, found.unlinkedReturn.grand_total]);
      same(both, Decimal.parse(order.moneytotal_gross_all), "both");
      const tax = sumOf([found.order.tax, found.unlinkedReturn.tax]);
      const sitoo = Decimal.parse(order.moneyfinal_vat)
        .plus(Decimal.parse(order.moneyfinal_salestax));
      same(tax, sitoo, "tax");
    }),
    { numRuns: 300 },
  );
  assert(split > 20, "hardly any order was mixed");
});
