import { type Bucket, buckets, type Group } from "../../runtime/reconcile/report.ts";
import { dayAfter } from "../../runtime/reconcile/range.ts";

/** Columns that a chart has room for. */
const mostColumns = 92;

/** A column of a chart: a day, a week or a month. */
export interface Bin {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Orders by what became of them. */
  readonly orders: Readonly<Record<Bucket, number>>;
  readonly total: number;
}

/** Cuts the days of a report into columns, days without orders included. All groups are of one store. */
export function binsOf(
  groups: readonly Group[],
  { from, to }: { readonly from: string; readonly to: string },
): readonly Bin[] {
  const byDay = Map.groupBy(groups, (group) => group.day);
  return spans(from, to).map((days) => {
    const own = days.flatMap((day) => byDay.get(day) ?? []);
    const sum = (bucket: Bucket): number =>
      own.reduce((total, group) => total + group[bucket].orders, 0);
    return {
      from: days[0] ?? from,
      to: days.at(-1) ?? to,
      orders: {
        delivered: sum("delivered"),
        linked: sum("linked"),
        skipped: sum("skipped"),
        waiting: sum("waiting"),
        due: sum("due"),
        dead: sum("dead"),
        unexplained: sum("unexplained"),
      },
      total: buckets.reduce((total, bucket) => total + sum(bucket), 0),
    };
  });
}

/** Days by column: single ones, else seven at a time, else those of a month. */
function spans(from: string, to: string): readonly (readonly string[])[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) days.push(day);
  if (days.length <= mostColumns) return days.map((day) => [day]);
  if (days.length > mostColumns * 7) {
    return [...Map.groupBy(days, (day) => day.slice(0, 7)).values()];
  }
  return [...Map.groupBy(days.entries(), ([index]) => Math.floor(index / 7)).values()]
    .map((week) => week.map(([, day]) => day));
}
