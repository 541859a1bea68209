import type { JSX } from "hono/jsx/jsx-runtime";
import { count, moment, span } from "./figures.ts";
import type { PipelineView } from "./operator_view.ts";
import { Backfill, DeadLetters, Figure, Table } from "./page_parts.tsx";

/** What {@linkcode OperatorPage} shows; `now` is epoch ms. */
export interface OperatorPageProps {
  readonly views: readonly PipelineView[];
  readonly now: number;
}

/** The whole operator page, rendered on the server; it works without any script. */
export function OperatorPage(props: OperatorPageProps): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Tillpipe</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/operator.css" />
        <script src="/assets/operator.js" defer></script>
      </head>
      <body>
        <header class="top">
          <h1>Tillpipe</h1>
          <p>
            As of <time id="as-of">{moment(props.now)}</time>
            <button type="button" id="pause" aria-pressed="false" hidden>Pause updates</button>
          </p>
        </header>
        <main id="live">
          {props.views.map((view) => <Pipeline key={view.name} view={view} now={props.now} />)}
        </main>
      </body>
    </html>
  );
}

function Pipeline(props: { readonly view: PipelineView; readonly now: number }): JSX.Element {
  const { view } = props;
  const { status } = view;
  const id = `pipeline-${view.name}`;
  return (
    <section class="pipeline" aria-labelledby={id}>
      <h2 id={id}>
        {view.name} <span class={`pill ${view.tone}`}>{view.headline}</span>
      </h2>
      <dl class="figures">
        <Figure name="Delivered" value={status.delivered} />
        <Figure name="Confirmed" value={status.confirmed} />
        <Figure name="Due" value={status.due} />
        <Figure name="In flight" value={status.inFlight} />
        <Figure name="Waiting" value={status.waiting} />
        <Figure name="Linked refunds" value={status.linked} />
        <Figure name="Dead" value={status.dead} bad={status.dead > 0} />
        <Figure name="Missed window" value={status.missedWindow} bad={status.missedWindow > 0} />
        <Figure name="Lag" value={span(status.lagSeconds)} />
      </dl>
      {status.backfill === null ? "" : <Backfill run={status.backfill} now={props.now} />}
      {view.deadLetters.length === 0
        ? ""
        : <DeadLetters letters={view.deadLetters} total={status.dead} />}
      <div class="columns">
        <Table title="Connections" names={["API", "State"]} rows={connectionRows(view)} />
        <Table title="Skipped" names={["Rule", "Orders"]} rows={countRows(status.skipped)} />
        <Table title="Dead" names={["Reason", "Orders"]} rows={countRows(status.deadBy)} />
        <Table title="Receipts" names={["State", "Receipts"]} rows={countRows(status.receipts)} />
      </div>
      <p class="note">
        {view.baseUrl === undefined ? "This pipeline takes no webhook events" : (
          <>
            Webhook <code>base_url</code> for Sitoo: <code>{view.baseUrl}</code>
          </>
        )}
      </p>
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
