import type { JSX } from "hono/jsx/jsx-runtime";
import { explainReason } from "../../engine/reasons.ts";
import { sum } from "../../runtime/status.ts";
import type { DeadLetter, LedgerRow } from "../../store/rows.ts";
import { count, largestFirst, moment } from "../figures.ts";
import { pipelinePath } from "./layout.tsx";
import { Facts, Question, Said } from "./parts.tsx";

/** One page of a pipeline's dead letters. */
export interface DeadListProps {
  readonly pipeline: string;
  /** Dead orders by reason. */
  readonly deadBy: Readonly<Record<string, number>>;
  /** Only letters with this reason are listed. */
  readonly reason?: string;
  readonly letters: readonly DeadLetter[];
  /** Where the next page begins; absent on the last one. */
  readonly before?: number;
  /** Whether this is not the first page. */
  readonly later: boolean;
  /** What an action has just done. */
  readonly said?: string;
}

/** Dead letters, grouped by their reasons, page by page. */
export function DeadList(props: DeadListProps): JSX.Element {
  const { pipeline, reason, letters } = props;
  const reasons = largestFirst(props.deadBy);
  const total = sum(props.deadBy);
  const which = reason === undefined ? { all: "yes" } : { reason };
  return (
    <section class="card" aria-label="Dead letters">
      {props.said === undefined ? "" : <Said text={props.said} />}
      <nav aria-label="Reasons" class="tabs">
        <ReasonTab {...{ pipeline, orders: total }} current={reason === undefined} />
        {reasons.map(([name, orders]) => (
          <ReasonTab {...{ pipeline, orders }} reason={name} current={name === reason} />
        ))}
      </nav>
      {reason === undefined ? "" : <Explained reason={reason} />}
      {letters.length === 0
        ? <p>{props.later ? "There are no more." : "No order needs you here."}</p>
        : (
          <>
            <LetterTable {...{ pipeline, letters }} withReason={reason === undefined} />
            <p class="actions">
              <a class="button main" href={confirmPath(pipeline, "replay", which)}>
                {`Try all ${reason === undefined ? "" : "of these "}again`}
              </a>
              <a class="button danger" href={confirmPath(pipeline, "discard", which)}>
                {`Let go of all${reason === undefined ? "" : " of these"}`}
              </a>
              {props.later ? <a href={listPath(pipeline, reason)}>First page</a> : ""}
              {props.before === undefined
                ? ""
                : <a href={listPath(pipeline, reason, props.before)}>Next page</a>}
            </p>
          </>
        )}
      <p class="hint">
        The counts are of all orders that are dead, those among them whose letter somebody has let
        go of.
      </p>
    </section>
  );
}

/** Properties of {@linkcode DeadOrder}. */
export interface DeadOrderProps {
  readonly pipeline: string;
  readonly letter: DeadLetter;
  readonly row: LedgerRow | undefined;
}

/** One dead letter, with what it means and what can be done. */
export function DeadOrder({ pipeline, letter, row }: DeadOrderProps): JSX.Element {
  const { orderId, reason } = letter;
  const { text, remedy } = explainReason("dead", reason);
  const which = { id: String(orderId) };
  return (
    <section class="card" aria-labelledby="letter">
      <h2 id="letter">
        {`Order ${orderId}`} <span class="pill bad">{reason}</span>
      </h2>
      <Facts
        rows={[
          ["What it means", text],
          ["Detail", letter.detail === "" ? "None" : letter.detail],
          ["What to do", remedy ?? "See the detail, and try again"],
          ["Dead since", moment(letter.at)],
          ["Attempts", count(letter.attempts)],
          ...(letter.site === undefined ? [] : [["Site", String(letter.site)] as const]),
          ["At Ometria", row?.sentId ?? "Never accepted"],
        ]}
      />
      {row === undefined || row.steps.length === 0 ? "" : <Steps row={row} />}
      <p class="actions">
        <a class="button main" href={confirmPath(pipeline, "replay", which)}>Try again</a>
        <a class="button danger" href={confirmPath(pipeline, "discard", which)}>Let go of it</a>
        <a href={`/orders/${orderId}`}>Its whole story</a>
        <a href={listPath(pipeline, reason)}>{`All with ${reason}`}</a>
      </p>
    </section>
  );
}

