/** The list parameters of Sitoo's orders, read. Everything not named here is ignored, as Sitoo does. */
export interface OrderQuery {
  readonly eshopid?: readonly number[];
  readonly externalid?: readonly string[];
  readonly orderid?: readonly number[];
  readonly receiptid?: string;
  readonly creditorderid?: number;
  /** Inclusive. */
  readonly orderidfrom?: number;
  /** Exclusive. */
  readonly orderidto?: number;
  /** Unix seconds, inclusive. */
  readonly orderdatefrom?: number;
  /** Unix seconds, exclusive. */
  readonly orderdateto?: number;
  readonly orderstate?: readonly number[];
  readonly paymentstate?: readonly number[];
  readonly ordertype?: readonly number[];
  readonly warehouseid?: readonly number[];
  readonly email?: string;
  readonly start: number;
  readonly num: number;
  readonly descending: boolean;
  readonly fields?: readonly string[];
}

/** Thrown for a parameter of the wrong form: Sitoo answers 400. */
export class QueryError extends TypeError {}

/** Sitoo gives no more rows than this in one page. */
export const MAX_NUM = 1000;

/** Reads the query; of a repeated parameter only the last value counts. */
export function readQuery(params: URLSearchParams, site?: number): OrderQuery {
  const last = new Map<string, string>();
  for (const [name, value] of params) if (value !== "") last.set(name, value);
  const sort = last.get("sort") ?? "-orderid";
  if (sort !== "orderid" && sort !== "-orderid") throw new QueryError("Invalid value in sort");
  return {
    ...lists(last, [
      "orderid",
      "orderstate",
      "paymentstate",
      "ordertype",
      "warehouseid",
      "eshopid",
    ]),
    ...(site === undefined ? {} : { eshopid: [site] }),
    ...numbers(last, [
      "creditorderid",
      "orderidfrom",
      "orderidto",
      "orderdatefrom",
      "orderdateto",
    ]),
    ...texts(last),
    start: Math.max(0, int(last, "start") ?? 0),
    num: Math.max(0, Math.min(MAX_NUM, int(last, "num") ?? 10)),
    descending: sort === "-orderid",
  };
}

function int(params: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = params.get(name);
  return text === undefined ? undefined : asInt(text, name);
}

function asInt(text: string, name: string): number {
  if (!/^-?\d{1,15}$/.test(text.trim())) throw new QueryError(`Invalid value in ${name} (Not int)`);
  return Number(text);
}

function numbers(
  params: ReadonlyMap<string, string>,
  names: readonly string[],
): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) {
    const value = int(params, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function lists(
  params: ReadonlyMap<string, string>,
  names: readonly string[],
): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const name of names) {
    const text = params.get(name);
    if (text !== undefined) found[name] = text.split(",").map((part) => asInt(part, name));
  }
  return found;
}

function texts(
  params: ReadonlyMap<string, string>,
): Pick<OrderQuery, "receiptid" | "email" | "externalid" | "fields"> {
  const receiptid = params.get("receiptid");
  const email = params.get("email");
  const externalid = params.get("externalid");
  const fields = params.get("fields");
  return {
    ...(receiptid === undefined ? {} : { receiptid }),
    ...(email === undefined ? {} : { email }),
    ...(externalid === undefined ? {} : { externalid: externalid.split(",") }),
    ...(fields === undefined ? {} : { fields: fields.split(",").map((name) => name.trim()) }),
  };
}
