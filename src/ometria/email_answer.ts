import { ApiError } from "../http/error.ts";
import { type ApiReply, classify, isSuccess } from "../http/request.ts";
import type { Receipt } from "../records/receipt.ts";
import type { EmailAnswer } from "./api.ts";
import { personalTexts, reasonOf } from "./said.ts";

/**
 * What an answer to an email means. Only a 429 is certain to have sent nothing and worth another try;
 * of all that leaves doubt (5xx, 408, 425, redirects) the email counts as perhaps sent, since a second
 * receipt is worse than a missing one.
 */
export function emailAnswer(reply: ApiReply, receipt: Receipt): EmailAnswer {
  const { status, retryAfter } = reply;
  if (isSuccess(status)) return { kind: "sent" };
  switch (classify(status)) {
    case "throttled":
      return {
        kind: "retry",
        detail: "Ometria answered 429",
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    case "refused":
      return { kind: "refused", status, detail: reasonOf(reply.body, personalTexts(receipt)) };
    default:
      return { kind: "unknown", detail: `Ometria answered ${status}` };
  }
}

/**
 * What it means that there is no answer to an email.
 *
 * @throws {ApiError} `unauthorized` when the key could not even be sent
 */
export function failedEmail(error: unknown): EmailAnswer {
  if (!(error instanceof ApiError)) {
    return { kind: "unknown", detail: "Tillpipe stopped during the call" };
  }
  if (error.kind === "unauthorized") throw error;
  return { kind: error.reached ? "unknown" : "retry", detail: error.message };
}
