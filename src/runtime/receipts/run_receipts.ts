import { getLogger } from "@logtape/logtape";
import { backoff } from "../../engine/backoff.ts";
import type { Reading } from "../../engine/work.ts";
import { ApiError } from "../../http/error.ts";
import type { Receipt } from "../../records/receipt.ts";
import type { ReceiptSink } from "../../stages/contract.ts";
import type { OutboxRow, ReceiptState } from "../../store/rows.ts";
import { countReceipt } from "../../telemetry/metrics.ts";
import type { Connections } from "../connections.ts";
import type { PipelineContext } from "../context.ts";
import { OrderReader } from "../order_reader.ts";
import type { StopSignals } from "../stop_signals.ts";
import { Wake } from "../wake.ts";
import { callOnce } from "./call.ts";
import { reservedRow, standingAs, type Why } from "./standing.ts";

const logger = getLogger(["tillpipe", "receipts"]);

const receiptsPerRead = 50;
/** ms between two looks at the outbox for what another process wrote. */
const pollEvery = 1_000;

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
  readonly #orders: OrderReader;

  constructor(context: PipelineContext, options: ReceiptsOptions, signals: StopSignals) {
    this.#context = context;
    this.#options = options;
    this.#signals = signals;
    this.#orders = new OrderReader(context.sitoo);
  }

  /** Works off what is due; false when there was nothing to do. Throws `ApiError`. */
  async round(): Promise<boolean> {
    const due = await this.#context.store.dueReceipts(receiptsPerRead);
    const asked: OutboxRow[] = [];
    for (const row of due) {
      if (row.state === "reserved") {
        await this.#end(row, "unknown", { detail: "The program ended during the call" });
      } else if (this.#age(row) > this.#options.sink.maxAge) await this.#end(row, "expired");
      else asked.push(row);
    }
    if (asked.length === 0 || this.#options.connections.waitFor("sitoo", "ometriaEmail") > 0) {
      return due.length > asked.length;
    }
    const readings = await this.#orders.read(asked, this.#signals.stop);
    await this.#options.connections.succeeded("sitoo");
    for (const row of asked) {
      if (this.#signals.stop.aborted) break;
      await this.#one(row, readings.get(row.orderId) ?? { kind: "missing" });
      if (this.#options.connections.waitFor("ometriaEmail") > 0) break;
    }
    return true;
  }

  async #one(row: OutboxRow, reading: Reading): Promise<void> {
    if (reading.kind === "missing") {
      return await this.#later(row, reading.detail ?? "Sitoo did not answer the order");
    }
    if (reading.kind === "unreadable") {
      return await this.#end(row, "refused", { reason: "unreadable", detail: reading.detail });
    }
    const { sink } = this.#options;
    const { transform } = this.#context.pipeline;
    const zone = await transform.zone?.(reading.order.eshopid, this.#signals.stop);
    const built = await sink.build(reading.order, zone);
    if ("none" in built) {
      const { none: reason, detail } = built;
      return reason === "no-address"
        ? await this.#end(row, "no-address", { detail })
        : await this.#end(row, "skipped", { reason, detail });
    }
    await this.#send(row, built);
  }

  /** Reserves, sends, records. Whatever goes wrong after the reservation ends as `unknown`. */
  async #send(row: OutboxRow, receipt: Receipt): Promise<void> {
    const { store, clock } = this.#context;
    const { sink, connections } = this.#options;
    const reserved = reservedRow(row, clock.now());
    if (!await store.moveReceipt(row, reserved)) return;
    const { result, error } = await callOnce(sink, receipt, this.#signals.abort);
    if (error !== undefined) await connections.failed(error);
    switch (result.kind) {
      case "sent":
        await connections.succeeded("ometriaEmail");
        return await this.#end(reserved, "sent");
      case "refused":
      case "unknown":
        return await this.#end(reserved, result.kind, { detail: result.detail });
      case "retry":
        return await this.#later(reserved, result.detail, result.after);
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
    const again = standingAs(row, "asked", { at: now, detail });
    await store.moveReceipt(row, { ...again, attempts, dueAt: now + wait });
  }

  async #end(row: OutboxRow, state: ReceiptState, why: Why = {}): Promise<void> {
    const { store, clock } = this.#context;
    const ended = standingAs(row, state, { at: clock.now(), ...why });
    if (!await store.moveReceipt(row, ended)) return;
    countReceipt(this.#context.pipeline.definition.name, state);
    const facts = { orderId: row.orderId, state, ...why };
    if (state === "unknown" || state === "refused") {
      logger.error("Receipt of order {orderId} is {state}: {detail}", facts);
    } else logger.debug("Receipt of order {orderId} is {state}", facts);
  }

  #age(row: OutboxRow): number {
    return this.#context.clock.now() - row.askedAt;
  }
}
