import type { TallyName } from "../engine/settle.ts";
import type { Pointer, Reading } from "../engine/work.ts";
import type { Checkpoint, NewPointer } from "../store/rows.ts";
import type { BatchCommit } from "../store/store.ts";
import type { ReadOrder } from "../sitoo/api.ts";
import type { Known } from "./known.ts";

/** Orders that have been read and wait for their turn in the lane. */
export interface Fetched {
  readonly pointers: readonly Pointer[];
  readonly readings: ReadonlyMap<number, Reading>;
  /** What the store knew of them when they were read; what changed since is read once more. */
  readonly known?: Known;
  /** How often this batch's orders were taken over from a holder that died over them. */
  readonly takeovers: number;
  /** Pointers to write along with the batch's outcomes. */
  readonly later: readonly NewPointer[];
  /** Holes in history to write or to close with the batch's outcomes. */
  readonly holes?: BatchCommit["holes"];
  /** On a page of history: where the run stands once the batch is through. */
  readonly checkpoint?: (tally: ReadonlyMap<TallyName, number>) => Checkpoint;
}

/** Sitoo's answer by order id; what was asked for and is not in it is missing. */
export function readingsOf(
  asked: readonly number[],
  answer: readonly ReadOrder[],
): ReadonlyMap<number, Reading> {
  const readings = new Map<number, Reading>(asked.map((id) => [id, { kind: "missing" }]));
  for (const read of answer) {
    readings.set(
      read.orderId,
      read.ok ? { kind: "order", order: read.order } : { kind: "unreadable", detail: read.detail },
    );
  }
  return readings;
}
