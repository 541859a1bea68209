import type { CompiledPipeline } from "../../engine/compiled.ts";
import { isMap } from "../../definition/plain.ts";
import { Decimal } from "../../records/money.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { AnyOrderSink, EncodedOrder } from "../../stages/contract.ts";
import type { BatchCommit, PipelineStore } from "../../store/store.ts";
import type { PipelineContext } from "../context.ts";
import { createMask, type Mask, showAll } from "../desk/mask.ts";
import { overlayStore } from "./overlay_store.ts";

/** What was sold at a store in a currency, as it would stand at Ometria. */
export interface RehearsedSum {
  readonly store: string;
  readonly currency: string;
  readonly orders: number;
  /** Decimal text. */
  readonly total: string;
}

/** What a rehearsal is made of. */
export interface RehearsalOptions {
  /** Takes what the pipeline would write; thrown away afterwards. */
  readonly scratch: PipelineStore;
  /** Takes the records that would be pushed, as JSON texts, one call a push. */
  readonly write?: (records: readonly string[]) => Promise<void>;
  /** Leave people in the records as they are. @default false */
  readonly showPersonalData?: boolean;
}

/**
 * Everything but the pushes: the pipeline reads, runs its stages and counts as always, its records go to
 * `write` instead of Ometria, and what it would remember goes to a scratch store.
 */
export class Rehearsal {
  readonly #options: RehearsalOptions;
  readonly #sums = new Map<string, { orders: number; total: Decimal }>();
  /** Which order a record was made of, for as long as the record is under way. */
  readonly #orders = new WeakMap<object, SitooOrder>();
  #records = 0;

  constructor(options: RehearsalOptions) {
    this.#options = options;
  }

  /** The pipeline's store as the rehearsal sees it; to be handed to the pipeline's stages as well. */
  storeOver(real: PipelineStore): PipelineStore {
    const { scratch } = this.#options;
    return overlayStore({ real, scratch, onCommit: (batch) => this.#count(batch) });
  }

  /** A context on {@linkcode storeOver} whose pushes go nowhere and which tells no operator. */
  contextOf({ alert: _, ...context }: PipelineContext): PipelineContext {
    return { ...context, pipeline: this.#withoutPushes(context) };
  }

  /** Records that would have been pushed; an original with a refund counts again. */
  get records(): number {
    return this.#records;
  }

  /** By store, then currency. */
  get sums(): readonly RehearsedSum[] {
    return [...this.#sums].map(([key, { orders, total }]) => {
      const [store = "", currency = ""] = key.split("\n");
      return { store, currency, orders, total: total.toString() };
    }).toSorted((a, b) => a.store.localeCompare(b.store) || a.currency.localeCompare(b.currency));
  }

  #withoutPushes({ pipeline, clock }: PipelineContext): CompiledPipeline {
    const { transform, orders } = pipeline;
    return {
      ...pipeline,
      transform: {
        ...transform,
        apply: async (inputs, signal) => {
          const verdicts = await transform.apply(inputs, signal);
          verdicts.forEach((verdict, index) => {
            const order = inputs[index]?.record;
            if (verdict.kind !== "pass" || order === undefined || !isMap(verdict.record)) return;
            this.#orders.set(verdict.record, order);
          });
          return verdicts;
        },
      },
      ...(orders === undefined ? {} : { orders: this.#silent(orders, clock) }),
    };
  }

  /** Nothing is at Ometria afterwards, so nothing has to settle there. */
  #silent(sink: AnyOrderSink, clock: PipelineContext["clock"]): AnyOrderSink {
    return {
      ...sink,
      settle: 0,
      encode: (record) => {
        const encoded = sink.encode(record);
        const order = isMap(record) ? this.#orders.get(record) : undefined;
        if (order !== undefined) this.#orders.set(encoded, order);
        return encoded;
      },
      deliver: async (batch, signal) => {
        signal.throwIfAborted();
        await this.#write(batch);
        return batch.map(() => ({ kind: "accepted", at: clock.now() }));
      },
    };
  }

  async #write(batch: readonly EncodedOrder[]): Promise<void> {
    const { write, showPersonalData } = this.#options;
    this.#records += batch.reduce((sum, { bodies }) => sum + bodies.length, 0);
    if (write === undefined) return;
    await write(batch.flatMap((encoded) => {
      const { bodies, contact } = encoded;
      const mask = showPersonalData === true ? showAll : createMask(this.#orders.get(encoded));
      const texts = contact === undefined ? bodies : [contact, ...bodies];
      return texts.map((text) => {
        const record: unknown = JSON.parse(text);
        const isContact = isMap(record) && record["@type"] === "contact";
        return JSON.stringify(isContact ? maskContact(record, mask) : mask(record));
      });
    }));
  }

  #count({ ledger, before }: BatchCommit): void {
    for (const row of ledger) {
      const old = before.get(row.orderId);
      if (old?.outcome === "delivered") this.#add(old, -1);
      if (row.outcome === "delivered") this.#add(row, 1);
    }
  }

  #add(
    { store = "", currency = "", total = "0" }: {
      readonly store?: string;
      readonly currency?: string;
      readonly total?: string;
    },
    sign: 1 | -1,
  ): void {
    const key = `${store}\n${currency}`;
    const sum = this.#sums.get(key) ?? { orders: 0, total: Decimal.zero };
    const amount = Decimal.parse(total);
    this.#sums.set(key, {
      orders: sum.orders + sign,
      total: sign === 1 ? sum.total.plus(amount) : sum.total.minus(amount),
    });
  }
}

/** A contact is a person as a whole: its fields are masked like those of an order's customer. */
function maskContact(record: unknown, mask: Mask): unknown {
  return mask(record, ["contact"]);
}
