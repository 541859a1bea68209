import * as z from "zod";
import { type Codec, defineCodec, type ShapeOf } from "./codec.ts";
import type { LedgerRow, Step } from "./rows.ts";

/** Steps kept of an order, and bytes of its row. */
const STEPS = 8;
const ROW_BYTES = 1024;
/** Characters of a step's detail, once room is short. */
const SHORT_DETAIL = 40;

/** The order id is in the key; steps are short lists, since they are most of the row. */
type StoredLedger = Omit<LedgerRow, "orderId" | "steps"> & {
  readonly steps: readonly (readonly [number, string] | readonly [number, string, string])[];
};

const optionalText = z.string().exactOptional();
const optionalNumber = z.number().exactOptional();

const codec: Codec<StoredLedger> = defineCodec({
  kind: "ledger row",
  version: 1,
  schema: z.object(
    {
      outcome: z.enum(["delivered", "linked", "skipped", "waiting", "dead"]),
      rule: optionalText,
      at: z.number(),
      since: optionalNumber,
      nextLookAt: optionalNumber,
      hash: optionalText,
      sentId: optionalText,
      total: optionalText,
      currency: optionalText,
      store: optionalText,
      day: optionalText,
      acceptedAt: optionalNumber,
      confirmedAt: optionalNumber,
      mark: optionalText,
      steps: z.array(
        z.union([
          z.tuple([z.number(), z.string()]),
          z.tuple([z.number(), z.string(), z.string()]),
        ]),
      ),
    } satisfies ShapeOf<StoredLedger>,
  ),
});

/** The stored form of a ledger row, cut to 1 KiB: details give way first, then the oldest steps. */
export function encodeLedger(row: LedgerRow): Uint8Array {
  const kept = row.steps.slice(-STEPS);
  let bytes = encodeWith(row, kept);
  for (const steps of shorter(kept)) {
    if (bytes.length <= ROW_BYTES) return bytes;
    bytes = encodeWith(row, steps);
  }
  return bytes;
}

/**
 * Reads a ledger row.
 *
 * @throws {UnreadableRowError}
 */
export function decodeLedger(orderId: number, stored: unknown): LedgerRow {
  const { steps, ...row } = codec.decode(stored);
  return { orderId, ...row, steps: steps.map(readStep) };
}

/** Ever shorter forms of the steps, down to none. */
function* shorter(steps: readonly Step[]): Generator<readonly Step[]> {
  const short = steps.map((step) =>
    step.detail === undefined ? step : { ...step, detail: step.detail.slice(0, SHORT_DETAIL) }
  );
  yield short;
  for (let bare = 1; bare <= short.length; bare++) {
    yield short.map((step, index) => index < bare ? { at: step.at, what: step.what } : step);
  }
  for (let from = 1; from <= short.length; from++) {
    yield short.slice(from).map((step) => ({ at: step.at, what: step.what }));
  }
}

function encodeWith(row: LedgerRow, steps: readonly Step[]): Uint8Array {
  return codec.encode({ ...row, steps: steps.map(writeStep) });
}

function writeStep(step: Step): StoredLedger["steps"][number] {
  return step.detail === undefined ? [step.at, step.what] : [step.at, step.what, step.detail];
}

function readStep(step: StoredLedger["steps"][number]): Step {
  const [at, what, detail] = step;
  return { at, what, ...(detail === undefined ? {} : { detail }) };
}
