import { contentHash } from "../../engine/content_hash.ts";
import { refundEnd, sameLinks } from "../../engine/refund_outcome.ts";
import { traceOrder } from "../../engine/trace.ts";
import { linksInUse, pointerTo } from "../../engine/work.ts";
import type { Decision, Item } from "../../engine/work.ts";
import { ApiError } from "../../http/error.ts";
import { normaliseEmail } from "../../records/email.ts";
import type { Origin } from "../../records/order_ref.ts";
import type { RefundLink } from "../../records/refund_link.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { LedgerRow } from "../../store/rows.ts";
import type { PipelineContext } from "../context.ts";
import { createMask, type Mask, showAll } from "../desk/mask.ts";
import { readingsOf } from "../fetched.ts";
import type { LiveEnd, LiveOrder, SitooFacts } from "./explanation.ts";
import { maskText, messageOf, stageReports, withMeaning } from "./stages.ts";

/** Options of {@linkcode readLive}. */
export interface LiveOptions {
  readonly orderId: number;
  /** Shows people as they are. */
  readonly showPersonalData: boolean;
  readonly row: LedgerRow | undefined;
}

/** Reads an order from Sitoo as it is now, and takes it through the stages of today. Sends nothing. */
export async function readLive(
  context: PipelineContext,
  options: LiveOptions,
  signal: AbortSignal,
): Promise<LiveOrder> {
  const { orderId } = options;
  try {
    const answer = await context.sitoo.readOrders([orderId], signal);
    const reading = readingsOf([orderId], answer).get(orderId) ?? { kind: "missing" };
    if (reading.kind !== "order") return reading;
    return await explainRead(reading.order, { context, ...options }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApiError)) throw error;
    return { kind: "failed", detail: error.message };
  }
}

interface Setting extends LiveOptions {
  readonly context: PipelineContext;
}

async function explainRead(
  order: SitooOrder,
  setting: Setting,
  signal: AbortSignal,
): Promise<LiveOrder> {
  const { context, row } = setting;
  const { orderid } = order;
  const links = linksInUse((await context.store.links([orderid])).get(orderid));
  const item = (origin: Origin): Item => ({
    pointer: pointerTo(orderid, origin),
    reading: { kind: "order", order },
    links,
    ...(row === undefined ? {} : { row }),
  });
  const mask = setting.showPersonalData ? showAll : createMask(order);
  let trace = await traceOrder(item("live"), context.pipeline, signal);
  if (row?.hash !== undefined && hashOf(trace.decision, context) !== row.hash) {
    // What is sent may depend on the way an order came; the store does not keep which one it was.
    const asHistory = await traceOrder(item("history"), context.pipeline, signal);
    if (hashOf(asHistory.decision, context) === row.hash) trace = asHistory;
  }
  const refunds = await refundsAtSitoo(order, links, { context, signal });
  return {
    kind: "read",
    facts: factsOf(order),
    stages: stageReports(trace, mask),
    end: trace.decision === undefined
      ? { kind: "failed", detail: maskText(messageOf(trace.failed?.error), mask) }
      : await endOf(trace.decision, { ...setting, order, mask, links }),
    ...(refunds === undefined ? {} : { unlinked: refunds }),
  };
}

/** The keyed hash under which the ledger keeps what was accepted. */
function hashOf(
  decision: Decision | undefined,
  { keyedHash }: Pick<PipelineContext, "keyedHash">,
): string | undefined {
  if (decision?.kind !== "send") return undefined;
  return contentHash(decision.encoded, keyedHash);
}

interface EndSetting extends Setting {
  readonly order: SitooOrder;
  readonly mask: Mask;
  readonly links: readonly RefundLink[];
}

async function endOf(decision: Decision, setting: EndSetting): Promise<LiveEnd> {
  const { row, context, mask, links } = setting;
  switch (decision.kind) {
    case "send": {
      const { id, bodies, contact } = decision.encoded;
      const parse = (body: string): unknown => JSON.parse(body);
      const masked = (value: unknown, part: string): unknown => mask(value, [part]);
      return {
        kind: "send",
        id,
        records: bodies.map((body) => masked(parse(body), "record")),
        ...(contact === undefined ? {} : { contact: masked(parse(contact), "contact") }),
        compared: row?.hash === undefined
          ? "new"
          : hashOf(decision, context) === row.hash
          ? "same"
          : "changed",
        refunds: links.map((link) => link.refund),
        unusable: decision.unusable,
      };
    }
    case "skip":
      return { kind: "skip", ...withMeaning("skipped", decision.rule) };
    case "wait":
      return { kind: "wait", ...withMeaning("waiting", decision.reason) };
    case "dead":
      return {
        kind: "dead",
        detail: maskText(decision.detail, mask),
        ...withMeaning("dead", decision.reason),
      };
    case "link":
      return await linkEnd(decision.links, setting);
    case "missing":
      return { kind: "dead", detail: "", ...withMeaning("dead", "not-found") };
  }
}

/** A refund ends as its original does. */
async function linkEnd(
  made: readonly RefundLink[],
  { context, order, row }: EndSetting,
): Promise<LiveEnd> {
  const originals = made.map((link) => link.original);
  const [link] = made;
  if (link === undefined) return { kind: "skip", ...withMeaning("skipped", "unlinked-refund") };
  const before = await context.store.linksOf(order.orderid);
  const wasRefused = row?.outcome === "dead" && row.rule !== undefined && sameLinks(before, made);
  const original = (await context.store.ledger([link.original])).get(link.original);
  const end = wasRefused
    ? { outcome: "dead" as const, rule: row.rule ?? "" }
    : refundEnd(link, { row: original, unreadable: false, unusable: undefined });
  if (end.outcome === "skipped" || end.outcome === "dead") {
    const { outcome, rule = "" } = end;
    return { kind: "link", originals, outcome, ...withMeaning(outcome, rule) };
  }
  const text = `Goes into order ${originals.join(", ")}, which is sent again with it`;
  return { kind: "link", originals, outcome: "linked", text };
}

/** Ids of refunds at Sitoo that credit the order and are not linked here. */
async function refundsAtSitoo(
  order: SitooOrder,
  links: readonly RefundLink[],
  { context, signal }: { readonly context: PipelineContext; readonly signal: AbortSignal },
): Promise<readonly number[] | undefined> {
  if (order.creditorderid !== undefined) return [];
  const known = new Set(links.map((link) => link.refund));
  try {
    const answer = await context.sitoo.readRefunds(order.orderid, signal);
    return answer.map((read) => read.orderId).filter((id) => !known.has(id));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function factsOf(order: SitooOrder): SitooFacts {
  const { additionaldata, email } = order;
  const receipt = additionaldata["pos-receiptid"];
  return {
    site: order.eshopid,
    placedAt: order.orderdate * 1000,
    orderstateid: order.orderstateid,
    paymentstateid: order.paymentstateid,
    ordertypeid: order.ordertypeid,
    total: order.moneytotal_gross_all,
    currency: order.currencycode,
    lines: order.orderitems.length,
    till: order.registerid !== undefined,
    ...(order.warehouseid === undefined ? {} : { warehouse: order.warehouseid }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(order.creditorderid === undefined ? {} : { credits: order.creditorderid }),
    email: email.trim() === ""
      ? "none"
      : normaliseEmail(email) === undefined
      ? "unusable"
      : "usable",
  };
}
