import type { JSX } from "hono/jsx/jsx-runtime";
import type { Checkpoint } from "../../store/rows.ts";
import type { BackfillAsked, BackfillMeasure, Refused } from "../actions/backfill.ts";
import { moment, plural, span } from "../figures.ts";
import { pipelinePath } from "./layout.tsx";
import { Backfill, Facts, Said } from "./parts.tsx";

/** Properties of {@linkcode BackfillPage}; `now` is epoch ms. */
export interface BackfillPageProps {
  readonly pipeline: string;
  readonly run: Checkpoint | undefined;
  /** The oldest order that the pipeline sends; absent where it brings no history. */
  readonly startDate: string | undefined;
  readonly now: number;
  /** What was asked for and is not done. */
  readonly refused?: Refused;
  /** How much a run would be that somebody has asked about, and what was asked. */
  readonly measure?: BackfillMeasure;
  readonly asked?: BackfillAsked;
}

/** How far history has come; it is started, paused and continued here. */
export function BackfillPage(props: BackfillPageProps): JSX.Element {
  const { pipeline, run, startDate, now, refused, measure, asked = {} } = props;
  const isUnderWay = run?.state === "requested" || run?.state === "running";
  return (
    <>
      {refused === undefined ? "" : <Said bad text={`${refused.reason}. ${refused.remedy}.`} />}
      {measure === undefined ? "" : <Said text={measureText(measure)} />}
      {startDate === undefined ? <NoHistory /> : (
        <>
          <section class="card" aria-label="Run">
            {run === undefined ? <p>History has not been brought yet.</p> : (
              <>
                <Backfill run={run} now={now} />
                <Facts
                  rows={[
                    ["Started", moment(run.startedAt)],
                    ["Last step", moment(run.updatedAt)],
                    ["Next order id", String(run.next)],
                    ...(run.to === undefined ? [] : [["Ends before id", String(run.to)] as const]),
                  ]}
                />
              </>
            )}
            <Steer {...{ pipeline, run, isUnderWay }} />
          </section>
          {isUnderWay ? "" : <StartForm {...{ pipeline, startDate, asked }} />}
        </>
      )}
    </>
  );
}

function NoHistory(): JSX.Element {
  return (
    <section class="card">
      <p>
        This pipeline does not bring history. For that add the source <code>sitoo-history</code>
        {" "}
        with <code>enabled: true</code>.
      </p>
    </section>
  );
}

function Steer(
  { pipeline, run, isUnderWay }: {
    readonly pipeline: string;
    readonly run: Checkpoint | undefined;
    readonly isUnderWay: boolean;
  },
): JSX.Element {
  if (isUnderWay) {
    return (
      <form method="post" action={pipelinePath(pipeline, "/backfill/pause")} class="actions">
        <button type="submit">Pause</button>
        <span class="hint">What has been done stays done; it goes on from there.</span>
      </form>
    );
  }
  const [text, hint] = run === undefined
    ? ["Bring history", "From the pipeline's start date up to now."]
    : run.state === "done"
    ? ["Bring what is new", "From where the last run ended."]
    : ["Go on", "From where it was."];
  return (
    <form method="post" action={pipelinePath(pipeline, "/backfill/start")} class="actions">
      <button type="submit" class="main">{text}</button>
      <span class="hint">{hint} Orders that come live go first.</span>
    </form>
  );
}

function measureText({ orders, pages, seconds }: BackfillMeasure): string {
  if (orders === 0) return "There is nothing to bring in this range.";
  return `${plural(orders, "order")} on ${plural(pages, "page")}: at least ${
    span(Math.max(1, seconds))
  } at the configured rates. Nothing was started.`;
}

function StartForm(
  { pipeline, startDate, asked }: {
    readonly pipeline: string;
    readonly startDate: string;
    readonly asked: BackfillAsked;
  },
): JSX.Element {
  return (
    <section class="card" aria-labelledby="another">
      <h2 id="another">Another run</h2>
      <form method="post" action={pipelinePath(pipeline, "/backfill/start")} class="fields">
        <label for="from">From</label>
        <input
          id="from"
          name="from"
          value={asked.from}
          placeholder={startDate}
          autocomplete="off"
        />
        <label for="to">To, not included</label>
        <input
          id="to"
          name="to"
          value={asked.to}
          placeholder="everything there is"
          autocomplete="off"
        />
        <p class="hint">
          A day such as 2025-03-01, an instant with its zone, or an order id. Nothing before{" "}
          {startDate} is ever sent.
        </p>
        <label class="check">
          <input
            type="checkbox"
            name="restart"
            value="yes"
            {...(asked.restart === true ? { checked: true } : {})}
          />{" "}
          Read everything again, after a change of the mapping; what has not changed is not sent
        </label>
        <p class="actions">
          <button type="submit">Start this run</button>
          <button type="submit" formaction={pipelinePath(pipeline, "/backfill/measure")}>
            How much is it?
          </button>
        </p>
      </form>
    </section>
  );
}
