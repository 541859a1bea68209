import type { FieldPath } from "../../definition/definition.ts";
import { isMap } from "../../definition/plain.ts";
import type { Expected, ExpectedOutcome } from "../../definition/pipeline_tests.ts";
import type { Actual, ActualOrder, ActualReceipt } from "./actual.ts";

/** One place where a test and the pipeline differ. */
export interface Difference {
  /** Inside `expect`. */
  readonly path: FieldPath;
  /** Absent: nothing was expected there. */
  readonly expected?: unknown;
  /** Absent: nothing is there. */
  readonly actual?: unknown;
}

/** Where what is expected differs from what came to be, field by field. */
export function compare(expected: Expected, actual: Actual): readonly Difference[] {
  return [
    ...compareOrders(expected, actual),
    ...compareLists(expected.contacts, actual.contacts, ["contacts"], contactDifferences),
    ...compareLists(
      expected.receipts,
      actual.receipts.map(receiptValue),
      ["receipts"],
      receiptDifferences,
    ),
  ];
}

function compareOrders(expected: Expected, { orders }: Actual): readonly Difference[] {
  if (expected.orders === undefined) {
    const [only, ...others] = orders.values();
    if (others.length === 0) return orderDifferences(expected, only, []);
    // Several orders came to something, so each has to be named.
    return [...orders].map(([id, order]) => ({
      path: ["orders", String(id)],
      actual: outcomeValue(order),
    }));
  }
  const ids = new Set([...Object.keys(expected.orders), ...[...orders.keys()].map(String)]);
  return [...ids].toSorted((a, b) => Number(a) - Number(b)).flatMap((id) => {
    const path = ["orders", id];
    const order = orders.get(Number(id));
    const wanted = expected.orders?.[id];
    if (wanted !== undefined) return orderDifferences(wanted, order, path);
    return order === undefined ? [] : [{ path, actual: outcomeValue(order) }];
  });
}

const words = ["skipped", "waiting", "linked", "dead"] as const;

function orderDifferences(
  expected: ExpectedOutcome,
  order: ActualOrder | undefined,
  path: FieldPath,
): readonly Difference[] {
  const actual = order === undefined ? {} : outcomeValue(order);
  const found: Difference[] = [];
  for (const word of words) {
    const wanted = word === "dead" ? deadValue(expected.dead) : expected[word];
    found.push(...wordDifferences(wanted, actual[word], [...path, word]));
  }
  if (expected.pushes !== undefined && expected.pushes !== (order?.pushes ?? 0)) {
    const actualPushes = order?.pushes ?? 0;
    found.push({ path: [...path, "pushes"], expected: expected.pushes, actual: actualPushes });
  }
  return [...found, ...recordDifferences(expected, order?.records ?? [], path)];
}

function recordDifferences(
  { record, records, matches }: ExpectedOutcome,
  held: readonly unknown[],
  path: FieldPath,
): readonly Difference[] {
  const [only] = held;
  if (records !== undefined || (held.length > 1 && matches === undefined)) {
    return [
      ...(record === undefined ? [] : [{ path: [...path, "record"], expected: record }]),
      ...whole(records, held, [...path, "records"]),
    ];
  }
  if (matches !== undefined) return part(matches, only, [...path, "matches"]);
  return whole(record, only, [...path, "record"]);
}

/** A reason alone is enough; a detail is looked for as a part of the whole. */
function wordDifferences(
  expected: unknown,
  actual: unknown,
  path: FieldPath,
): readonly Difference[] {
  if (isMap(expected) && isMap(actual) && expected["reason"] === actual["reason"]) {
    const { detail } = expected;
    const whole = String(actual["detail"]);
    if (detail === undefined || whole.includes(String(detail))) return [];
    return [{ path: [...path, "detail"], expected: detail, actual: whole }];
  }
  if (expected === actual) return [];
  const shown = isMap(actual) ? actual["reason"] : actual;
  return [{
    path,
    ...(expected === undefined
      ? {}
      : { expected: isMap(expected) ? expected["reason"] : expected }),
    ...(shown === undefined ? {} : { actual: shown }),
  }];
}

