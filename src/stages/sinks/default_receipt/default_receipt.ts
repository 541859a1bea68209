import { receiptHtml } from "./html.ts";
import { receiptText } from "./text.ts";
import { type DefaultReceiptOptions, type ReceiptFieldsIn, receiptView } from "./view.ts";

/** Both parts of an email. */
export interface ReceiptParts {
  readonly html: string;
  readonly text: string;
}

/**
 * The receipt for those without a template: plain, with what a receipt has to show and no marketing, from
 * the merge fields that a template would get. Complete by itself: nothing in it is left to be filled in.
 */
export function defaultReceipt(
  data: ReceiptFieldsIn,
  options: DefaultReceiptOptions,
): ReceiptParts {
  const view = receiptView(data, options);
  return { html: receiptHtml(view), text: receiptText(view) };
}
