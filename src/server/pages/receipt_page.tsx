import type { JSX } from "hono/jsx/jsx-runtime";
import type { ReceiptEntry, ReceiptPage } from "../../runtime/receipts/list_receipts.ts";
import { sum } from "../../runtime/status.ts";
import type { ReceiptState } from "../../store/rows.ts";
import { count, moment } from "../figures.ts";
import { pipelinePath } from "./layout.tsx";
import { Question, Said } from "./parts.tsx";

/** What an operator can do about a receipt that has ended without being sent. */
export type ReceiptAct = "resend" | "mark-sent";

/** All states, those first that need somebody. */
export const RECEIPT_STATES: readonly ReceiptState[] = [
  "unknown",
  "refused",
  "expired",
  "no-address",
  "skipped",
  "asked",
  "reserved",
  "sent",
];

/** Every state in plain words. */
const MEANINGS: Readonly<Record<ReceiptState, string>> = {
  unknown:
    "The call was cut off, so it may or may not have reached the customer. It is never sent again by itself: ask the customer or Ometria, then say here that it was sent, or send it again",
  refused: "Ometria refused it, for the reason in the detail",
  expired: "It was asked for too long ago when it could have been sent (max_age of ometria-email)",
  "no-address": "The order had no usable email address",
  skipped: "A rule of ometria-email left it out",
  asked: "On its way; it goes out by itself",
  reserved: "The call is under way",
  sent: "Ometria took it",
};

/** Properties of {@linkcode ReceiptList}. */
export interface ReceiptListProps {
  readonly pipeline: string;
  /** Receipts by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Only those that stand so are listed. */
  readonly state?: ReceiptState;
  readonly page: ReceiptPage;
  /** Whether this is not the first page. */
  readonly later: boolean;
  /** What an act has just done. */
  readonly said?: { readonly text: string; readonly bad: boolean };
}

/** Receipts, by state and page by page. */
export function ReceiptList(props: ReceiptListProps): JSX.Element {
  const { pipeline, states, state, page, said } = props;
  const known = RECEIPT_STATES.filter((name) => (states[name] ?? 0) > 0 || name === state);
  const all = sum(states);
  return (
    <section class="card" aria-label="Receipts">
      {said === undefined ? "" : <Said text={said.text} bad={said.bad} />}
      <nav aria-label="States" class="tabs">
        <a href={receiptsPath(pipeline)} {...(state === undefined ? CURRENT : {})}>
          {`All ${count(all)}`}
        </a>
        {known.map((name) => (
          <a href={receiptsPath(pipeline, { state: name })} {...(state === name ? CURRENT : {})}>
            {`${name} ${count(states[name] ?? 0)}`}
          </a>
        ))}
      </nav>
      {state === undefined ? "" : <p class="explained">{`${MEANINGS[state]}.`}</p>}
      {page.receipts.length === 0
        ? <p>{props.later ? "There are no more." : "No receipt stands like this."}</p>
        : <ReceiptTable {...{ pipeline, receipts: page.receipts }} />}
      <p class="actions">
        {props.later ? <a href={receiptsPath(pipeline, withState(state))}>First page</a> : ""}
        {page.next === undefined
          ? ""
          : (
            <a href={receiptsPath(pipeline, { ...withState(state), after: page.next })}>
              Next page
            </a>
          )}
      </p>
      <p class="hint">Addresses are not kept; the order has them, at Sitoo.</p>
    </section>
  );
}

/** Properties of {@linkcode ConfirmReceipt}. */
export interface ConfirmReceiptProps {
  readonly pipeline: string;
  readonly receipt: ReceiptEntry;
  readonly act: ReceiptAct;
}

/** Asks once more before a receipt is sent again, or taken for sent. */
export function ConfirmReceipt({ pipeline, receipt, act }: ConfirmReceiptProps): JSX.Element {
  const isResend = act === "resend";
  const { orderId, state, id } = receipt;
  const twice = state === "unknown"
    ? "It may have arrived already: then the customer gets it twice. "
    : "";
  return (
    <Question
      title={isResend
        ? `Send the receipt of order ${orderId} again?`
        : `Take the receipt of order ${orderId} for sent?`}
      text={isResend
        ? `${twice}The order is read from Sitoo as it is now, and its receipt is sent whatever its age.`
        : "Nothing is sent. It counts as sent from then on, and cannot be sent again from here."}
      action={pipelinePath(pipeline, `/receipts/${act}`)}
      fields={{ id }}
      button={isResend ? "Send again" : "It was sent"}
      danger={isResend && state === "unknown"}
      back={receiptsPath(pipeline, { state })}
    />
  );
}

/** The address of a list of receipts. */
export function receiptsPath(
  pipeline: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query);
  return pipelinePath(pipeline, search.size === 0 ? "/receipts" : `/receipts?${search}`);
}

const CURRENT = { "aria-current": "true" } as const;

function withState(state: ReceiptState | undefined): Readonly<Record<string, string>> {
  return state === undefined ? {} : { state };
}

function ReceiptTable(
  { pipeline, receipts }: {
    readonly pipeline: string;
    readonly receipts: readonly ReceiptEntry[];
  },
): JSX.Element {
  return (
    <div class="scroll" role="region" aria-label="List of receipts" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">State</th>
            <th scope="col">Asked for</th>
            <th scope="col">Detail</th>
            <th scope="col">Do</th>
          </tr>
        </thead>
        <tbody>
          {receipts.map((receipt) => (
            <tr>
              <td>
                <a href={`/orders/${receipt.orderId}`}>{String(receipt.orderId)}</a>
              </td>
              <td>{receipt.state}</td>
              <td>{moment(receipt.askedAt)}</td>
              <td>{detailOf(receipt)}</td>
              <td>{receipt.open ? <Acts {...{ pipeline, receipt }} /> : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function detailOf({ reason, detail, steps = [] }: ReceiptEntry): string {
  return [
    ...(reason === undefined ? [] : [reason]),
    ...(detail === undefined ? [] : [detail]),
    ...steps.map(({ at, act, from }) =>
      `${act === "resend" ? "sent again" : "taken for sent"} by an operator ${
        moment(at)
      }, was ${from}`
    ),
  ].join("; ");
}

function Acts(
  { pipeline, receipt }: { readonly pipeline: string; readonly receipt: ReceiptEntry },
): JSX.Element {
  const link = (act: ReceiptAct, text: string): JSX.Element => (
    <a
      href={pipelinePath(
        pipeline,
        `/receipts/confirm?${new URLSearchParams({ act, id: receipt.id })}`,
      )}
      aria-label={`${text}: receipt of order ${receipt.orderId}`}
    >
      {text}
    </a>
  );
  return <>{link("resend", "Send again")} {link("mark-sent", "It was sent")}</>;
}
