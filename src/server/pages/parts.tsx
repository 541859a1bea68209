import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Checkpoint } from "../../store/rows.ts";
import { count, part, plural, span } from "../figures.ts";

/** Properties of {@linkcode Figure}. */
export interface FigureProps {
  readonly name: string;
  readonly value: number | string;
  /** A figure that should be nothing. */
  readonly bad?: boolean;
  /** Where there is more about it. */
  readonly href?: string;
}

/** One figure with its name. */
export function Figure(props: FigureProps): JSX.Element {
  const value = typeof props.value === "number" ? count(props.value) : props.value;
  return (
    <div class={props.bad === true ? "figure bad" : "figure"}>
      <dt>{props.name}</dt>
      <dd>{props.href === undefined ? value : <a href={props.href}>{value}</a>}</dd>
    </div>
  );
}

/** Properties of {@linkcode Table}. */
export interface TableProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Shown in place of rows when there are none. */
  readonly empty?: string;
}

/** A small table with a caption. */
export function Table(props: TableProps): JSX.Element {
  const rows = props.rows.length === 0 ? [[props.empty ?? "None yet"]] : props.rows;
  return (
    <table>
      <caption>{props.title}</caption>
      <thead>
        <tr>{props.names.map((name) => <th scope="col">{name}</th>)}</tr>
      </thead>
      <tbody>{rows.map((cells) => <Row cells={cells} />)}</tbody>
    </table>
  );
}

/** Names with what they stand for. */
export function Facts(
  props: { readonly rows: readonly (readonly [name: string, value: Child])[] },
): JSX.Element {
  return (
    <dl class="facts">
      {props.rows.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** What an action has just done. */
export function Said(props: { readonly text: string; readonly bad?: boolean }): JSX.Element {
  return <p class={props.bad === true ? "said bad" : "said"} role="status">{props.text}</p>;
}

/** Properties of {@linkcode Question}. */
export interface QuestionProps {
  readonly title: string;
  /** What will happen. */
  readonly text: string;
  /** Where the answer goes, with these fields. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly button: string;
  /** It cannot be taken back. */
  readonly danger: boolean;
  /** Where it is left without an answer. */
  readonly back: string;
}

/** Asks once more before anything is done. */
export function Question(props: QuestionProps): JSX.Element {
  return (
    <section class="card" aria-labelledby="question">
      <h2 id="question">{props.title}</h2>
      <p>{props.text}</p>
      <form method="post" action={props.action} class="actions">
        {Object.entries(props.fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit" class={props.danger ? "danger" : "main"}>{props.button}</button>
        <a href={props.back}>Cancel</a>
      </form>
    </section>
  );
}

const RUN_STATE: Readonly<Record<Checkpoint["state"], string>> = {
  requested: "about to start",
  running: "running",
  done: "done",
  failed: "failed",
  stopped: "stopped",
};

/** How far history has come. */
export function Backfill(
  props: { readonly run: Checkpoint; readonly now: number },
): JSX.Element {
  const { run } = props;
  const share = run.state === "done" ? 1 : part(run.read, run.total);
  const percent = Math.floor(share * 100);
  const outcomes: readonly (readonly [string, number])[] = [
    ["delivered", run.delivered],
    ["unchanged", run.unchanged],
    ["linked", run.linked],
    ["skipped", run.skipped],
    ["waiting", run.waiting],
    ["dead", run.dead],
    ["left as too young", run.young],
    ["not answered by Sitoo, tried again later", run.holes ?? 0],
  ];
  const told = outcomes.filter(([, orders]) => orders > 0)
    .map(([name, orders]) => `${name} ${count(orders)}`).join(", ");
  return (
    <div class="backfill">
      <h3>Backfill: {RUN_STATE[run.state]}</h3>
      <progress aria-label="Backfill" max={1} value={share}>{percent} %</progress>
      <p>
        {`${count(run.read)} of ${plural(run.total, "order")} read (${percent} %)`}
        {timeLeft(run, props.now)}
        {told === "" ? "" : `; ${told}`}
      </p>
      {run.error === undefined ? "" : <p class="error">{run.error}</p>}
    </div>
  );
}

function timeLeft(run: Checkpoint, now: number): string {
  if (run.state !== "running" || run.read === 0 || run.read >= run.total) return "";
  const perOrder = (now - run.startedAt) / 1000 / run.read;
  return `, about ${span(perOrder * (run.total - run.read))} left`;
}

function Row(props: { readonly cells: readonly Child[] }): JSX.Element {
  return <tr>{props.cells.map((cell) => <td>{cell}</td>)}</tr>;
}
