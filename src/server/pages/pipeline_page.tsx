import type { JSX } from "hono/jsx/jsx-runtime";
import { renderDiagnostics, summarize } from "../../definition/render.ts";
import type { PipelineText } from "../../runtime/context.ts";
import type { PipelineStatus } from "../../runtime/status.ts";
import type { QuarantineRow } from "../../store/rows.ts";
import type { ServedPipeline } from "../environment.ts";
import { moment } from "../figures.ts";
import { flowOf } from "./flow.ts";
import { FlowPicture } from "./flow_picture.tsx";
import { Facts, Table } from "./parts.tsx";

/** Properties of {@linkcode PipelinePage}. */
export interface PipelinePageProps {
  readonly served: ServedPipeline;
  readonly status: PipelineStatus;
  /** The latest events that could not be used. */
  readonly quarantine: readonly QuarantineRow[];
  /** The address the server is reached under. */
  readonly origin: string;
  /** Whether that is one that Sitoo can reach: `PUBLIC_URL` says so. */
  readonly isPublic: boolean;
}

/** What a pipeline is made of, and what Sitoo has to be told of it. */
export function PipelinePage(props: PipelinePageProps): JSX.Element {
  const { definition } = props.served.pipeline;
  return (
    <>
      <section class="card" aria-labelledby="way">
        <h2 id="way">The way of an order</h2>
        <div class="scroll" role="region" aria-label="Picture of the pipeline" tabindex={0}>
          <FlowPicture flow={flowOf(definition, props.status)} />
        </div>
        <p class="hint">Every order that was ever looked at, and where it has left the way.</p>
      </section>
      <Webhook {...props} />
      {props.quarantine.length === 0 ? "" : <OddEvents rows={props.quarantine} />}
      {props.served.source === undefined ? "" : <Source source={props.served.source} />}
    </>
  );
}

function Webhook({ served, origin, isPublic }: PipelinePageProps): JSX.Element {
  const { definition, webhook } = served.pipeline;
  const base = `${origin}/hooks/${definition.name}`;
  return (
    <section class="card" aria-labelledby="webhook">
      <h2 id="webhook">Webhook</h2>
      {webhook === undefined ? <p>This pipeline takes no webhook events.</p> : (
        <>
          {isPublic ? "" : (
            <p class="explained">
              Sitoo has to reach this server over HTTPS: set <code>PUBLIC_URL</code>{" "}
              to the address it is reached under.
            </p>
          )}
          <Facts
            rows={[
              ["Webhook URL", <code>{base}</code>],
              ["User name", <code>{webhook.username}</code>],
              ["Password", "as in the environment; it is shown nowhere"],
            ]}
          />
          <h3>Events Subscriptions at Sitoo</h3>
          <p>
            In the JSON there set <code>base_url</code>, and leave everything else as it is:
          </p>
          <pre tabindex={0}><code>{JSON.stringify({ base_url: base }, undefined, 2)}</code></pre>
          <p class="hint">
            Where there is no place for user name and password, the password goes into the path, as
            {" "}
            <code>{`${base}/PASSWORD`}</code>.
          </p>
        </>
      )}
    </section>
  );
}

function OddEvents({ rows }: { readonly rows: readonly QuarantineRow[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="odd">
      <h2 id="odd">Events that could not be used</h2>
      <div class="scroll" role="region" aria-label="Events that could not be used" tabindex={0}>
        <Table
          title="The latest; kept for 90 days"
          names={["Came", "Why", "Event", "Order"]}
          rows={rows.map(({ at, reason, eventId = "", orderId }) => [
            moment(at),
            reason,
            eventId,
            orderId === undefined ? "" : String(orderId),
          ])}
        />
      </div>
    </section>
  );
}

function Source({ source }: { readonly source: PipelineText }): JSX.Element {
  const { file, text, diagnostics } = source;
  const sources = new Map([[file, text]]);
  return (
    <section class="card" aria-labelledby="file">
      <h2 id="file">
        {file}{" "}
        <span class={diagnostics.length === 0 ? "pill good" : "pill busy"}>
          {summarize(diagnostics)}
        </span>
      </h2>
      {diagnostics.length === 0 ? "" : (
        <pre tabindex={0} aria-label="Warnings">
            <code>{renderDiagnostics(diagnostics, sources, { color: false })}</code>
        </pre>
      )}
      <pre tabindex={0} aria-label={file}><code>{text}</code></pre>
      <p class="hint">
        As it was read when the server started. Secrets in it are covered by stars.
      </p>
    </section>
  );
}
