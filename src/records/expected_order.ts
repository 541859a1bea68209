import { Decimal } from "./money.ts";
import type { OmetriaOrder } from "./ometria_order.ts";

/** What an order must look like when it is read back from Ometria. Amounts are decimal text. */
export interface ExpectedOrder {
  readonly total: string;
  readonly status: string;
  readonly isValid: boolean;
  readonly lines: number;
  readonly quantityRefunded: number;
  readonly refunded: string;
}

/** What a record that is pushed must look like afterwards. */
export function expectedOf(order: OmetriaOrder): ExpectedOrder {
  let quantityRefunded = 0;
  const refunds: Decimal[] = [];
  for (const { quantity_refunded, refunded } of order.lineitems) {
    quantityRefunded += quantity_refunded ?? 0;
    if (refunded !== undefined) refunds.push(Decimal.parse(refunded));
  }
  return {
    total: String(order.grand_total),
    status: order.status,
    isValid: order.is_valid,
    lines: order.lineitems.length,
    quantityRefunded,
    refunded: Decimal.sum(refunds).toString(),
  };
}
