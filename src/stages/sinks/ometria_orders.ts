import * as z from "zod";
import { getLogger } from "@logtape/logtape";
import { duration } from "../../definition/scalars.ts";
import { expectedOf } from "../../records/expected_order.ts";
import { type MappedOrder, mappedOrderType } from "../../records/ometria_order.ts";
import { localDay } from "../../time/zone.ts";
import { defineOrderSink } from "../define.ts";
import type { DeliveryResult, EncodedOrder, OrderSink } from "../contract.ts";
import { problemOf, problemOfContact } from "./check_order.ts";
import { pushRecords, type PushRecordsOptions, type RecordResult } from "./delivery.ts";

/** Ometria refuses a record over 60 KB; which kilobyte is not said, so the smaller one. */
const MAX_RECORD_BYTES = 60_000;

/** Ometria's limit for any push. */
const CONTACTS_IN_A_PUSH = 100;

const logger = getLogger(["tillpipe", "ometria-orders"]);
const sizeExpected = "Expected a whole number from 1 to 100, which is Ometria's limit";

const schema = z.strictObject({
  batch_size: z.int(sizeExpected).min(1, sizeExpected).max(100, sizeExpected).default(100).meta({
    description: "Records in one push",
    examples: [100, 25],
  }),
  settle: duration().prefault("60s").meta({
    description:
      "Pause between two pushes of the same order; Ometria may apply pushes in another order than they came",
    examples: ["60s"],
  }),
});

/** Sends orders and opt-ins to Ometria. */
export const ometriaOrders = defineOrderSink({
  use: "ometria-orders",
  summary: "Sends orders and opt-ins to Ometria",
  description:
    `Pushes whole orders, up to \`batch_size\` at once, each after its contact if \`opt-in\` made one.

**At least once.** An order counts as delivered when Ometria has accepted it. If Tillpipe is killed between the push
and its own commit, the order is pushed again, with the same id and content, which changes nothing at Ometria.
An order whose content is as it was is not pushed again at all.

**One bad record costs the others nothing.** A refused push is halved until the refused record stands alone; that
order is dead as \`rejected-by-ometria\`. A record Ometria could not take is not sent in the first place: dead as
\`invalid-record\`, or \`record-too-large\` over 60 KB. A contact that is refused is left out; its order still goes.

**When a call fails**, what was accepted before it stays so, and the rest of the batch is delivered again later.`,
  schema,
  takes: mappedOrderType,
  create: (options, services): OrderSink<MappedOrder> => ({
    sink: "orders",
    takes: mappedOrderType,
    batchSize: options.batch_size,
    settle: options.settle,
    encode,
    deliver: (batch, signal, deliverOptions = {}) =>
      deliver(batch, {
        ...deliverOptions,
        ometria: services.ometria,
        size: options.batch_size,
        now: services.now,
        signal,
      }),
  }),
});

function encode(
  mapped: MappedOrder,
): EncodedOrder | { readonly reason: string; readonly detail: string } {
  const { order, unlinkedReturn, contact } = mapped;
  const records = unlinkedReturn === undefined ? [order] : [order, unlinkedReturn];
  const bodies: string[] = [];
  for (const record of records) {
    const problem = problemOf(record);
    if (problem !== undefined) return { reason: "invalid-record", detail: problem };
    const body = JSON.stringify(record);
    const bytes = byteLength(body);
    if (bytes > MAX_RECORD_BYTES) {
      const detail = `${bytes} bytes with ${record.lineitems.length} lines, over 60 KB`;
      return { reason: "record-too-large", detail };
    }
    bodies.push(body);
  }
  const problem = contact === undefined ? undefined : problemOfContact(contact);
  if (problem !== undefined) return { reason: "invalid-record", detail: problem };
  return {
    id: order.id,
    bodies,
    ...(contact === undefined ? {} : { contact: JSON.stringify(contact) }),
    total: String(order.grand_total),
    currency: order.currency,
    store: order.store ?? "",
    day: localDay(Date.parse(order.timestamp), mapped.timezone),
    expected: expectedOf(order),
  };
}

/** Bytes in UTF-8, counted only where the text is long enough to matter. */
function byteLength(text: string): number {
  return text.length * 3 <= MAX_RECORD_BYTES ? text.length : new TextEncoder().encode(text).length;
}

async function deliver(
  batch: readonly EncodedOrder[],
  options: PushRecordsOptions,
): Promise<readonly DeliveryResult[]> {
  const contacts = [...latestContacts(batch).values()];
  const answers = await pushRecords(contacts, { ...options, size: CONTACTS_IN_A_PUSH });
  const failure = answers.find((answer) => answer.kind === "failed");
  if (failure !== undefined) {
    const { error } = failure;
    return batch.map(() => ({ kind: "failed", error }));
  }
  const refused = answers.filter((answer) => answer.kind === "rejected").length;
  if (refused > 0) logger.warn("Ometria refused {refused} contacts", { refused });

  const records = await pushRecords(batch.flatMap((order) => order.bodies), options);
  let next = 0;
  return batch.map((order) => {
    const own = records.slice(next, next + order.bodies.length);
    next += order.bodies.length;
    return together(own);
  });
}

/** One record a contact: the one of the order that comes last, as if they had been pushed one by one. */
function latestContacts(batch: readonly EncodedOrder[]): ReadonlyMap<string, string> {
  const byId = new Map<string, string>();
  for (const { contact } of batch) {
    if (contact !== undefined) byId.set(idOf(contact), contact);
  }
  return byId;
}

function idOf(contact: string): string {
  const record: unknown = JSON.parse(contact);
  const named = typeof record === "object" && record !== null && "id" in record;
  return named && typeof record.id === "string" ? record.id : contact;
}

/** An order is as well off as the worst of its records; what has to be tried again comes first. */
function together(records: readonly RecordResult[]): DeliveryResult {
  const failure = records.find((record) => record.kind === "failed");
  if (failure?.kind === "failed") {
    const { error } = failure;
    const unsure = records.some((record) =>
      record.kind === "accepted" || (record.kind === "failed" && record.unsure)
    );
    return { kind: "failed", error, ...(unsure ? { unsure } : {}) };
  }
  const rejected = records.findIndex((record) => record.kind === "rejected");
  const bad = records[rejected];
  if (bad?.kind === "rejected") {
    const which = rejected === 0 ? "" : "its unlinked return: ";
    return { kind: "rejected", reason: "rejected-by-ometria", detail: which + bad.detail };
  }
  const accepted = records.findLast((record) => record.kind === "accepted");
  if (accepted?.kind !== "accepted") throw new Error("Order was encoded without a record");
  return { kind: "accepted", at: accepted.at };
}
