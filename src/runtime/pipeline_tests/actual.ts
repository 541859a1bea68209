import type { PushedRecord } from "../../ometria/memory.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { LedgerRow, OutboxRow } from "../../store/rows.ts";
import type { TestWorld } from "./test_world.ts";

/** How one order stands. */
export interface ActualOrder {
  readonly outcome: "delivered" | "skipped" | "waiting" | "linked" | "dead";
  /** The rule of a skip, the reason of a wait or of a dead order. */
  readonly rule: string;
  /** Of a dead order. */
  readonly detail: string;
  /** Of a linked refund. */
  readonly original: number | undefined;
  /** What Ometria holds of it: none, one, or two with an unlinked return. */
  readonly records: readonly PushedRecord[];
  readonly pushes: number;
}

/** A receipt, and the email if one was sent. */
export interface ActualReceipt {
  readonly order: number;
  readonly state: OutboxRow["state"];
  readonly detail: string;
  readonly email: Receipt | undefined;
}

/** Everything a test can say something about. */
export interface Actual {
  readonly orders: ReadonlyMap<number, ActualOrder>;
  readonly contacts: readonly PushedRecord[];
  readonly receipts: readonly ActualReceipt[];
}

/** Looks at what the pipeline has made of a test's orders so far. */
export async function collectActual({ context, ometria }: TestWorld): Promise<Actual> {
  const { store } = context;
  const details = new Map((await store.deadLetters(10_000)).map((dead) => [dead.orderId, dead]));
  const orders = new Map<number, ActualOrder>();
  for await (const row of store.ledgerRange(0, Number.MAX_SAFE_INTEGER)) {
    const links = await store.linksOf(row.orderId);
    const records = recordsOf(row, ometria.held);
    orders.set(row.orderId, {
      outcome: row.outcome,
      rule: row.rule ?? "",
      detail: details.get(row.orderId)?.detail ?? "",
      original: links.find((link) => link.lines.length > 0)?.original,
      records,
      pushes: ometria.pushes.flat().filter((record) => isSent(record, row)).length,
    });
  }
  const contacts = [...ometria.held].flatMap(([key, record]) =>
    key.startsWith("contact/") ? [record] : []
  );
  return { orders, contacts, receipts: await receiptsOf(context, ometria.emails) };
}

function recordsOf(
  row: LedgerRow,
  held: ReadonlyMap<string, PushedRecord>,
): readonly PushedRecord[] {
  const { sentId } = row;
  if (sentId === undefined) return [];
  return [held.get(`order/${sentId}`), held.get(`order/${sentId}:return`)]
    .filter((record) => record !== undefined);
}

function isSent(record: PushedRecord, { sentId }: LedgerRow): boolean {
  return sentId !== undefined && record["@type"] === "order" && record["id"] === sentId;
}

/** Emails go out in the order of their receipts, so the nth sent receipt has the nth email. */
async function receiptsOf(
  { store }: TestWorld["context"],
  emails: readonly Receipt[],
): Promise<readonly ActualReceipt[]> {
  const rows = (await store.receipts(10_000)).toSorted((a, b) =>
    a.askedAt - b.askedAt || a.id.localeCompare(b.id)
  );
  let next = 0;
  return rows.map(({ orderId, state, reason, detail }) => ({
    order: orderId,
    state,
    detail: [reason, detail].filter((part) => part !== undefined).join(": "),
    email: state === "sent" || state === "unknown" ? emails[next++] : undefined,
  }));
}
