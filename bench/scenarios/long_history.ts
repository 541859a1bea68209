import * as z from "zod";
import { start } from "../lib/child.ts";
import { type Sample, scaled, type Scenario } from "../lib/scenario.ts";
import { slope } from "../lib/stats.ts";

const step = z.object({
  orders: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  memory: z.number(),
  store: z.number(),
});
const result = z.object({ steps: z.array(step).min(1) });
type Step = z.infer<typeof step>;

/**
 * History with both fakes in the same process. Memory and processor are those of the fakes, too: it is how they
 * change that counts, from the first 100,000 orders to the last.
 */
export const longHistory: Scenario = {
  name: "millions",
  summary: "History without HTTP, for millions of orders: whether cost and memory stay as they are",
  figures: {
    orders: { title: "History, all in one process", unit: "orders/s", better: "more" },
    first: { title: "… processor, first 100,000", unit: "s/1,000 orders", better: "less" },
    last: { title: "… processor, last 100,000", unit: "s/1,000 orders", better: "less" },
    drift: { title: "… last to first", unit: "%", better: "less", target: 110 },
    peak: { title: "… memory, most", unit: "MB", better: "less" },
    slope: { title: "… memory, rise in the second half", unit: "MB/million", better: "less" },
    store: { title: "… store", unit: "MB/million", better: "less" },
  },

  async run(tree, context): Promise<readonly Sample[]> {
    const orders = context.orders ?? scaled(300_000, context, 2_000);
    const store = `${context.folder}/store.sqlite3`;
    const child = start({
      args: [
        ..."run -q -P=bench bench/processes/long_history.ts".split(" "),
        `${orders}`,
        store,
        `${context.folder}/steps.jsonl`,
      ],
      cwd: tree,
    });
    const { steps } = result.parse(JSON.parse(await child.firstLine));
    await child.ended;
    return figuresOf(steps);
  },
};

/** What the course says. */
export function figuresOf(steps: readonly Step[]): readonly Sample[] {
  const last = steps.at(-1);
  const [first] = steps;
  if (first === undefined || last === undefined) return [];
  const rest = last.orders - first.orders;
  // The last step is the end; the one before it lies 100,000 orders back, or less.
  const before = steps.findLast(({ orders }) => orders <= last.orders - first.orders * 0.9);
  const memory = steps.filter(({ orders }) => orders >= last.orders / 2);
  const cost = first.cpuSeconds / first.orders;
  const lastCost = before === undefined
    ? undefined
    : (last.cpuSeconds - before.cpuSeconds) / (last.orders - before.orders);
  return [
    { figure: "orders", value: last.orders / last.seconds },
    { figure: "first", value: cost * 1_000 },
    ...(lastCost === undefined || rest === 0 ? [] : [
      { figure: "last", value: lastCost * 1_000 },
      { figure: "drift", value: lastCost / cost * 100 },
    ]),
    { figure: "peak", value: Math.max(...steps.map((one) => one.memory)) },
    {
      figure: "slope",
      value: slope(memory.map((one) => [one.orders, one.memory] as const)) * 1e6,
    },
    { figure: "store", value: last.store / last.orders * 1e6 },
  ];
}
