import type { SitooOrder } from "../../records/sitoo_order.ts";
import { compileExpression, ExpressionError } from "../expression.ts";
import { receiptData } from "./receipt_data.ts";
import { createReceiptFormats } from "./receipt_format.ts";

/** Merge fields of one receipt, or which expression failed; the detail holds no person. */
export type ReceiptFields =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly detail: string };

/** Options of {@linkcode createReceiptFields}. */
export interface ReceiptFieldsOptions {
  /** JSONata expressions over the Sitoo order, by field path. */
  readonly data: Readonly<Record<string, string>>;
}

/** How one receipt is written. */
export interface ReceiptWay {
  /** BCP 47. */
  readonly locale: string;
  /** IANA zone of the order's site. */
  readonly zone?: string | undefined;
}

/** Prepares everything that is the same for all receipts; the function it gives makes one's fields. */
export function createReceiptFields(
  options: ReceiptFieldsOptions,
): (order: SitooOrder, way: ReceiptWay) => Promise<ReceiptFields> {
  const formats = new Map<string, ReturnType<typeof createReceiptFormats>>();
  const extras = Object.entries(options.data).map(([path, text]) => ({
    path,
    expression: compileExpression(text),
  }));
  return fieldsOf;

  async function fieldsOf(
    order: SitooOrder,
    { locale, zone }: ReceiptWay,
  ): Promise<ReceiptFields> {
    const formatOf = formats.get(locale) ?? createReceiptFormats(locale);
    formats.set(locale, formatOf);
    const format = formatOf(order.currencycode);
    let data: Fields = receiptData(order, {
      format,
      locale,
      zone: zoneOf(order, zone),
    });
    for (const { path, expression } of extras) {
      try {
        const value = await expression.evaluate(order);
        if (value !== undefined) data = withField(data, path.split("."), value);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        return { ok: false, detail: `data.${path}: ${error.message}` };
      }
    }
    return { ok: true, data };
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The till's own zone, else its site's, else UTC. */
function zoneOf(order: SitooOrder, site: string | undefined): string {
  const till = order.additionaldata["pos-timezone"];
  return till !== undefined && isZone(till) ? till : site ?? "UTC";
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function withField(fields: Fields, path: readonly string[], value: unknown): Fields {
  const [first, ...rest] = path;
  if (first === undefined) return fields;
  const inner = fields[first];
  return {
    ...fields,
    [first]: rest.length === 0 ? value : withField(isFields(inner) ? inner : {}, rest, value),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
