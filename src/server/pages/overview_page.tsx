import type { JSX } from "hono/jsx/jsx-runtime";
import type { ApiName } from "../../http/error.ts";
import type { ConnectionRow } from "../../store/rows.ts";
import { count, largestFirst, moment, plural, span } from "../figures.ts";
import { productsText } from "../products_text.ts";
import { Chart } from "./chart.tsx";
import { type DayPoint, roundUp, roundUpTime } from "./day.ts";
import { pipelinePath } from "./layout.tsx";
import { COUNTED, LATE, type PipelineView } from "./overview_view.ts";
import { Backfill, Figure, Table } from "./parts.tsx";

/** What {@linkcode Overview} shows; `now` is epoch ms. */
export interface OverviewProps {
  readonly views: readonly PipelineView[];
  readonly now: number;
}

const HOUR = 3_600_000;

/** How every pipeline stands. */
export function Overview(props: OverviewProps): JSX.Element {
  return <>{props.views.map((view) => <Pipeline view={view} now={props.now} />)}</>;
}

function Pipeline(props: { readonly view: PipelineView; readonly now: number }): JSX.Element {
  const { view, now } = props;
  const { status, name, alerts } = view;
  const id = `pipeline-${name}`;
  const unsure = status.receipts["unknown"] ?? 0;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        <a href={pipelinePath(name)}>{name}</a>{" "}
        <span class={`pill ${view.tone}`}>{view.headline}</span>
      </h2>
      {alerts.length === 0
        ? ""
        : <ul class="alerts" aria-label="Alerts">{alerts.map((text) => <li>{text}</li>)}</ul>}
      <dl class="figures">
        <Figure name="Lag" value={span(status.lagSeconds)} bad={status.lagSeconds >= LATE} />
        <Figure name="Due" value={status.due < COUNTED ? status.due : `${count(COUNTED)}+`} />
        <Figure name="In flight" value={status.inFlight} />
        <Figure
          name="Dead"
          value={status.dead}
          bad={status.dead > 0}
          href={pipelinePath(name, "/dead")}
        />
        <Figure name="Delivered" value={status.delivered} />
        <Figure name="Confirmed" value={status.confirmed} />
        <Figure name="Linked" value={status.linked} />
        <Figure name="Waiting" value={status.waiting} />
        <Figure name="Too late" value={status.missedWindow} bad={status.missedWindow > 0} />
        <Figure
          name="Unsure receipts"
          value={unsure}
          bad={unsure > 0}
          href={pipelinePath(name, "/receipts?state=unknown")}
        />
      </dl>
      <Charts day={view.day} />
      {status.backfill === null ? "" : <Backfill run={status.backfill} now={now} />}
      <div class="columns">
        <Table
          title="Connections"
          names={["API", "State"]}
          rows={connectionRows(view.connections, now)}
        />
        <Table title="Dead" names={["Reason", "Orders"]} rows={countRows(status.deadBy)} />
        <Table title="Skipped" names={["Rule", "Orders"]} rows={countRows(status.skipped)} />
        <Table title="Receipts" names={["State", "Receipts"]} rows={countRows(status.receipts)} />
      </div>
      {productsText(status.products).map((line) => <p class="note">{line}</p>)}
      <p class="note">
        {view.isWorkedOn ? "A process works on it." : "No process works on it right now."}{" "}
        {sweepText(view)}
      </p>
    </section>
  );
}

function Charts({ day }: { readonly day: readonly DayPoint[] }): JSX.Element {
  const most = Math.max(...day.map(({ perMinute }) => perMinute));
  const longest = Math.max(...day.map(({ lag }) => lag));
  const last = day.at(-1);
  return (
    <div class="columns wide">
      <Chart
        title="Orders a minute"
        summary={`now ${perMinute(last?.perMinute ?? 0)}, at most ${perMinute(most)} in 24 h`}
        points={day.map(({ at, perMinute: value }) => ({ at, value }))}
        top={roundUp(most)}
        label={perMinute}
      />
      <Chart
        title="Lag"
        summary={`now ${span((last?.lag ?? 0) / 1000)}, at most ${span(longest / 1000)} in 24 h`}
        points={day.map(({ at, lag }) => ({ at, value: lag }))}
        top={roundUpTime(longest)}
        label={(ms) => span(ms / 1000)}
        limits={[HOUR, 4 * HOUR]}
      />
    </div>
  );
}

function perMinute(value: number): string {
  return count(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
}

function sweepText(view: PipelineView): string {
  const { sweep } = view.status;
  if (sweep === null) return "No sweep yet";
  return `Last sweep ${moment(sweep.newAt)}; it has healed ${plural(sweep.healed, "order")} so far`;
}

const APIS: readonly (readonly [ApiName, string])[] = [
  ["sitoo", "Sitoo"],
  ["ometria", "Ometria"],
  ["ometriaEmail", "Ometria email"],
];

function connectionRows(
  connections: ReadonlyMap<ApiName, ConnectionRow>,
  now: number,
): string[][] {
  return APIS.map(([api, name]) => {
    const row = connections.get(api);
    if (row === undefined || row.state === "ok") return [name, "ok"];
    const since = `for ${span((now - row.since) / 1000)}`;
    return [name, `${row.state} ${since}${row.detail === undefined ? "" : `: ${row.detail}`}`];
  });
}

function countRows(figures: Readonly<Record<string, number>>): string[][] {
  return largestFirst(figures).map(([name, value]) => [name, count(value)]);
}
