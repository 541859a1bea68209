import { getLogger } from "@logtape/logtape";
import * as z from "zod";
import type { ApiReply } from "../http/request.ts";
import type { PushAnswer } from "./api.ts";
import { personalTexts, reasonOf } from "./said.ts";

const logger = getLogger(["tillpipe", "ometria"]);

const count = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);

/** What `POST /push` answers, as far as it counts. */
const pushBody = z.looseObject({
  status: z.string(),
  request_id: z.union([z.string(), z.number().transform(String)]).nullish(),
  accepted: count.nullish(),
  rejected: count.nullish(),
  skipped: count.nullish(),
});

/**
 * Judges a 2xx answer to a push: taken only when the status is OK, nothing was rejected and as many
 * records were accepted as were sent.
 *
 * @returns nothing when the answer is not one to a push at all
 */
export function judgePush(reply: ApiReply, bodies: readonly string[]): PushAnswer | undefined {
  const parsed = pushBody.safeParse(reply.body);
  if (!parsed.success) return undefined;
  const { status, request_id, accepted, rejected, skipped } = parsed.data;
  // Nothing in it speaks against the records: none of them may end as dead for an answer that says nothing.
  if (status === "OK" && (accepted ?? rejected ?? skipped ?? undefined) === undefined) {
    return undefined;
  }
  if (status === "OK" && accepted === bodies.length && (rejected ?? 0) === 0) {
    if ((skipped ?? 0) > 0) logger.warn("Ometria skipped {skipped} records of a push", { skipped });
    const queueRemaining = queueOf(reply.headers);
    return {
      kind: "accepted",
      ...(request_id === undefined || request_id === null ? {} : { requestId: request_id }),
      ...(queueRemaining === undefined ? {} : { queueRemaining }),
    };
  }
  const counts = `accepted ${accepted ?? "?"}, rejected ${rejected ?? "?"}, skipped ${
    skipped ?? 0
  }`;
  return {
    kind: "rejected",
    status: reply.status,
    detail: `${counts} of ${bodies.length}: ${reasonFor(reply, bodies)}`,
  };
}

/** What a refusal of a push says, without anything of the people in it. */
export function reasonFor(reply: ApiReply, bodies: readonly string[]): string {
  return reasonOf(reply.body, bodies.flatMap((body) => personalTexts(JSON.parse(body))));
}

/** Newer versions of the API do not say how much of the queue is left. */
function queueOf(headers: Headers): number | undefined {
  const text = headers.get("x-queuesize-remaining") ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
