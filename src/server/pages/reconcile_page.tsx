import type { JSX } from "hono/jsx/jsx-runtime";
import { causeText } from "../../runtime/reconcile/causes.ts";
import {
  type Bucket,
  bucketNames,
  bucketsShown,
  type CauseCount,
  daysText,
  type Difference,
  type Figures,
  type ReconcileReport,
} from "../../runtime/reconcile/report.ts";
import { isUnderWay, type ReconcileAsked, type ReconcileRun } from "../actions/reconcile_runs.ts";
import type { Refused } from "../actions/backfill.ts";
import { amount, count, isZero, moment, part, plural, span } from "../figures.ts";
import { pipelinePath } from "./layout.tsx";
import { Said } from "./parts.tsx";

/** Orders that are listed of each cause. */
const EXAMPLES = 20;
/** What is read back for a check that costs little. */
const VERIFY = 20;

/** Properties of {@linkcode ReconcilePage}. */
export interface ReconcilePageProps {
  readonly pipeline: string;
  /** Absent until somebody asks. */
  readonly run: ReconcileRun | undefined;
  readonly refused: Refused | undefined;
  /** On Deno Deploy a comparison has to be quick. */
  readonly deploy: boolean;
  /** Epoch ms. */
  readonly now: number;
}

/** What was sold at Sitoo against what came of it: in orders, in money, and one by one where it differs. */
export function ReconcilePage(props: ReconcilePageProps): JSX.Element {
  const { pipeline, run, refused, deploy, now } = props;
  const { asked = {}, report } = run ?? {};
  return (
    <>
      {refused === undefined ? "" : <Said bad text={`${refused.reason}. ${refused.remedy}.`} />}
      {run !== undefined && isUnderWay(run)
        ? <UnderWay {...{ pipeline, run, now }} />
        : <AskForm {...{ pipeline, asked, deploy }} />}
      {report === undefined ? "" : <Report {...{ pipeline, asked, report }} />}
    </>
  );
}

function UnderWay(
  { pipeline, run, now }: {
    readonly pipeline: string;
    readonly run: ReconcileRun;
    readonly now: number;
  },
): JSX.Element {
  const { estimate, progress } = run;
  const share = progress === undefined ? 0 : part(progress.done, progress.total);
  const percent = `${Math.floor(share * 100)} %`;
  const doing = progress?.doing === "verifying" ? "read back from Ometria" : "compared";
  return (
    <section class="card" aria-labelledby="under-way">
      <h2 id="under-way">
        {estimate === undefined ? "Comparing" : `Comparing ${daysText(estimate)}`}
      </h2>
      <progress aria-label="Comparison" max={1} value={share}>{percent}</progress>
      <p>
        {progress === undefined
          ? "Asking Sitoo how many orders these days have."
          : `${count(progress.done)} of ${plural(progress.total, "order")} ${doing} (${percent}).`}
        {timeLeft(run, now)}
      </p>
      <form method="post" action={pipelinePath(pipeline, "/reconcile/cancel")} class="actions">
        <button type="submit">Cancel</button>
        <span class="hint">
          It goes on when this page is closed; its result is kept here until the server is
          restarted.
        </span>
      </form>
    </section>
  );
}

function timeLeft({ progress, startedAt }: ReconcileRun, now: number): string {
  if (progress === undefined || progress.done === 0 || progress.done >= progress.total) return "";
  const perOrder = (now - startedAt) / 1000 / progress.done;
  return ` About ${span(perOrder * (progress.total - progress.done))} left.`;
}

function AskForm(
  { pipeline, asked, deploy }: {
    readonly pipeline: string;
    readonly asked: ReconcileAsked;
    readonly deploy: boolean;
  },
): JSX.Element {
  return (
    <section class="card" aria-label="Days">
      <form method="post" action={pipelinePath(pipeline, "/reconcile")} class="fields">
        <label for="from">First day</label>
        <input id="from" name="from" type="date" value={asked.from} />
        <label for="to">Last day</label>
        <input id="to" name="to" type="date" value={asked.to} />
        <p class="hint">
          Business days of the stores; without any it is yesterday. {deploy
            ? "On Deno Deploy a comparison has 45 seconds: for many days use deno task reconcile."
            : "Months take their time, and may be left alone meanwhile."}
        </p>
        <label class="check">
          <input
            type="checkbox"
            name="verify"
            value={String(VERIFY)}
            {...(asked.verify === undefined ? {} : { checked: true })}
          />{" "}
          {`Read ${VERIFY} delivered orders back from Ometria, too`}
        </label>
        <button type="submit" class="main">Compare</button>
      </form>
    </section>
  );
}

