import { minorDigits } from "../../../records/money.ts";
import type { MappedOrder, OmetriaOrder } from "../../../records/ometria_order.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import type { Passed, Verdict } from "../../contract.ts";
import type { Answers } from "./asked.ts";
import { dateProblem } from "./dates.ts";
import type { ProductLine } from "./items.ts";
import type { MapOptions } from "./options.ts";
import type { Overrides } from "./overrides.ts";
import type { Plan } from "./plan.ts";
import { buildRecord, type RecordParts } from "./record.ts";
import { allocate, nothingReturned, type Returned } from "./refunds.ts";
import { skip, type Stop } from "./select.ts";
import { linesTotals, mainTotals, type Totals } from "./totals.ts";

/** What is known about an order beside its plan. */
export interface Known {
  /** The order as it may be shown: without the person, where nobody may be named. */
  readonly sitoo: SitooOrder;
  readonly email: string | undefined;
  readonly answers: Answers;
  readonly currency: string | undefined;
  readonly store: string | undefined;
  readonly timezone: string;
  /** Epoch ms. */
  readonly now: number;
  readonly options: MapOptions;
  readonly overrides: Overrides;
}

/** Turns a planned order into its record, or says why it cannot be one. */
export function finishOrder(plan: Plan, known: Known): Verdict<MappedOrder> {
  const checked = checkHead(plan, known);
  if (typeof checked !== "string") return checked;
  const digits = minorDigits(checked);
  const common = commonParts(plan, known, { currency: checked, digits });
  const kept = new Set(plan.lines.filter((line) => isSent(line, known.options)));
  const left = plan.content.products.filter((line) => !kept.has(line));
  const share = { kept: [...kept], left };
  const totals = mainTotals(plan.input.record, plan.content, { share, digits });
  const returned = plan.direction === "sale"
    ? allocate(plan.input.record.orderid, plan.lines, plan.input.facts.links)
    : nothingReturned;
  const main = isNothing(share.kept, totals) && !plan.input.facts.delivered
    ? undefined
    : buildRecord({
      ...common,
      totals,
      lines: plan.lines.flatMap((line, position) =>
        kept.has(line) ? [{ line, refund: returned.lines.get(position) }] : []
      ),
    });
  return passOn(plan, known, { main, part: returnPart(plan, common), returned });
}

/** The currency, or what is wrong with the order's head. */
function checkHead(plan: Plan, { currency, now, options, answers }: Known): string | Stop {
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) {
    const detail = currency === undefined || currency === ""
      ? "Neither the order nor its site names a currency"
      : "currencycode is no ISO 4217 code";
    return dead("currency-missing", detail);
  }
  if (options.currencies !== "any" && !options.currencies.includes(currency)) {
    return dead("unexpected-currency", `currencycode is ${currency}`);
  }
  const date = dateProblem(plan.input.record.orderdate, now);
  if (date !== undefined) return dead("bad-date", date);
  return answers.failure === undefined ? currency : dead("set-invalid", answers.failure);
}

type Common = Omit<RecordParts, "lines" | "totals">;

function commonParts(
  plan: Plan,
  { sitoo, email, store, answers, options }: Known,
  { currency, digits }: { readonly currency: string; readonly digits: number },
): Common {
  return {
    sitoo,
    content: plan.content,
    currency,
    digits,
    store,
    email,
    customerId: customerId(sitoo, answers, options),
    direction: plan.direction,
    part: false,
    options,
  };
}

/** `sitoo` holds no CRM id where nobody may be named; what an expression made up is up to it. */
function customerId(
  sitoo: SitooOrder,
  answers: Answers,
  options: MapOptions,
): string | undefined {
  const id = options.customer_id === "crm"
    ? sitoo.additionaldata["crm-customerid"]?.trim()
    : answers.customerId;
  return id === "" ? undefined : id;
}

/** The return in an order with mixed signs that names no original: an order of its own. */
function returnPart(plan: Plan, common: Common): OmetriaOrder | undefined {
  const lines = plan.returned.filter((line) => isSent(line, common.options));
  if (lines.length === 0) return undefined;
  return buildRecord({
    ...common,
    lines: lines.map((line) => ({ line, refund: undefined })),
    totals: linesTotals(plan.input.record, lines, common.digits),
    direction: "return",
    part: true,
  });
}

interface Made {
  readonly main: OmetriaOrder | undefined;
  readonly part: OmetriaOrder | undefined;
  readonly returned: Returned;
}

function passOn(plan: Plan, known: Known, made: Made): Verdict<MappedOrder> {
  const first = made.main ?? made.part;
  if (first === undefined) {
    return plan.links.length > 0 ? { kind: "link", links: plan.links } : skip("empty-order");
  }
  const order = override(first, known);
  const second = made.main === undefined || made.part === undefined
    ? undefined
    : override(made.part, known);
  if ("kind" in order) return order;
  if (second !== undefined && "kind" in second) return second;
  const record: MappedOrder = {
    order,
    sitoo: known.sitoo,
    ...(second === undefined ? {} : { unlinkedReturn: second }),
    timezone: known.timezone,
  };
  const { unusable } = made.returned;
  const passed: Passed<MappedOrder> = {
    kind: "pass",
    record,
    ...(plan.links.length === 0 ? {} : { links: plan.links }),
    ...(unusable.length === 0 ? {} : { unusable }),
  };
  return passed;
}

function override(order: OmetriaOrder, { overrides, answers }: Known): OmetriaOrder | Stop {
  const result = overrides.apply(order, answers.values ?? new Map());
  return result.ok ? result.order : dead("set-invalid", result.detail);
}

/** Money for a gift card counts when the card is used. */
function isSent(line: ProductLine, options: MapOptions): boolean {
  return !line.giftCard || options.gift_cards === "send";
}

/** No line is left, and no money but rounding. */
function isNothing(kept: readonly ProductLine[], totals: Totals): boolean {
  return kept.length === 0 && totals.grandTotal.equals(totals.rounding);
}

function dead(reason: string, detail: string): Stop {
  return { kind: "dead", reason, detail };
}
