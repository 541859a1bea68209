import { getLogger } from "@logtape/logtape";
import { backoff } from "../engine/backoff.ts";
import type { Reading } from "../engine/work.ts";
import { ApiError } from "../http/error.ts";
import type { Receipt } from "../records/receipt.ts";
import type { ReceiptSink, SendResult } from "../stages/contract.ts";
import type { OutboxRow, ReceiptState } from "../store/rows.ts";
import type { Connections } from "./connections.ts";
import type { PipelineContext } from "./context.ts";
import { readingsOf } from "./fetched.ts";
import type { StopSignals } from "./stop_signals.ts";
import { Wake } from "./wake.ts";

const logger = getLogger(["tillpipe", "receipts"]);

const receiptsPerRead = 50;
/** ms between two looks at the outbox for what another process wrote. */
const pollEvery = 1_000;
/** ms after which a reservation whose process said no more is taken for a crash. Longer than any call. */
const reservedFor = 120_000;

/** What the receipts' own drain needs beside its pipeline. */
export interface ReceiptsOptions {
  readonly sink: ReceiptSink;
  readonly connections: Connections;
}

/**
 * Sends the receipts that were asked for, each at most once: it is reserved in the outbox right before
 * its call, so that a crash leaves a known `unknown` and never a second copy. Waits for no push, and for no
 * other receipt's order.
 */
export async function runReceipts(
  context: PipelineContext,
  options: ReceiptsOptions,
  signals: StopSignals,
): Promise<void> {
  const wake = new Wake();
  const stopListening = context.store.onArrival(() => wake.call());
  const work = new ReceiptsWork(context, options, signals);
  try {
    while (!signals.stop.aborted) {
      try {
        if (await work.round()) continue;
      } catch (error) {
        if (signals.stop.aborted) return;
        if (error instanceof ApiError) await options.connections.failed(error);
        else logger.error("Receipts stumbled and go on: {reason}", { reason: String(error) });
      }
      await wake.sleep(pollEvery * (0.75 + 0.5 * context.random()), context.clock, signals.stop);
    }
  } finally {
    stopListening();
  }
}

class ReceiptsWork {
  readonly #context: PipelineContext;
  readonly #options: ReceiptsOptions;
  readonly #signals: StopSignals;

  constructor(context: PipelineContext, options: ReceiptsOptions, signals: StopSignals) {
    this.#context = context;
    this.#options = options;
    this.#signals = signals;
  }

  /** Works off what is due; false when there was nothing to do. Throws `ApiError`. */
  async round(): Promise<boolean> {
    const due = await this.#context.store.dueReceipts(receiptsPerRead);
    const asked: OutboxRow[] = [];
    for (const row of due) {
      if (row.state === "reserved") {
        await this.#end(row, "unknown", "The program ended during the call");
      } else if (this.#age(row) > this.#options.sink.maxAge) await this.#end(row, "expired");
      else asked.push(row);
    }
    if (asked.length === 0 || this.#options.connections.waitFor("sitoo", "ometriaEmail") > 0) {
      return due.length > asked.length;
    }
    const ids = [...new Set(asked.map((row) => row.orderId))];
    const answer = await this.#context.sitoo.readOrders(ids, this.#signals.stop);
    await this.#options.connections.succeeded("sitoo");
    const readings = readingsOf(ids, answer);
    for (const row of asked) {
      if (this.#signals.stop.aborted) break;
      await this.#one(row, readings.get(row.orderId) ?? { kind: "missing" });
      if (this.#options.connections.waitFor("ometriaEmail") > 0) break;
    }
    return true;
  }

  async #one(row: OutboxRow, reading: Reading): Promise<void> {
    if (reading.kind === "missing") return await this.#later(row, "Sitoo did not answer the order");
    if (reading.kind === "unreadable") return await this.#end(row, "refused", reading.detail);
    const { sink } = this.#options;
    const { transform } = this.#context.pipeline;
    const zone = await transform.zone?.(reading.order.eshopid, this.#signals.stop);
    const built = await sink.build(reading.order, zone);
    if ("none" in built) {
      const state = built.none === "no-address" ? "no-address" : "skipped";
      return await this.#end(row, state, state === "skipped" ? built.none : built.detail);
    }
    await this.#send(row, built);
  }

  /** Reserves, sends, records. Whatever goes wrong after the reservation ends as `unknown`. */
  async #send(row: OutboxRow, receipt: Receipt): Promise<void> {
    const { store, clock } = this.#context;
    const now = clock.now();
    const reserved: OutboxRow = { ...row, state: "reserved", at: now, dueAt: now + reservedFor };
    if (!await store.moveReceipt(row, reserved)) return;
    const result = await this.#call(receipt);
    switch (result.kind) {
      case "sent":
        await this.#options.connections.succeeded("ometriaEmail");
        return await this.#end(reserved, "sent");
      case "refused":
      case "unknown":
        return await this.#end(reserved, result.kind, result.detail);
      case "retry":
        return await this.#later(reserved, result.detail, result.after);
    }
  }

  async #call(receipt: Receipt): Promise<SendResult> {
    try {
      return await this.#options.sink.send(receipt, this.#signals.abort);
    } catch (error) {
      if (error instanceof ApiError) {
        await this.#options.connections.failed(error);
        return error.reached && error.kind !== "unauthorized" && error.kind !== "throttled"
          ? { kind: "unknown", detail: error.message }
          : { kind: "retry", detail: error.message };
      }
      // A send that was begun answers by itself; it rejects only when it was stopped before that.
      return this.#signals.abort.aborted
        ? { kind: "retry", detail: "Stopped before the call" }
        : { kind: "unknown", detail: "The call failed in a way that tells nothing" };
    }
  }

  async #later(row: OutboxRow, detail: string, atLeast?: number): Promise<void> {
    const { store, clock, random } = this.#context;
    const attempts = row.attempts + 1;
    const wait = backoff(attempts, {
      first: 2_000,
      longest: 300_000,
      random,
      ...(atLeast === undefined ? {} : { atLeast }),
    });
    const now = clock.now();
    await store.moveReceipt(row, {
      ...row,
      state: "asked",
      attempts,
      detail,
      at: now,
      dueAt: now + wait,
    });
  }

  async #end(row: OutboxRow, state: ReceiptState, detail?: string): Promise<void> {
    const { store, clock } = this.#context;
    const moved = await store.moveReceipt(row, {
      ...row,
      state,
      at: clock.now(),
      ...(detail === undefined ? {} : { detail }),
    });
    if (!moved) return;
    const facts = { orderId: row.orderId, state, detail };
    if (state === "unknown" || state === "refused") {
      logger.error("Receipt of order {orderId} is {state}: {detail}", facts);
    } else logger.debug("Receipt of order {orderId} is {state}", facts);
  }

  #age(row: OutboxRow): number {
    return this.#context.clock.now() - row.askedAt;
  }
}
