import type { JSX } from "hono/jsx/jsx-runtime";
import { count } from "../figures.ts";
import type { Flow, FlowStage } from "./flow.ts";

const WIDTH = 640;
const BOX = 210;
const HEIGHT = 34;
const GAP = 30;
const LEFT = 10;
const NOTES = LEFT + BOX + 18;
/** Characters of notes that a line holds. */
const LINE = 62;
const LINE_HEIGHT = 15;

interface Placed {
  readonly stage: FlowStage;
  /** Where the stage before ends. */
  readonly from: number;
  readonly y: number;
  readonly notes: readonly string[];
}

/** A pipeline from top to bottom, with the number of orders on every edge. */
export function FlowPicture({ flow }: { readonly flow: Flow }): JSX.Element {
  const placed = place(flow.stages);
  const last = placed.at(-1);
  const receiptsY = (last?.y ?? 0) + HEIGHT + GAP + 12;
  const bottom = (flow.receipts === undefined ? (last?.y ?? 0) : receiptsY) + HEIGHT + 12;
  return (
    <svg
      class="flow"
      viewBox={`0 0 ${WIDTH} ${bottom}`}
      role="img"
      aria-label={`Orders come from ${flow.sources.join(" and ")} and pass ${
        flow.stages.map(({ title }) => title).join(", ")
      }`}
    >
      <text class="name" x={LEFT} y={16}>{flow.sources.join("  +  ")}</text>
      {placed.map(({ stage, from, y, notes }) => (
        <>
          <Edge from={from} y={y} {...(stage.came === undefined ? {} : { orders: stage.came })} />
          <Box title={stage.title} y={y} />
          <Notes lines={notes} y={y} />
        </>
      ))}
      {flow.receipts === undefined ? "" : (
        <>
          <text x={LEFT} y={receiptsY - 8}>Receipts, beside the way of orders</text>
          <Box title={flow.receipts.title} y={receiptsY} />
          <Notes lines={wrap(flow.receipts.left)} y={receiptsY} />
        </>
      )}
    </svg>
  );
}

function place(stages: readonly FlowStage[]): readonly Placed[] {
  let y = 24 + GAP;
  let from = 24;
  return stages.map((stage) => {
    const notes = wrap(stage.left);
    const placed = { stage, from, y, notes };
    from = y + HEIGHT;
    y += Math.max(HEIGHT, notes.length * LINE_HEIGHT) + GAP;
    return placed;
  });
}

function Edge(
  { from, y, orders }: { readonly from: number; readonly y: number; readonly orders?: number },
): JSX.Element {
  const x = LEFT + 24;
  return (
    <>
      <line class="edge" x1={x} x2={x} y1={from} y2={y - 5} />
      <path class="head" d={`M${x - 4} ${y - 7} L${x} ${y - 1} L${x + 4} ${y - 7} Z`} />
      {orders === undefined ? "" : <text x={x + 10} y={y - GAP / 2 + 4}>{count(orders)}</text>}
    </>
  );
}

function Box({ title, y }: { readonly title: string; readonly y: number }): JSX.Element {
  return (
    <>
      <rect class="box" x={LEFT} y={y} width={BOX} height={HEIGHT} rx={7} />
      <text class="name" x={LEFT + 12} y={y + 22}>{title}</text>
    </>
  );
}

function Notes(
  { lines, y }: { readonly lines: readonly string[]; readonly y: number },
): JSX.Element {
  return (
    <>
      {lines.map((line, index) => <text x={NOTES} y={y + 14 + index * LINE_HEIGHT}>{line}</text>)}
    </>
  );
}

/** SVG breaks no lines by itself. */
function wrap(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line}, ${word}`;
    if (line === undefined || longer.length > LINE) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
