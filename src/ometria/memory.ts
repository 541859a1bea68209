import type { Receipt } from "../records/receipt.ts";
import type {
  CatalogueProduct,
  EmailAnswer,
  OmetriaApi,
  OptInStatus,
  PushAnswer,
  StoredOrder,
} from "./api.ts";

/** Names of Ometria's calls. */
export type OmetriaMethod = keyof OmetriaApi;

/** A pushed record, parsed. */
export type PushedRecord = Readonly<Record<string, unknown>>;

/** An Ometria in memory, for tests of what stands above the client. */
export interface MemoryOmetria extends OmetriaApi {
  /** Every call that was made, failed ones too, in order. */
  readonly calls: readonly OmetriaMethod[];
  /** The accepted pushes, each with its records. */
  readonly pushes: readonly (readonly PushedRecord[])[];
  /** What is held: the last accepted record under each `@type` and id, as `order/50211`. */
  readonly held: ReadonlyMap<string, PushedRecord>;
  /** Every email that was accepted. */
  readonly emails: readonly Receipt[];
  /** Orders as they are read back, by id; an accepted push puts them there itself. */
  readonly stored: Map<string, StoredOrder>;
  /** What look-ups say of an address; `none` when it is not in here. */
  readonly optIns: Map<string, OptInStatus>;
  /** A batch with a record of one of these ids is rejected whole, as Ometria does. */
  readonly bad: Set<string>;
  /** Accepted records of these ids never come to be stored. */
  readonly lost: Set<string>;
  /** What `pushErrors` gives. */
  readonly errors: string[];
  /** The next call (of that method, if one is named) rejects with this error. May be said repeatedly. */
  failNext(error: Error, method?: OmetriaMethod): void;
  /** The next email gets this answer and is not taken unless it is `sent` or `unknown`. */
  answerNextEmail(answer: EmailAnswer): void;
}

/** What a {@linkcode MemoryOmetria} knows from the start. */
export interface MemoryOmetriaOptions {
  readonly products?: readonly CatalogueProduct[];
}

/** Makes an Ometria in memory that answers as the real client does, and applies pushes at once. */
export function createMemoryOmetria(options: MemoryOmetriaOptions = {}): MemoryOmetria {
  const calls: OmetriaMethod[] = [];
  const pushes: PushedRecord[][] = [];
  const held = new Map<string, PushedRecord>();
  const emails: Receipt[] = [];
  const stored = new Map<string, StoredOrder>();
  const optIns = new Map<string, OptInStatus>();
  const bad = new Set<string>();
  const lost = new Set<string>();
  const errors: string[] = [];
  const failures: { error: Error; method: OmetriaMethod | undefined }[] = [];
  const emailAnswers: EmailAnswer[] = [];

  return {
    calls,
    pushes,
    held,
    emails,
    stored,
    optIns,
    bad,
    lost,
    errors,
    failNext: (error, method) => void failures.push({ error, method }),
    answerNextEmail: (answer) => void emailAnswers.push(answer),
    push: (bodies, signal) => answer("push", signal, () => push(bodies)),
    sendEmail: (receipt, signal) => answer("sendEmail", signal, () => send(receipt)),
    readOrder: (id, signal) => answer("readOrder", signal, () => stored.get(id)),
    recentOrders: (offset, signal) =>
      answer("recentOrders", signal, () => {
        return [...stored.values()].toReversed().slice(offset, offset + 250);
      }),
    products: (offset, signal) =>
      answer("products", signal, () => (options.products ?? []).slice(offset, offset + 250)),
    pushErrors: (signal) => answer("pushErrors", signal, () => [...errors]),
    optInStatus: (email, signal) =>
      answer("optInStatus", signal, () => optIns.get(email) ?? "none"),
  };

  async function answer<T>(
    method: OmetriaMethod,
    signal: AbortSignal,
    give: () => T,
  ): Promise<T> {
    signal.throwIfAborted();
    calls.push(method);
    // Answers come later than the call, as they do over a network.
    await Promise.resolve();
    const index = failures.findIndex((one) => one.method === undefined || one.method === method);
    const [failure] = index < 0 ? [] : failures.splice(index, 1);
    if (failure !== undefined) throw failure.error;
    return give();
  }

  function push(bodies: readonly string[]): PushAnswer {
    const records = bodies.map(parseRecord);
    if (records.length > 100) throw new RangeError("Cannot push more than 100 records in one call");
    if (new Set(records.map((record) => record["@type"])).size > 1) {
      throw new TypeError("Cannot push records of several types in one call");
    }
    if (records.some((record) => bad.has(idOf(record)))) {
      return { kind: "rejected", status: 202, detail: "Rejected 1 of the records" };
    }
    pushes.push(records);
    for (const record of records) {
      if (lost.has(idOf(record))) continue;
      held.set(`${record["@type"]}/${idOf(record)}`, record);
      if (record["@type"] !== "order") continue;
      stored.delete(idOf(record));
      stored.set(idOf(record), storedOf(record));
    }
    return { kind: "accepted", requestId: `request-${pushes.length}` };
  }

  function send(receipt: Receipt): EmailAnswer {
    const given = emailAnswers.shift() ?? { kind: "sent" };
    if (given.kind === "sent" || given.kind === "unknown") emails.push(receipt);
    return given;
  }
}

function parseRecord(body: string): PushedRecord {
  const record: unknown = JSON.parse(body);
  if (!isRecord(record)) throw new TypeError("Cannot push what is no object");
  return record;
}

function storedOf(order: PushedRecord): StoredOrder {
  const items = order["lineitems"];
  const lines = Array.isArray(items) ? items.filter(isRecord) : [];
  const { status, is_valid } = order;
  return {
    id: idOf(order),
    grand_total: numberOf(order["grand_total"]),
    ...(typeof status === "string" ? { status } : {}),
    ...(typeof is_valid === "boolean" ? { is_valid } : {}),
    lines: lines.length,
    quantityRefunded: sum(lines, "quantity_refunded"),
    refunded: sum(lines, "refunded"),
  };
}

function sum(lines: readonly PushedRecord[], field: string): number {
  // In hundredths, so that what is added up are whole numbers.
  const hundredths = lines.map((line) => Math.round(numberOf(line[field]) * 100));
  return hundredths.reduce((total, one) => total + one, 0) / 100;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function idOf(record: PushedRecord): string {
  return String(record["id"]);
}

function isRecord(value: unknown): value is PushedRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
