import { html } from "hono/html";
import { bucketNames, buckets, daysText } from "../../runtime/reconcile/report.ts";
import { count, plural } from "../../server/figures.ts";
import type { Bin } from "./bins.ts";

/** What `html` gives: text that is escaped already. */
export type Markup = ReturnType<typeof html>;

/** Size of a chart in its own units; it is as wide as there is room. */
const width = 720;
const height = 150;
/** Room below the columns for the days. */
const foot = 22;
const widestColumn = 48;
const dayMs = 86_400_000;

/** Columns of orders, one a day (or week, or month), stacked by what became of them; without a script. */
export function chart(name: string, bins: readonly Bin[]): Markup {
  const most = Math.max(1, ...bins.map((bin) => bin.total));
  const step = Math.min(widestColumn, width / Math.max(1, bins.length));
  const gap = step > 4 ? step * 0.2 : 0;
  const columns = bins.map((bin, index) =>
    column(bin, { x: index * step, wide: step - gap, most })
  );
  const unit = unitOf(bins);
  const first = bins[0]?.from ?? "";
  const last = bins.at(-1)?.to ?? "";
  const end = Math.max(90, bins.length * step);
  const label = `${name}: orders by ${unit} and by what became of them, at most ${count(most)}`;
  return html`<svg viewBox="0 0 ${width} ${height + foot}" role="img" aria-label="${label}">
<line class="axis" x1="0" y1="${height}" x2="${width}" y2="${height}"/>
<text class="scale" x="${width}" y="10" text-anchor="end">${count(most)} a ${unit}</text>
${columns}
<text class="scale" x="0" y="${height + 15}">${first}</text>
${
    first === last
      ? ""
      : html`<text class="scale" x="${end}" y="${height + 15}" text-anchor="end">${last}</text>`
  }
</svg>`;
}

/** What a column stands for; the first of the months may be a short one. */
function unitOf(bins: readonly Bin[]): "day" | "week" | "month" {
  const days = Math.max(...bins.map(({ from, to }) => Date.parse(to) - Date.parse(from))) / dayMs;
  return days < 1 ? "day" : days < 7 ? "week" : "month";
}

/** What the colours of the charts mean. */
export function legend(): Markup {
  return html`<p class="legend">${
    buckets.map((bucket) =>
      html`
        <span><i class="${bucket}"></i>${bucketNames[bucket]}</span>
      `
    )
  }</p>`;
}

function column(
  bin: Bin,
  { x, wide, most }: { readonly x: number; readonly wide: number; readonly most: number },
): Markup {
  let top = height;
  const parts = buckets.flatMap((bucket) => {
    const orders = bin.orders[bucket];
    if (orders === 0) return [];
    // What is not as it should be stays visible beside thousands of orders.
    const isWrong = bucket === "dead" || bucket === "unexplained";
    const high = Math.max(orders / most * (height - 16), isWrong ? 2 : 0);
    top -= high;
    return [
      html`
        <rect class="${bucket}" x="${round(x)}" y="${round(top)}" width="${round(wide)}"
          height="${round(high)}" />
      `,
    ];
  });
  return html`
    <g><title>${titleOf(bin)}</title>${parts}</g>
  `;
}

function titleOf(bin: Bin): string {
  const parts = buckets.filter((bucket) => bin.orders[bucket] > 0)
    .map((bucket) => `${bucketNames[bucket].toLowerCase()} ${count(bin.orders[bucket])}`);
  return `${daysText(bin)}: ${[plural(bin.total, "order"), ...parts].join(", ")}`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