function deadValue(dead: ExpectedOutcome["dead"]): unknown {
  return typeof dead === "string" ? { reason: dead } : dead;
}

/** How an order stands, in the words of `expect`. */
export function outcomeValue(
  { outcome, rule, detail, original, records }: ActualOrder,
): Readonly<Record<string, unknown>> {
  const [only] = records;
  return {
    ...(outcome === "skipped" ? { skipped: rule } : {}),
    ...(outcome === "waiting" ? { waiting: rule } : {}),
    ...(outcome === "linked" ? { linked: original } : {}),
    ...(outcome === "dead" ? { dead: { reason: rule, detail } } : {}),
    ...(records.length > 1 ? { records } : {}),
    ...(records.length === 1 ? { record: only } : {}),
  };
}

/** How a receipt ended, in the words of `expect`. */
export function receiptValue(receipt: ActualReceipt): Readonly<Record<string, unknown>> {
  const { order, state, detail, email } = receipt;
  return {
    order,
    state,
    ...(detail === "" ? {} : { detail }),
    ...(email === undefined ? {} : { email }),
  };
}

type Compare = (expected: unknown, actual: unknown, path: FieldPath) => readonly Difference[];

function compareLists(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: FieldPath,
  compareEntry: Compare,
): readonly Difference[] {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const at = [...path, index];
    if (index >= expected.length) return [{ path: at, actual: actual[index] }];
    if (index >= actual.length) return [{ path: at, expected: expected[index] }];
    return compareEntry(expected[index], actual[index], at);
  });
}

/** A contact's id is a hash that nobody can think up, so it may be left out. */
function contactDifferences(
  expected: unknown,
  actual: unknown,
  path: FieldPath,
): readonly Difference[] {
  if (!isMap(expected) || !isMap(actual) || "id" in expected) return whole(expected, actual, path);
  const { id: _, ...rest } = actual;
  return whole(expected, rest, path);
}

/** Of the detail and the email, what is mentioned has to be there. */
function receiptDifferences(
  expected: unknown,
  actual: unknown,
  path: FieldPath,
): readonly Difference[] {
  const { detail, ...others } = isMap(expected) ? expected : {};
  const told = isMap(actual) ? String(actual["detail"] ?? "") : "";
  const missing = detail !== undefined && !told.includes(String(detail));
  return [
    ...part(others, actual, path),
    ...(missing ? [{ path: [...path, "detail"], expected: detail, actual: told }] : []),
  ];
}

/** Everything has to be equal. */
function whole(expected: unknown, actual: unknown, path: FieldPath): readonly Difference[] {
  return differences(expected, actual, { path, whole: true });
}

/** What a map does not mention is not looked at, `null` is not there, and lists have the same length. */
function part(expected: unknown, actual: unknown, path: FieldPath): readonly Difference[] {
  return differences(expected, actual, { path, whole: false });
}

interface Place {
  readonly path: FieldPath;
  readonly whole: boolean;
}

function differences(expected: unknown, actual: unknown, place: Place): readonly Difference[] {
  const { path } = place;
  if (isMap(expected) && isMap(actual)) return mapDifferences(expected, actual, place);
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return compareLists(expected, actual, path, (wanted, found, at) => {
      return differences(wanted, found, { ...place, path: at });
    });
  }
  if (Object.is(expected, actual) || (expected === 0 && actual === 0)) return [];
  if (!place.whole && expected === null && actual === undefined) return [];
  return [{
    path,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  }];
}

function mapDifferences(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  place: Place,
): readonly Difference[] {
  const keys = place.whole
    ? new Set([...Object.keys(expected), ...Object.keys(actual)])
    : new Set(Object.keys(expected));
  return [...keys].flatMap((key) =>
    differences(own(expected, key), own(actual, key), { ...place, path: [...place.path, key] })
  );
}

function own(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
