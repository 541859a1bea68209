import type { JSX } from "hono/jsx/jsx-runtime";
import type { Checkpoint } from "../../store/rows.ts";
import type { Refused } from "../actions/backfill.ts";
import { moment } from "../figures.ts";
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
}

/** How far history has come; it is started, paused and continued here. */
export function BackfillPage(props: BackfillPageProps): JSX.Element {
  const { pipeline, run, startDate, now, refused } = props;
  const isUnderWay = run?.state === "requested" || run?.state === "running";
  return (
    <>
      {refused === undefined ? "" : <Said bad text={`${refused.reason}. ${refused.remedy}.`} />}
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
          {isUnderWay ? "" : <StartForm {...{ pipeline, startDate }} />}
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

function StartForm(
  { pipeline, startDate }: { readonly pipeline: string; readonly startDate: string },
): JSX.Element {
  return (
    <section class="card" aria-labelledby="another">
      <h2 id="another">Another run</h2>
      <form method="post" action={pipelinePath(pipeline, "/backfill/start")} class="fields">
        <label for="from">From</label>
        <input id="from" name="from" placeholder={startDate} autocomplete="off" />
        <label for="to">To, not included</label>
        <input id="to" name="to" placeholder="everything there is" autocomplete="off" />
        <p class="hint">
          A day such as 2025-03-01, an instant with its zone, or an order id. Nothing before{" "}
          {startDate} is ever sent.
        </p>
        <label class="check">
          <input type="checkbox" name="restart" value="yes" />{" "}
          Read everything again, after a change of the mapping; what has not changed is not sent
        </label>
        <button type="submit">Start this run</button>
      </form>
    </section>
  );
}
