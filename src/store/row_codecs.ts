import * as z from "zod";
import type { RefundLink } from "../records/refund_link.ts";
import { type Codec, defineCodec, type ShapeOf } from "./codec.ts";
import type {
  AccountRow,
  ActivityRow,
  Checkpoint,
  ConfirmRow,
  ConnectionRow,
  DeadLetter,
  Hole,
  LaneMode,
  OutboxRow,
  ProductMatchRow,
  QuarantineRow,
  ReceiptStep,
  SweepRow,
} from "./rows.ts";
import { receiptStates } from "./rows.ts";

const text = z.string();
const number = z.number();
const id = z.int();
const counts = z.record(z.string(), z.number());
const optional = {
  text: text.exactOptional(),
  number: number.exactOptional(),
  id: id.exactOptional(),
};

/** Of a row, what its key does not say already. */
type Stored<T, InKey extends keyof T> = Omit<T, InKey>;

/** A refund's links without the ids, which are the key. */
export const linkCodec: Codec<Stored<RefundLink, "original" | "refund">> = defineCodec({
  kind: "refund link",
  version: 1,
  schema: z.object(
    {
      lines: z.array(
        z.object({ index: optional.id, sku: text, quantity: number, amount: text }),
      ),
    } satisfies ShapeOf<Stored<RefundLink, "original" | "refund">>,
  ),
});

export const deadCodec: Codec<Stored<DeadLetter, "orderId">> = defineCodec({
  kind: "dead letter",
  version: 1,
  schema: z.object(
    {
      site: optional.id,
      reason: text,
      detail: text,
      at: number,
      attempts: number,
    } satisfies ShapeOf<Stored<DeadLetter, "orderId">>,
  ),
});

export const checkpointCodec: Codec<Checkpoint> = defineCodec({
  kind: "checkpoint",
  version: 1,
  schema: z.object(
    {
      state: z.enum(["requested", "running", "done", "failed", "stopped"]),
      next: number,
      to: optional.number,
      dateFrom: optional.number,
      total: number,
      read: number,
      delivered: number,
      unchanged: number,
      linked: number,
      skipped: number,
      waiting: number,
      dead: number,
      young: number,
      holes: optional.number,
      since: optional.number,
      startedAt: number,
      updatedAt: number,
      fingerprint: text,
      error: optional.text,
    } satisfies ShapeOf<Checkpoint>,
  ),
});

export const holeCodec: Codec<Stored<Hole, "from">> = defineCodec({
  kind: "hole in history",
  version: 1,
  schema: z.object(
    {
      to: number,
      since: number,
      dueAt: number,
      tries: number,
      detail: text,
    } satisfies ShapeOf<Stored<Hole, "from">>,
  ),
});

const receiptState = z.enum(receiptStates);

export const outboxCodec: Codec<OutboxRow> = defineCodec({
  kind: "receipt",
  version: 1,
  schema: z.object(
    {
      id: text,
      orderId: id,
      site: optional.id,
      state: receiptState,
      askedAt: number,
      dueAt: number,
      attempts: number,
      at: number,
      reason: optional.text,
      detail: optional.text,
      steps: z.array(
        z.object(
          {
            at: number,
            act: z.enum(["resend", "mark-sent"]),
            from: receiptState,
          } satisfies ShapeOf<
            ReceiptStep
          >,
        ),
      ).exactOptional(),
    } satisfies ShapeOf<OutboxRow>,
  ),
});

export const quarantineCodec: Codec<QuarantineRow> = defineCodec({
  kind: "quarantined event",
  version: 1,
  schema: z.object(
    {
      at: number,
      reason: text,
      hash: text,
      eventId: optional.text,
      orderId: optional.number,
    } satisfies ShapeOf<QuarantineRow>,
  ),
});

export const connectionCodec: Codec<ConnectionRow> = defineCodec({
  kind: "connection",
  version: 1,
  schema: z.object(
    {
      state: z.enum(["ok", "paused", "down"]),
      since: number,
      detail: optional.text,
    } satisfies ShapeOf<ConnectionRow>,
  ),
});

export const accountCodec: Codec<AccountRow> = defineCodec({
  kind: "account",
  version: 1,
  schema: z.object({ keys: z.array(text), ids: text } satisfies ShapeOf<AccountRow>),
});

export const activityCodec: Codec<Stored<ActivityRow, "at">> = defineCodec({
  kind: "activity",
  version: 1,
  schema: z.object(
    { accepted: number, dead: number, lag: number } satisfies ShapeOf<Stored<ActivityRow, "at">>,
  ),
});

export const productsCodec: Codec<ProductMatchRow> = defineCodec({
  kind: "product matches",
  version: 1,
  schema: z.object(
    {
      day: text,
      matched: number,
      missed: number,
      unmatched: z.array(text),
    } satisfies ShapeOf<ProductMatchRow>,
  ),
});

export const confirmCodec: Codec<Stored<ConfirmRow, "orderId">> = defineCodec({
  kind: "order to be read back",
  version: 1,
  schema: z.object(
    {
      sentId: text,
      acceptedAt: number,
      dueAt: number,
      tries: number,
      expected: z.object({
        total: text,
        status: text,
        isValid: z.boolean(),
        lines: number,
        quantityRefunded: number,
        refunded: text,
      }),
    } satisfies ShapeOf<Stored<ConfirmRow, "orderId">>,
  ),
});

