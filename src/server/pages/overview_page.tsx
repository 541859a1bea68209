import type { JSX } from "hono/jsx/jsx-runtime";
import { count, moment, span } from "../figures.ts";
import type { PipelineView } from "./overview_view.ts";
import { Backfill, Figure, Table } from "./parts.tsx";
import { pipelinePath } from "./layout.tsx";

/** What {@linkcode Overview} shows; `now` is epoch ms. */
export interface OverviewProps {
  readonly views: readonly PipelineView[];
  readonly now: number;
}

/** How every pipeline stands. */
export function Overview(props: OverviewProps): JSX.Element {
  return <>{props.views.map((view) => <Pipeline view={view} now={props.now} />)}</>;
}

function Pipeline(props: { readonly view: PipelineView; readonly now: number }): JSX.Element {
  const { view } = props;
  const { status, name } = view;
  const id = `pipeline-${name}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        <a href={pipelinePath(name)}>{name}</a>{" "}
        <span class={`pill ${view.tone}`}>{view.headline}</span>
      </h2>
      <dl class="figures">
        <Figure name="Delivered" value={status.delivered} />
        <Figure name="Confirmed" value={status.confirmed} />
        <Figure name="Due" value={status.due} />
        <Figure name="In flight" value={status.inFlight} />
        <Figure name="Waiting" value={status.waiting} />
        <Figure name="Linked refunds" value={status.linked} />
        <Figure
          name="Dead"
          value={status.dead}
          bad={status.dead > 0}
          href={pipelinePath(name, "/dead")}
        />
        <Figure name="Missed window" value={status.missedWindow} bad={status.missedWindow > 0} />
        <Figure name="Lag" value={span(status.lagSeconds)} />
      </dl>
      {status.backfill === null ? "" : <Backfill run={status.backfill} now={props.now} />}
      <div class="columns">
        <Table title="Connections" names={["API", "State"]} rows={connectionRows(view)} />
        <Table title="Skipped" names={["Rule", "Orders"]} rows={countRows(status.skipped)} />
        <Table title="Dead" names={["Reason", "Orders"]} rows={countRows(status.deadBy)} />
        <Table title="Receipts" names={["State", "Receipts"]} rows={countRows(status.receipts)} />
      </div>
      <p class="note">{sweepText(view)}</p>
    </section>
  );
}

function sweepText(view: PipelineView): string {
  const { sweep } = view.status;
  if (sweep === null) return "No sweep yet";
  return `Last sweep ${moment(sweep.newAt)}; it has healed ${count(sweep.healed)} orders so far`;
}

function connectionRows(view: PipelineView): string[][] {
  const { sitoo, ometria, ometriaEmail } = view.status.connections;
  return [["Sitoo", sitoo], ["Ometria", ometria], ["Ometria email", ometriaEmail]];
}

/** The largest first. */
function countRows(figures: Readonly<Record<string, number>>): string[][] {
  return Object.entries(figures)
    .filter(([, value]) => value > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, value]) => [name, count(value)]);
}