/** Properties of {@linkcode Confirm}. */
export interface ConfirmProps {
  readonly pipeline: string;
  readonly action: "replay" | "discard";
  /** What is meant, as the form sends it on. */
  readonly fields: Readonly<Record<string, string>>;
  /** What is meant, in words: `order 50211`, `all 12 orders with the reason bad-date`. */
  readonly which: string;
}

/** Asks once more before anything is done. */
export function Confirm({ pipeline, action, fields, which }: ConfirmProps): JSX.Element {
  const isReplay = action === "replay";
  return (
    <Question
      title={isReplay ? `Try ${which} again?` : `Let go of ${which}?`}
      text={isReplay
        ? "Each is read from Sitoo and goes through the pipeline as it is now. What can be sent is sent, and its letter closes; what cannot stays dead, with its reason."
        : "The letters go and nothing is sent. The orders stay dead in every count, since they were not delivered. If Sitoo tells of a change to one of them, it is tried again."}
      action={pipelinePath(pipeline, `/dead/${action}`)}
      fields={fields}
      button={isReplay ? "Try again" : "Let go"}
      danger={!isReplay}
      back={listPath(pipeline, fields["reason"])}
    />
  );
}

/** The address of a list of letters. */
export function listPath(pipeline: string, reason?: string, before?: number): string {
  const query = new URLSearchParams({
    ...(reason === undefined ? {} : { reason }),
    ...(before === undefined ? {} : { before: String(before) }),
  });
  return pipelinePath(pipeline, query.size === 0 ? "/dead" : `/dead?${query}`);
}

/** Where is asked whether dead orders are to be tried again, or let go of. */
export function confirmPath(
  pipeline: string,
  action: "replay" | "discard",
  fields: Readonly<Record<string, string>>,
): string {
  return pipelinePath(pipeline, `/dead/confirm?${new URLSearchParams({ action, ...fields })}`);
}

function ReasonTab(
  props: {
    readonly pipeline: string;
    readonly reason?: string;
    readonly orders: number;
    readonly current: boolean;
  },
): JSX.Element {
  return (
    <a
      href={listPath(props.pipeline, props.reason)}
      {...(props.current ? { "aria-current": "true" } : {})}
    >
      {`${props.reason ?? "All"} ${count(props.orders)}`}
    </a>
  );
}

function Explained({ reason }: { readonly reason: string }): JSX.Element {
  const { text, remedy } = explainReason("dead", reason);
  return (
    <p class="explained">
      <strong>{text}.</strong> {remedy === undefined ? "" : `${remedy}.`}
    </p>
  );
}

function LetterTable(
  props: {
    readonly pipeline: string;
    readonly letters: readonly DeadLetter[];
    readonly withReason: boolean;
  },
): JSX.Element {
  return (
    <div class="scroll" role="region" aria-label="Dead letters" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Order</th>
            {props.withReason ? <th scope="col">Reason</th> : ""}
            <th scope="col">Detail</th>
            <th scope="col">Since</th>
            <th scope="col">Do</th>
          </tr>
        </thead>
        <tbody>
          {props.letters.map((letter) => (
            <tr>
              <td>
                <a href={pipelinePath(props.pipeline, `/dead/${letter.orderId}`)}>
                  {String(letter.orderId)}
                </a>
              </td>
              {props.withReason ? <td>{letter.reason}</td> : ""}
              <td>{letter.detail}</td>
              <td>{moment(letter.at)}</td>
              <td>
                <a
                  href={confirmPath(props.pipeline, "replay", { id: String(letter.orderId) })}
                  aria-label={`Try again: order ${letter.orderId}`}
                >
                  Try again
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Steps({ row }: { readonly row: LedgerRow }): JSX.Element {
  return (
    <>
      <h3>Last steps</h3>
      <ul class="steps">
        {row.steps.map((step) => (
          <li>
            {`${moment(step.at)} ${step.what}`}
            {step.detail === undefined ? "" : `: ${step.detail}`}
          </li>
        ))}
      </ul>
    </>
  );
}
