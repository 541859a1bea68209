import * as z from "zod";
import { readStoredOrder, rowsOf } from "../../ometria/reads.ts";
import { isStatus } from "./access.ts";
import type { Bench } from "./bench.ts";
import { fail, type Finding, ok, skipped, warn } from "./finding.ts";
import type { SampledOrder } from "./sample.ts";
import { plural } from "../../definition/wording.ts";

/** Ids that are looked for at Ometria. */
const idsTried = 10;
/** Orders of the account that are compared with those of the till. */
const recent = 250;

/**
 * Whether ids that this pipeline would send, but never delivered, are taken at Ometria: there an order of the same
 * id would be replaced.
 */
export async function checkCollisions(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "namespace";
  const { orders } = await bench.sample(signal);
  if (orders.length === 0) return [skipped(check, "There is no order yet whose id could be taken")];
  const fresh = await undelivered(orders, bench);
  if (fresh.length === 0) {
    return [
      ok(
        check,
        orders.length === 1
          ? "The one order looked at was delivered by this pipeline"
          : `The ${orders.length} orders looked at were delivered by this pipeline`,
      ),
    ];
  }
  const tried = spread(fresh, idsTried);
  const alike: string[] = [];
  const others: string[] = [];
  for (const { id, total, lines } of tried) {
    const answer = await bench.probe.ometria(`/orders/${encodeURIComponent(id)}`, signal);
    if (answer.kind === "none" || answer.status !== 200) continue;
    const stored = readStoredOrder(answer.body);
    const same = stored?.grand_total === total && stored.lines === lines.length;
    (same ? alike : others).push(id);
  }
  if (others.length > 0) {
    return [
      fail(
        check,
        `${others.length} of ${tried.length} ids that this pipeline would send are taken at Ometria by other orders, such as ${
          shown(others)
        }`,
        "Choose another value for the stage namespace before the first order is sent: pushing would replace those orders",
      ),
    ];
  }
  if (alike.length > 0) {
    return [
      warn(
        check,
        `${alike.length} of ${plural(tried.length, "order")} that this store knows nothing of ${
          alike.length === 1 ? "is" : "are"
        } at Ometria under the same ids, with the same totals`,
        "Probably this pipeline sent them from another store or under another label; then they are only updated. If another program did, choose another namespace",
      ),
    ];
  }
  return [
    ok(check, `None of ${tried.length} ids that this pipeline would send is taken at Ometria`),
  ];
}

const row = z.looseObject({
  id: z.union([z.string(), z.number().transform(String)]),
  timestamp: z.string(),
  grand_total: z.union([z.number(), z.string().transform(Number)]),
});

/** Whether the till's orders come to the Ometria account by another way, under other ids. */
export async function checkOtherConnector(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "other-connector";
  const { orders } = await bench.sample(signal);
  if (orders.length === 0) return [skipped(check, "There is no order yet to look for")];
  const answer = await bench.probe.ometria(
    `/orders?limit=${recent}&orderby=timestamp_update`,
    signal,
  );
  const rows = isStatus(answer, 200) && answer.kind === "answer" ? rowsOf(answer.body) ?? [] : [];
  const own = new Set(orders.flatMap(({ id }) => [id, `${id}:return`]));
  const bySale = new Map(orders.map((order) => [saleOf(order.at, order.total), order]));
  const found = rows.flatMap((one): string[] => {
    const parsed = row.safeParse(one);
    if (!parsed.success || own.has(parsed.data.id)) return [];
    const { id, timestamp, grand_total } = parsed.data;
    const same = bySale.get(saleOf(Date.parse(timestamp), grand_total));
    return same === undefined ? [] : [id];
  });
  if (found.length > 0) {
    return [
      fail(
        check,
        `Another program brings these orders to Ometria already: ${found.length} of them are there under other ids, such as ${
          shown(found)
        }`,
        "Have Ometria's own Sitoo connection, or whatever sends them, switched off, and settle what becomes of its orders: else revenue and receipts count twice",
      ),
    ];
  }
  return [
    ok(
      check,
      rows.length === 0
        ? "Ometria has no order yet that could be one of the till's under another id"
        : `Of the ${
          plural(rows.length, "order")
        } that Ometria got last, none is one of the till's under another id`,
    ),
  ];
}

/** Whether ids or account have changed since orders were delivered under this label. */
export async function checkIds({ rows, pipeline }: Bench): Promise<readonly Finding[]> {
  const check = "ids";
  const [known, counters] = [await rows?.account(), await rows?.counters()];
  if (known === undefined || counters === undefined || counters.delivered === 0) return [];
  if (known.ids === (pipeline.transform.ids ?? "")) {
    return [ok(check, `Orders keep the ids that ${counters.delivered} of them have at Ometria`)];
  }
  return [
    fail(
      check,
      `The namespace has changed since ${plural(counters.delivered, "order")} ${
        counters.delivered === 1 ? "was" : "were"
      } delivered: every one would arrive again under a new id`,
      "Put the namespace back as it was, or give the Ometria account another label if it is another account",
    ),
  ];
}

/** Two orders of one second and one amount are one sale. */
function saleOf(at: number, total: number): string {
  return `${Math.floor(at / 1000)} ${total}`;
}

async function undelivered(
  orders: readonly SampledOrder[],
  { rows }: Bench,
): Promise<readonly SampledOrder[]> {
  const ledger = await rows?.ledger(orders.map(({ orderId }) => orderId));
  return orders.filter(({ orderId }) => ledger?.get(orderId)?.acceptedAt === undefined);
}

/** So many of them, from the oldest to the newest. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most);
  const length = Math.min(most, all.length);
  return Array.from({ length }, (_, index) => all[Math.floor(index * step)])
    .flatMap((one) => one === undefined ? [] : [one]);
}

/** An id out of another program may be anything; only plain ones are shown. */
function shown(ids: readonly string[]): string {
  const [id = ""] = ids;
  return /^[\w.:-]{1,64}$/.test(id) ? id : "one with unusual characters";
}
