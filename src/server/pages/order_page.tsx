import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import type {
  Explanation,
  LiveEnd,
  LiveOrder,
  StandingName,
  StoredOrder,
} from "../../runtime/explain/explain.ts";
import { factWords } from "../../runtime/explain/fact_words.ts";
import { endWords, refundedWords, stageWords } from "../../runtime/explain/stage_words.ts";
import { moment } from "../figures.ts";
import { confirmPath } from "./dead_page.tsx";
import { pipelinePath } from "./layout.tsx";
import { Facts } from "./parts.tsx";

/** Where orders are looked for. */
export function SearchForm(props: { readonly said?: string }): JSX.Element {
  return (
    <section class="card" aria-label="Search">
      {props.said === undefined ? "" : <p class="said bad" role="status">{props.said}</p>}
      <form method="post" action="/orders" class="actions" role="search">
        <label for="q">Order</label>
        <input id="q" name="q" required maxlength={60} autocomplete="off" />
        <button type="submit" class="main">Find</button>
      </form>
      <p class="hint">Sitoo's order id, the number on the receipt, or the id at Ometria.</p>
    </section>
  );
}

/** Properties of {@linkcode OrderStory}. */
export interface OrderStoryProps {
  readonly explanation: Explanation;
  /** People are shown as they are. */
  readonly isShown: boolean;
}

/** The story of one order in one pipeline. */
export function OrderStory({ explanation, isShown }: OrderStoryProps): JSX.Element {
  const { pipeline, orderId, standing, stored, now, advice } = explanation;
  const id = `order-${pipeline}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {`Order ${orderId} in ${pipeline}`}{" "}
        <span class={`pill ${TONES[standing.name]}`}>{standing.name}</span>
      </h2>
      <p>{`${standing.headline}.`}</p>
      {advice.length === 0 ? "" : <List title="What to do" lines={advice} />}
      {standing.name === "dead"
        ? (
          <p class="actions">
            <a
              class="button main"
              href={confirmPath(pipeline, "replay", { id: String(orderId) })}
            >
              Try again
            </a>
            <a href={pipelinePath(pipeline, `/dead/${orderId}`)}>Its dead letter</a>
          </p>
        )
        : ""}
      <List title="Its last steps" lines={stepLines(stored)} />
      <List title="Due" lines={dueLines(stored)} />
      <List title="Refunds" lines={refundLines(stored)} />
      <List title="Receipts asked for" lines={receiptLines(stored)} />
      {now === undefined ? "" : <Now now={now} />}
      {now?.kind === "read" && now.end.kind === "send"
        ? <Record end={now.end} orderId={orderId} isShown={isShown} />
        : ""}
    </section>
  );
}

const TONES: Readonly<Record<StandingName, string>> = {
  delivered: "good",
  linked: "good",
  skipped: "none",
  waiting: "busy",
  due: "busy",
  dead: "bad",
  unknown: "none",
};

function List(
  props: { readonly title: string; readonly lines: readonly Child[] },
): JSX.Element | null {
  if (props.lines.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      <ul class="steps">{props.lines.map((line) => <li>{line}</li>)}</ul>
    </>
  );
}

function stepLines({ ledger, dead, cut }: StoredOrder): readonly string[] {
  if (ledger === undefined) return [];
  return [
    ...ledger.steps.map(({ at, what, detail }) =>
      `${moment(at)} ${what}${detail === undefined || detail === "" ? "" : `: ${detail}`}`
    ),
    ...(ledger.confirmedAt === undefined
      ? []
      : [`${moment(ledger.confirmedAt)} read back from Ometria, as it was sent`]),
    ...(dead === undefined || dead.detail === "" ? [] : [`Why it is dead: ${dead.detail}`]),
    ...(ledger.nextLookAt === undefined ? [] : [`Looked at again ${moment(ledger.nextLookAt)}`]),
    ...(cut ? ["There is more in inbox or outbox than was looked at here"] : []),
  ];
}

function dueLines({ due }: StoredOrder): readonly string[] {
  return due.map(({ at, origin, attempts, force }) =>
    `${moment(at)} from ${origin}${attempts === 0 ? "" : `, after ${attempts} failures`}` +
    (force ? ", sent in any case" : "")
  );
}

function refundLines({ refunds, credits }: StoredOrder): readonly Child[] {
  return [
    ...refunds.map(({ refund, lines }) => (
      <>
        Refund <OrderLink id={refund} /> gave back {refundedWords(lines)}
      </>
    )),
    ...credits.map(({ original, lines, standing }) => (
      <>
        Gives back of order <OrderLink id={original} /> ({standing}): {refundedWords(lines)}
      </>
    )),
  ];
}

function receiptLines({ receipts }: StoredOrder): readonly string[] {
  return receipts.map(({ id, state, askedAt, at, detail }) =>
    `${moment(askedAt)} asked for; ${state} ${moment(at)} (${id})` +
    (detail === undefined ? "" : `: ${detail}`)
  );
}

function OrderLink({ id }: { readonly id: number }): JSX.Element {
  return <a href={`/orders/${id}`}>{String(id)}</a>;
}

function Now({ now }: { readonly now: LiveOrder }): JSX.Element {
  switch (now.kind) {
    case "missing":
      return <List title="At Sitoo now" lines={["Sitoo does not answer this order"]} />;
    case "unreadable":
      return <List title="At Sitoo now" lines={[`Its answer cannot be read: ${now.detail}`]} />;
    case "failed":
      return <List title="At Sitoo now" lines={[now.detail]} />;
    case "read": {
      const { facts } = now;
      const words = factWords(facts);
      return (
        <>
          <h3>At Sitoo now</h3>
          <Facts
            rows={[
              ["Placed", moment(facts.placedAt)],
              ["State", words.state],
              ["Amount", words.money],
              ["Place", words.place],
              ...(facts.credits === undefined
                ? []
                : [["Credits order", <OrderLink id={facts.credits} />] as const]),
            ]}
          />
          <h3>Stage by stage</h3>
          <dl class="facts">
            {now.stages.map((report) => (
              <>
                <dt>
                  {report.name === undefined ? report.stage : `${report.stage} ${report.name}`}
                </dt>
                <dd>{stageWords(report).map((line) => <div>{line}</div>)}</dd>
              </>
            ))}
          </dl>
          <List title="What would become of it now" lines={endLines(now.end)} />
        </>
      );
    }
  }
}

function endLines(end: LiveEnd): readonly string[] {
  const { headline, notes, problems } = endWords(end);
  return [headline, ...notes, ...problems];
}

function Record(
  { end, orderId, isShown }: {
    readonly end: Extract<LiveEnd, { readonly kind: "send" }>;
    readonly orderId: number;
    readonly isShown: boolean;
  },
): JSX.Element {
  const all = [...(end.contact === undefined ? [] : [end.contact]), ...end.records];
  return (
    <>
      <h3>As it would be sent now</h3>
      <pre
        class="record"
        tabindex={0}
      ><code>{all.map((one) => JSON.stringify(one, undefined, 2)).join("\n")}</code></pre>
      {isShown
        ? <p class="hint">People are shown. This was noted in the log.</p>
        : (
          <form method="post" action={`/orders/${orderId}/people`} class="actions">
            <button type="submit">Show people</button>
            <span class="hint">They are masked. Showing them is noted in the log.</span>
          </form>
        )}
    </>
  );
}
