import type { StoredOrder } from "../ometria/api.ts";
import type { ExpectedOrder } from "../records/expected_order.ts";
import { Decimal } from "../records/money.ts";
import type { ConfirmRow } from "../store/rows.ts";
import type { Acceptance } from "./ledger_row.ts";
import type { Pointer } from "./work.ts";

/** ms after which an accepted order is read back: Ometria stores what it accepts some time later. */
export const confirmAfter = 300_000;
/** Of history, one order in so many is read back: reading all would take longer than sending them. */
const historySample = 50;

/** The plan to read an accepted order back: every live one, a sample of history. */
export function confirmationOf(pointer: Pointer, accepted: Acceptance): ConfirmRow | undefined {
  const { encoded, hash, at } = accepted;
  if (encoded.expected === undefined) return undefined;
  if (pointer.origin === "history" && !isSampled(hash)) return undefined;
  return {
    orderId: pointer.orderId,
    sentId: encoded.id,
    acceptedAt: at,
    dueAt: at + confirmAfter,
    tries: 0,
    expected: encoded.expected,
  };
}

/** By the hash of the content, so that the choice is even and always the same. */
function isSampled(hash: string): boolean {
  return Number.parseInt(hash.slice(0, 8), 16) % historySample === 0;
}

/**
 * What is wrong with an order as Ometria gives it back, as names and figures; `undefined` when it is as it was sent.
 * What Ometria does not give back is not held against it.
 */
export function differenceOf(
  expected: ExpectedOrder,
  stored: StoredOrder | undefined,
): string | undefined {
  if (stored === undefined) return "Ometria does not have it";
  const differences: string[] = [];
  compare("grand_total", isSameAmount(expected.total, stored.grand_total), [
    stored.grand_total,
    expected.total,
  ]);
  compare("lines", stored.lines === expected.lines, [stored.lines, expected.lines]);
  compare("status", stored.status === undefined || stored.status === expected.status, [
    stored.status ?? "",
    expected.status,
  ]);
  compare("is_valid", stored.is_valid === undefined || stored.is_valid === expected.isValid, [
    String(stored.is_valid),
    String(expected.isValid),
  ]);
  compare("quantity_refunded", stored.quantityRefunded === expected.quantityRefunded, [
    stored.quantityRefunded,
    expected.quantityRefunded,
  ]);
  compare("refunded", isSameAmount(expected.refunded, stored.refunded), [
    stored.refunded,
    expected.refunded,
  ]);
  return differences.length === 0 ? undefined : differences.join(", ");

  function compare(name: string, isSame: boolean, [is, must]: readonly (string | number)[]): void {
    if (!isSame) differences.push(`${name} is ${is}, not ${must}`);
  }
}

/** Amounts that differ by less than half a cent are the same: Ometria may answer sums of its own. */
function isSameAmount(expected: string, stored: number): boolean {
  const tolerance = Decimal.parse("0.005");
  return Decimal.parse(stored).minus(Decimal.parse(expected)).abs().compare(tolerance) < 0;
}
