import { contentHash } from "../../engine/content_hash.ts";
import { decide } from "../../engine/decide.ts";
import { isMap } from "../../definition/plain.ts";
import type { Decided, Item } from "../../engine/work.ts";
import type { OmetriaApi } from "../../ometria/api.ts";
import type { ReadOrder } from "../../sitoo/api.ts";
import type { PipelineContext } from "../context.ts";
import { batchOf } from "../history_batch.ts";
import { withMethods } from "../with_methods.ts";

/** What some pages of history came to when they went through the stages. */
export interface Sample {
  /** Orders read. */
  orders: number;
  pages: number;
  /** ms that reading them took, the connection's gap included. */
  readingMs: number;
  /** Pushes of orders, and of contacts. */
  pushes: number;
  contactPushes: number;
  /** Orders that would be sent. */
  sends: number;
  /** Originals in other pages that refunds make due again. */
  originals: number;
  /** Of those, the ones from before the run and unknown, whose refunds are asked for. */
  uncovered: number;
  /** Sites that were met; each has settings of its own. */
  readonly sites: Set<number>;
  /** How often each person was met, by the contact's id. */
  readonly people: Map<string, number>;
}

export function emptySample(): Sample {
  return {
    orders: 0,
    pages: 0,
    readingMs: 0,
    pushes: 0,
    contactPushes: 0,
    sends: 0,
    originals: 0,
    uncovered: 0,
    sites: new Set(),
    people: new Map(),
  };
}

/** An Ometria that looks nobody up and says that everybody may be opted in; `onLookUp`: it was asked to. */
export function withoutLookUps(ometria: OmetriaApi, onLookUp: () => void): OmetriaApi {
  return withMethods(ometria, {
    optInStatus: () => {
      onLookUp();
      return Promise.resolve("none");
    },
  });
}

/** Runs a page through the stages as history would, and adds what it would take. `first`: where the run begins. */
export async function addPage(
  sample: Sample,
  page: { readonly orders: readonly ReadOrder[]; readonly first: number },
  { context, signal }: { readonly context: PipelineContext; readonly signal: AbortSignal },
): Promise<void> {
  const { pipeline, clock, store } = context;
  const batch = batchOf(page.orders, { now: clock.now(), minAge: pipeline.history?.minAge ?? 0 });
  const ids = batch.pointers.map((pointer) => pointer.orderId);
  const [rows, links] = await Promise.all([store.ledger(ids), store.links(ids)]);
  const items = batch.pointers.map((pointer): Item => {
    const row = rows.get(pointer.orderId);
    return {
      pointer,
      reading: batch.readings.get(pointer.orderId) ?? { kind: "missing" },
      links: links.get(pointer.orderId) ?? [],
      ...(row === undefined ? {} : { row }),
    };
  });
  const decided = await decide(items, pipeline, signal);
  sample.orders += page.orders.length;
  sample.pages++;
  for (const read of page.orders) if (read.ok) sample.sites.add(read.order.eshopid);
  addPushes(sample, decided, context);
  await addOriginals(sample, { decided, ids: new Set(ids), first: page.first }, context);
}

function addPushes(
  sample: Sample,
  decided: readonly Decided[],
  { pipeline, keyedHash }: PipelineContext,
): void {
  let bodies = 0;
  const contacts = new Set<string>();
  for (const { item, decision } of decided) {
    if (decision.kind !== "send") continue;
    const { encoded } = decision;
    const person = encoded.contact === undefined ? undefined : idOf(encoded.contact);
    if (person !== undefined) sample.people.set(person, (sample.people.get(person) ?? 0) + 1);
    const hash = contentHash(encoded, keyedHash);
    if (item.row?.hash === hash) continue;
    sample.sends++;
    bodies += encoded.bodies.length;
    if (person !== undefined) contacts.add(person);
  }
  sample.pushes += Math.ceil(bodies / (pipeline.orders?.batchSize ?? 100));
  if (contacts.size > 0) sample.contactPushes++;
}

async function addOriginals(
  sample: Sample,
  { decided, ids, first }: {
    readonly decided: readonly Decided[];
    readonly ids: ReadonlySet<number>;
    readonly first: number;
  },
  { store }: PipelineContext,
): Promise<void> {
  const elsewhere = new Set<number>();
  for (const { decision } of decided) {
    if (decision.kind !== "link" && decision.kind !== "send") continue;
    for (const { original } of decision.links) if (!ids.has(original)) elsewhere.add(original);
  }
  const before = [...elsewhere].filter((id) => id < first);
  const known = before.length === 0 ? new Map() : await store.ledger(before);
  sample.originals += elsewhere.size;
  sample.uncovered += before.filter((id) => !known.has(id)).length;
}

function idOf(contact: string): string {
  const record: unknown = JSON.parse(contact);
  return isMap(record) ? String(record["id"]) : contact;
}

/**
 * How many different people are among `met` meetings, judging by a sample: from how often the same person was
 * met twice in it. Without any such pair, everybody may be somebody else.
 */
export function differentPeople(meetings: Iterable<number>, met: number): number {
  let sampled = 0;
  let pairs = 0;
  for (const times of meetings) {
    sampled += times;
    pairs += times * (times - 1) / 2;
  }
  if (pairs === 0 || met <= sampled) return Math.round(met);
  const all = sampled * (sampled - 1) / 2 / pairs;
  return Math.min(Math.round(met), Math.round(all * (1 - Math.exp(-met / all))));
}