function Report(
  { pipeline, asked, report }: {
    readonly pipeline: string;
    readonly asked: ReconcileAsked;
    readonly report: ReconcileReport;
  },
): JSX.Element {
  const { agrees, causes, verified, fixed } = report;
  const wrong = causes.reduce((sum, { orders }) => sum + orders, 0);
  const fixable = causes.reduce((sum, cause) => sum + cause.fixable, 0);
  return (
    <>
      {fixed === undefined ? "" : (
        <Said
          text={`${plural(fixed, "order")} made due; compare again when they are through.`}
        />
      )}
      <section class="card" aria-labelledby="result">
        <h2 id="result">
          {daysText(report)}{" "}
          <span class={agrees ? "pill good" : "pill bad"}>
            {agrees
              ? "Every order is explained"
              : wrong === 1
              ? "1 order not as it should be"
              : `${plural(wrong, "order")} not as they should be`}
          </span>
        </h2>
        <p class="hint">{`As of ${moment(report.at)}.`}</p>
        {report.notes.map((note) => <p class="explained">{`${note}.`}</p>)}
        {report.stores.length === 0 ? <p>Sitoo has no orders of these days.</p> : (
          <>
            <FigureTable title="Orders" report={report} cell={ordersCell} />
            <FigureTable title="Money" report={report} cell={moneyCell} />
          </>
        )}
        {verified === undefined ? "" : (
          <p>
            {`Read back from Ometria: ${plural(verified.orders, "order")}, ${
              verified.different === 0
                ? "all as they should be"
                : `${count(verified.different)} missing or different`
            }.`}
          </p>
        )}
        {fixable === 0 || fixed !== undefined
          ? ""
          : (
            <form method="post" action={pipelinePath(pipeline, "/reconcile")} class="actions">
              <input type="hidden" name="from" value={asked.from ?? report.from} />
              <input type="hidden" name="to" value={asked.to ?? report.to} />
              <input type="hidden" name="fix" value="yes" />
              <button type="submit">{`Make ${plural(fixable, "order")} due`}</button>
              <span class="hint">They are read again, and what differs is sent.</span>
            </form>
          )}
      </section>
      {causes.map((cause) => <CauseCard {...{ cause, differences: report.differences }} />)}
    </>
  );
}

function FigureTable(
  { title, report, cell }: {
    readonly title: string;
    readonly report: ReconcileReport;
    readonly cell: (figures: Figures, bucket: Bucket | "sitoo") => string;
  },
): JSX.Element {
  const shown = bucketsShown(report.totals);
  const rows = [
    ...report.stores.map((store) => ({
      figures: store,
      name: store.store || "(none)",
      isSum: false,
      ...store,
    })),
    ...report.totals.map((total) => ({ figures: total, name: "All", isSum: true, ...total })),
  ];
  return (
    <div class="scroll" role="region" aria-label={title} tabindex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Store</th>
            <th scope="col">Currency</th>
            <th scope="col" class="number">Sitoo</th>
            {shown.map((bucket) => <th scope="col" class="number">{bucketNames[bucket]}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ figures, name, currency, isSum }) => (
            <tr {...(isSum ? { class: "sum" } : {})}>
              <td>{name}</td>
              <td>{currency || "(none)"}</td>
              <td class="number">{cell(figures, "sitoo")}</td>
              {shown.map((bucket) => <td class="number">{cell(figures, bucket)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CauseCard(
  { cause: { cause, orders }, differences }: {
    readonly cause: CauseCount;
    readonly differences: readonly Difference[];
  },
): JSX.Element {
  const { means, remedy } = causeText(cause);
  const own = differences.filter((difference) => difference.cause === cause);
  const more = orders - Math.min(own.length, EXAMPLES);
  return (
    <section class="card" aria-labelledby={`cause-${cause}`}>
      <h2 id={`cause-${cause}`}>
        {cause} <span class="pill bad">{plural(orders, "order")}</span>
      </h2>
      <p class="explained">
        <strong>{means}.</strong> {`${remedy.replaceAll("--fix", "“Make due”")}.`}
      </p>
      <div class="scroll" role="region" aria-label={`Orders with ${cause}`} tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col">Day</th>
              <th scope="col">Store</th>
              <th scope="col" class="number">Sitoo</th>
              <th scope="col">Detail</th>
            </tr>
          </thead>
          <tbody>
            {own.slice(0, EXAMPLES).map((one) => (
              <tr>
                <td>
                  <a href={`/orders/${one.orderId}`}>{String(one.orderId)}</a>
                </td>
                <td>{one.day}</td>
                <td>{one.store}</td>
                <td class="number">{`${amount(one.money)} ${one.currency}`}</td>
                <td>{one.detail ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0
        ? <p class="hint">{`And ${count(more)} more: deno task reconcile lists all.`}</p>
        : ""}
    </section>
  );
}

function ordersCell(figures: Figures, bucket: Bucket | "sitoo"): string {
  const { orders } = figures[bucket];
  return orders === 0 ? "·" : count(orders);
}

function moneyCell(figures: Figures, bucket: Bucket | "sitoo"): string {
  const { money } = figures[bucket];
  return isZero(money) ? "·" : amount(money);
}
