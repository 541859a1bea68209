import { plainHash } from "../crypto/keyed_hash.ts";
import type { PipelineDefinition } from "../definition/definition.ts";
import { Secret } from "../definition/secret.ts";
import type { RecordType } from "../records/record_type.ts";
import type { SitooOrder } from "../records/sitoo_order.ts";
import type { ReceiptSink } from "../stages/contract.ts";
import type { Arrival } from "../store/store.ts";
import type { IntakeContext } from "./intake.ts";

/** The time that a fake intake goes by, epoch ms. */
export const FAKE_NOW = Date.UTC(2026, 0, 15, 12);

const sitooOrderType: RecordType<SitooOrder> = {
  name: "sitoo-order",
  is: (value): value is SitooOrder => typeof value === "object" && value !== null,
};

/** An intake that remembers what it was given. */
export interface FakeIntake extends IntakeContext {
  readonly arrivals: Arrival[];
}

/** What is special about it. */
export interface FakeIntakeOptions {
  readonly account?: string;
  readonly sites?: readonly number[];
  readonly receipts?: ReceiptSink["on"];
  readonly webhook?: boolean;
  readonly refuses?: boolean;
}

/** A pipeline as far as taking events needs one. */
export function fakeIntake(options: FakeIntakeOptions = {}): FakeIntake {
  const arrivals: Arrival[] = [];
  return {
    arrivals,
    clock: { now: () => FAKE_NOW },
    keyedHash: (text) => plainHash(`key ${text}`),
    store: {
      arrive: (arrival) => {
        if (options.refuses) return Promise.reject(new Error("Disk full"));
        arrivals.push(arrival);
        return Promise.resolve();
      },
    },
    pipeline: {
      definition: definition(options.account ?? "4711"),
      ...(options.webhook === false ? {} : {
        webhook: {
          source: "webhook",
          gives: sitooOrderType,
          sites: options.sites ?? [],
          linger: 0,
          username: "till",
          passwords: [new Secret("pass")],
          sweep: { newEvery: 0, changedAt: "03:30", back: 0 },
        },
      }),
      ...(options.receipts === undefined ? {} : { receipts: receiptSink(options.receipts) }),
    },
  };
}

function definition(accountId: string): PipelineDefinition {
  const accountUrl = `https://api140.mysitoo.com/v2/accounts/${accountId}`;
  return {
    version: 1,
    name: `account-${accountId}`,
    connections: {
      sitoo: { accountUrl, accountId, apiId: "1", apiKey: new Secret("k"), gap: 0 },
      ometria: {
        account: "default",
        apiUrl: "https://api.ometria.com/v2",
        apiKey: new Secret("k"),
        emailApiKey: new Secret("k"),
        pushRate: 1,
        readRate: 1,
        emailRate: 1,
      },
    },
    sources: [],
    transforms: [],
    sinks: [],
    alerts: {},
    fingerprint: "f",
  };
}

function receiptSink(on: ReceiptSink["on"]): ReceiptSink {
  return {
    sink: "receipts",
    takes: sitooOrderType,
    on,
    maxAge: 1,
    build: () => Promise.resolve({ none: "no-address" }),
    send: () => Promise.resolve({ kind: "sent" }),
  };
}