export const sweepCodec: Codec<SweepRow> = defineCodec({
  kind: "sweep",
  version: 1,
  schema: z.object(
    {
      next: number,
      newAt: number,
      changedDay: optional.text,
      healed: number,
    } satisfies ShapeOf<SweepRow>,
  ),
});

/** Who may write, as only a takeover changes it. */
export interface FenceRow {
  readonly epoch: number;
  readonly holder: string;
}

export const fenceCodec: Codec<FenceRow> = defineCodec({
  kind: "lane fence",
  version: 1,
  schema: z.object({ epoch: number, holder: text } satisfies ShapeOf<FenceRow>),
});

/** How long the holder may go on, as its heartbeats say. */
export interface LeaseRow {
  readonly epoch: number;
  readonly holder: string;
  readonly fingerprint: string;
  /** Epoch ms; 0: let go. */
  readonly until: number;
  /** Epoch ms: when its holder took it. */
  readonly since?: number;
  readonly mode?: LaneMode;
}

export const leaseCodec: Codec<LeaseRow> = defineCodec({
  kind: "lane lease",
  version: 1,
  schema: z.object(
    {
      epoch: number,
      holder: text,
      fingerprint: text,
      until: number,
      since: optional.number,
      mode: z.enum(["server", "backfill"]).exactOptional(),
    } satisfies ShapeOf<LeaseRow>,
  ),
});

/** The batch in hand. */
export interface ClaimRow {
  readonly ids: readonly number[];
  readonly takeovers: number;
}

export const claimCodec: Codec<ClaimRow> = defineCodec({
  kind: "lane claim",
  version: 1,
  schema: z.object({ ids: z.array(id), takeovers: number } satisfies ShapeOf<ClaimRow>),
});

/** Which process has a shared slot. */
export interface SlotRow {
  /** Empty: nobody. */
  readonly holder: string;
  /** Epoch ms. */
  readonly until: number;
}

export const slotCodec: Codec<SlotRow> = defineCodec({
  kind: "shared slot",
  version: 1,
  schema: z.object({ holder: text, until: number } satisfies ShapeOf<SlotRow>),
});

/** A process that waits for a shared slot. */
export interface SlotWaiterRow {
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms until which it counts as waiting. */
  readonly until: number;
}

export const slotWaiterCodec: Codec<SlotWaiterRow> = defineCodec({
  kind: "wait for a shared slot",
  version: 1,
  schema: z.object({ since: number, until: number } satisfies ShapeOf<SlotWaiterRow>),
});

/** A process that uses a part of a rate. */
export interface ShareRow {
  /** Epoch ms until which it counts. */
  readonly until: number;
}

export const shareCodec: Codec<ShareRow> = defineCodec({
  kind: "share of a rate",
  version: 1,
  schema: z.object({ until: number } satisfies ShapeOf<ShareRow>),
});

/** Orders by how they stand. */
export interface OrderCounts {
  readonly delivered: number;
  readonly confirmed: number;
  readonly missedWindow: number;
  readonly linked: number;
  readonly waiting: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly deadBy: Readonly<Record<string, number>>;
}

export const orderCountsCodec: Codec<OrderCounts> = defineCodec({
  kind: "counters",
  version: 1,
  schema: z.object(
    {
      delivered: number,
      confirmed: number,
      missedWindow: number,
      linked: number,
      waiting: number,
      skipped: counts,
      deadBy: counts,
    } satisfies ShapeOf<OrderCounts>,
  ),
});

/** Receipts by state, and the skipped ones by rule. */
export interface ReceiptCounts {
  readonly states: Readonly<Record<string, number>>;
  readonly skipped?: Readonly<Record<string, number>>;
}

export const receiptCountsCodec: Codec<ReceiptCounts> = defineCodec({
  kind: "receipt counters",
  version: 1,
  schema: z.object(
    { states: counts, skipped: counts.exactOptional() } satisfies ShapeOf<ReceiptCounts>,
  ),
});

/** A single number, set once. */
export interface NumberRow {
  readonly value: number;
}

export const numberCodec: Codec<NumberRow> = defineCodec({
  kind: "number",
  version: 1,
  schema: z.object({ value: number } satisfies ShapeOf<NumberRow>),
});

/** A single text, set once. */
export interface TextRow {
  readonly value: string;
}

export const textCodec: Codec<TextRow> = defineCodec({
  kind: "text",
  version: 1,
  schema: z.object({ value: text } satisfies ShapeOf<TextRow>),
});

/** A cached value with its deadline, since an expired key stays readable for a while. */
export interface CacheRow {
  /** Epoch ms. */
  readonly until: number;
  readonly value: unknown;
}

export const cacheCodec: Codec<CacheRow> = defineCodec({
  kind: "cached value",
  version: 1,
  schema: z.object({ until: number, value: z.unknown() } satisfies ShapeOf<CacheRow>),
});

/** Names behind a scope, for people who look into the database. */
export interface NamesRow {
  readonly pipeline: string;
  readonly account: string;
}

export const namesCodec: Codec<NamesRow> = defineCodec({
  kind: "names",
  version: 1,
  schema: z.object({ pipeline: text, account: text } satisfies ShapeOf<NamesRow>),
});
