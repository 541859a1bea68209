import { isMap } from "../../definition/plain.ts";
import { TestSetupError } from "./test_definition.ts";

/** An order as JSON gives it. */
export type RawOrder = Readonly<Record<string, unknown>>;

/** Reads a file that a test names; `specifier` as the test has it. */
export type ReadBeside = (specifier: string) => Promise<string>;

/**
 * Makes a test's orders whole: `file:` is read (one order, a list, or Sitoo's list with `items`), and a line with
 * `repeat: 2000` stands for as many lines, each with its own `orderitemid`.
 *
 * @throws {TestSetupError} for what is no order
 */
export async function wholeOrders(
  given: readonly RawOrder[],
  read: ReadBeside,
): Promise<readonly RawOrder[]> {
  const orders: RawOrder[] = [];
  for (const entry of given) {
    const { file } = entry;
    const found = typeof file === "string" ? ordersIn(await read(file), file) : [entry];
    orders.push(...found.map(repeatLines));
  }
  return orders;
}

/** The order's id, however it is written. */
export function idOf(order: RawOrder): number {
  const id = Number(order["orderid"]);
  if (!Number.isSafeInteger(id) || id <= 0) {
    throw new TestSetupError("Cannot use an order of this test: it has no orderid");
  }
  return id;
}

/** When the order was placed, in epoch ms; `undefined` when that cannot be read. */
export function placedAt(order: RawOrder): number | undefined {
  const seconds = Number(order["orderdate"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function ordersIn(text: string, file: string): readonly RawOrder[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new TestSetupError(`Cannot read "${file}": it is no JSON`);
  }
  const list = isMap(parsed) && Array.isArray(parsed["items"]) ? parsed["items"] : parsed;
  const orders: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (!orders.every(isMap)) throw new TestSetupError(`Cannot read "${file}": it holds no orders`);
  return orders.filter(isMap);
}

function repeatLines(order: RawOrder): RawOrder {
  const lines = order["orderitems"];
  if (!Array.isArray(lines) || !lines.some(isRepeated)) return order;
  const all = lines.flatMap((line: unknown) => {
    if (!isRepeated(line)) return [line];
    const { repeat, ...once } = line;
    return Array.from({ length: repeat }, () => once);
  });
  return {
    ...order,
    orderitems: all.map((line, index) => isMap(line) ? { ...line, orderitemid: index } : line),
  };
}

function isRepeated(line: unknown): line is RawOrder & { readonly repeat: number } {
  return isMap(line) && typeof line["repeat"] === "number";
}
