/**
 * Holds `map` against what the sandbox knows of its own orders: it made them, shares no code with the
 * product, and says what must arrive.
 */
import type { RefundLink } from "../../../records/refund_link.ts";
import { Decimal } from "../../../records/money.ts";
import { mappedOrderType, type OmetriaOrder } from "../../../records/ometria_order.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import { OrderBook } from "../../../sandbox/book.ts";
import { stores } from "../../../sandbox/catalogue.ts";
import { History } from "../../../sandbox/history.ts";
import { expectedOf } from "../../../sandbox/truth.ts";
import { rowMaker } from "../../../sandbox/wire.ts";
import type { SitooApi } from "../../../sitoo/api.ts";
import { orderFields } from "../../../sitoo/list_query.ts";
import { decodeOrder } from "../../../sitoo/wire.ts";
import { assert, assertEquals } from "../../../std/assert.ts";
import { ManualClock } from "../../../time/manual_clock.ts";
import type { AnyTransform, Verdict } from "../../contract.ts";
import { TestServices } from "../../testing.ts";
import { map } from "../map.ts";

const signal = new AbortController().signal;

/** Services whose Sitoo has the sandbox's stores. */
class SandboxServices extends TestServices {
  override readonly sitoo: SitooApi = {
    ...new TestServices().sitoo,
    stores: () => Promise.resolve(stores),
    warehouses: () => Promise.resolve(stores.map((store) => ({ ...store, name: store.name }))),
    siteSettings: () => Promise.resolve(undefined),
  };
}

function bookOf(seed: number, now: number): OrderBook {
  const history = new History({
    seed,
    orders: 3000,
    firstId: 50_000,
    refundRate: 0.2,
    start: now - 400 * 86_400_000,
    end: now,
  });
  return new OrderBook({
    history,
    clock: new ManualClock(now),
    random: () => 0.5,
    seed,
    accountId: 4711,
    onEvent: () => {},
  });
}

/** The book's orders as they come over the wire, decoded. */
function ordersOf(book: OrderBook): readonly SitooOrder[] {
  const row = rowMaker(orderFields);
  return Array.from({ length: book.length }, (_, position) => {
    const json: unknown = JSON.parse(JSON.stringify(row(book.order(position))));
    const decoded = decodeOrder(json);
    assert(decoded.ok, JSON.stringify(decoded));
    return decoded.order;
  });
}

async function run(
  stage: AnyTransform,
  orders: readonly SitooOrder[],
  links: ReadonlyMap<number, readonly RefundLink[]>,
): Promise<readonly Verdict<unknown>[]> {
  return await stage.apply(
    orders.map((record) => ({
      record,
      facts: { origin: "history", delivered: false, links: links.get(record.orderid) ?? [] },
    })),
    signal,
  );
}

function linksIn(verdicts: readonly Verdict<unknown>[]): Map<number, RefundLink[]> {
  const found = new Map<number, RefundLink[]>();
  for (const verdict of verdicts) {
    if (verdict.kind !== "pass" && verdict.kind !== "link") continue;
    for (const link of verdict.links ?? []) {
      found.set(link.original, [...found.get(link.original) ?? [], link]);
    }
  }
  return found;
}

/** What the sandbox compares, of a record. */
function gist(order: OmetriaOrder): Record<string, unknown> {
  const refunded = Decimal.sum(
    order.lineitems.map((line) => Decimal.parse(line.refunded ?? 0)),
  );
  return {
    total: order.grand_total,
    refunded: refunded.toNumber(),
    status: order.status,
    store: order.store,
    currency: order.currency,
  };
}

for (const seed of [1, 2, 3]) {
  Deno.test(`map makes of the sandbox's orders what must arrive, seed ${seed}`, async () => {
    const services = new SandboxServices();
    const book = bookOf(seed, services.time);
    const orders = ordersOf(book);
    const stage = map.create({}, services);
    const links = linksIn(await run(stage, orders, new Map()));
    const verdicts = await run(stage, orders, links);
    const kinds = new Set<string>();
    verdicts.forEach((verdict, position) => {
      const order = book.order(position);
      kinds.add(order.kind);
      const expected = expectedOf(book, order);
      if (verdict.kind === "dead") assert(false, `${order.id}: ${verdict.detail}`);
      if (verdict.kind !== "pass") {
        return assertEquals(expected, undefined, `${order.id} is missing`);
      }
      assert(expected !== undefined, `${order.id} is too much`);
      assert(mappedOrderType.is(verdict.record));
      assertEquals(verdict.unusable, undefined);
      assertEquals(gist(verdict.record.order), {
        total: Number(expected.total) / 100,
        refunded: Number(expected.refunded) / 100,
        status: expected.status,
        store: expected.store,
        currency: expected.currency,
      }, String(order.id));
    });
    for (const kind of ["sale", "refund", "unlinked-refund", "mixed", "web", "parked"]) {
      assert(kinds.has(kind), `no ${kind} among the orders`);
    }
  });
}
