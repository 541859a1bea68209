import type { JSX } from "hono/jsx/jsx-runtime";

/** One value of a chart. `at` is epoch ms. */
export interface ChartPoint {
  readonly at: number;
  readonly value: number;
}

/** Properties of {@linkcode Chart}. */
export interface ChartProps {
  readonly title: string;
  /** The chart in a few words, beside its title and for whoever cannot see it. */
  readonly summary: string;
  readonly points: readonly ChartPoint[];
  /** The end of the scale. */
  readonly top: number;
  readonly label: (value: number) => string;
  /** Values that must not be passed, drawn where the scale holds them. */
  readonly limits?: readonly number[];
}

const WIDTH = 440;
const HEIGHT = 130;
const LEFT = 46;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;
const SIX_HOURS = 6 * 3_600_000;

/** A line over the last day, with what is below it filled: an SVG without script and style of its own. */
export function Chart(props: ChartProps): JSX.Element {
  const { points, top, label } = props;
  const from = points[0]?.at ?? 0;
  const to = Math.max(from + 1, points.at(-1)?.at ?? 0);
  const x = (at: number): number => LEFT + (at - from) / (to - from) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number =>
    HEIGHT - BOTTOM - Math.min(1, value / top) * (HEIGHT - TOP - BOTTOM);
  const line = points.map(({ at, value }) => `${round(x(at))},${round(y(value))}`).join(" ");
  const floor = y(0);
  const limits = (props.limits ?? []).filter((limit) => limit < top);
  return (
    <figure>
      <figcaption>
        {props.title} <span>{props.summary}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${props.title}: ${props.summary}`}
      >
        {[0, 0.5, 1].map((share) => (
          <>
            <line
              class="grid"
              x1={LEFT}
              x2={WIDTH - RIGHT}
              y1={y(share * top)}
              y2={y(share * top)}
            />
            <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">{label(share * top)}</text>
          </>
        ))}
        {hoursBetween(from, to).map((at) => (
          <text x={round(x(at))} y={HEIGHT - 5} text-anchor="middle">{clockTime(at)}</text>
        ))}
        <polygon class="area" points={`${LEFT},${floor} ${line} ${WIDTH - RIGHT},${floor}`} />
        <polyline class="line" points={line} />
        {limits.map((limit) => (
          <line
            class="limit"
            x1={LEFT}
            x2={WIDTH - RIGHT}
            y1={round(y(limit))}
            y2={round(y(limit))}
          />
        ))}
      </svg>
    </figure>
  );
}

/** Every sixth hour that has room for its label. */
function hoursBetween(from: number, to: number): readonly number[] {
  const hours: number[] = [];
  const first = Math.ceil(from / SIX_HOURS) * SIX_HOURS;
  for (let at = first; at <= to - SIX_HOURS / 8; at += SIX_HOURS) hours.push(at);
  return hours;
}

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
