import * as z from "zod";
import { start } from "../lib/child.ts";
import { type Sample, scaled, type Scenario } from "../lib/scenario.ts";
import { quantile } from "../lib/stats.ts";

const result = z.object({
  pages: z.array(z.object({
    path: z.string(),
    accept: z.string(),
    ms: z.array(z.number()).min(1),
    cpu: z.number(),
    rows: z.number(),
  })).min(1),
  fillSeconds: z.number(),
  store: z.number(),
});
type Pages = z.infer<typeof result>["pages"];

/** How often each page is asked for; the first time counts like every other. */
const times = 30;

/**
 * Every page of the operator on a full store, from the request to the last byte, without the network: as many orders
 * as `--orders` says, a tenth of a million of them dead, receipts, odd events, refunds, and a full inbox.
 */
export const pages: Scenario = {
  name: "pages",
  summary: "Every page of the operator on a store with very many orders",
  figures: {
    median: { title: "Operator's pages: median of all answers", unit: "ms", better: "less" },
    slowest: {
      title: "… slowest page, 99 of 100 answers within",
      unit: "ms",
      better: "less",
      target: 200,
    },
    cpu: { title: "… slowest page, processor for an answer", unit: "ms", better: "less" },
    rows: { title: "… rows that a page reads of the store, at most", unit: "", better: "less" },
    store: { title: "… store", unit: "MB", better: "less" },
  },

  async run(tree, context): Promise<readonly Sample[]> {
    const orders = context.orders ?? scaled(200_000, context, 20_000);
    const dead = Math.min(100_000, Math.floor(orders / 10));
    const child = start({
      args: [
        ..."run -q -P=bench bench/processes/pages.ts".split(" "),
        ...[`${orders}`, `${dead}`, `${context.folder}/pages.sqlite3`, `${times}`],
      ],
      cwd: tree,
    });
    const { pages, store } = result.parse(JSON.parse(await child.firstLine));
    await child.ended;
    const all = pages.flatMap(({ ms }) => ms).toSorted((left, right) => left - right);
    return [
      { figure: "median", value: quantile(all, 0.5) },
      { figure: "slowest", value: Math.max(...pages.map((page) => within(page, 0.99))) },
      { figure: "cpu", value: Math.max(...pages.map((page) => page.cpu)) },
      { figure: "rows", value: Math.max(...pages.map((page) => page.rows)) },
      { figure: "store", value: store },
    ];
  },
};

function within({ ms }: Pages[number], share: number): number {
  return quantile(ms.toSorted((left, right) => left - right), share);
}
