import { recordCall } from "../telemetry/metrics.ts";
import { inSpan, SpanKind, withoutRuntimeSpans } from "../telemetry/spans.ts";
import { ApiError } from "./error.ts";
import type { ApiReply, ApiRequest } from "./request.ts";

/**
 * Makes a call in a span of its own, and notes how long it took. Neither holds more of the address than its
 * host: the path has ids, and the query may have somebody's address.
 *
 * @param outcomeOf the kind of failure of a status; `ok` for 2xx
 */
export async function observeCall(
  request: ApiRequest,
  call: () => Promise<ApiReply>,
  outcomeOf: (status: number) => string,
): Promise<ApiReply> {
  const operation = operationOf(request.action);
  const attributes = {
    "tillpipe.api": request.api,
    "tillpipe.operation": operation,
    "http.request.method": request.method,
    ...(URL.canParse(request.url) ? { "server.address": new URL(request.url).hostname } : {}),
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  return await inSpan(`${request.api} ${operation}`, options, async (span) => {
    const start = request.now();
    let outcome = "aborted";
    try {
      const reply = await withoutRuntimeSpans(span, call);
      outcome = outcomeOf(reply.status);
      span.setAttribute("http.response.status_code", reply.status);
      if (outcome !== "ok") span.setAttribute("error.type", String(reply.status));
      return reply;
    } catch (error) {
      if (error instanceof ApiError) outcome = error.kind;
      throw error;
    } finally {
      const seconds = Math.max(0, request.now() - start) / 1000;
      recordCall({ api: request.api, operation, outcome, seconds });
    }
  });
}

/** `read the settings of site 2` is the same for every site. */
function operationOf(action: string): string {
  return action.replaceAll(/\s*\d+/g, "");
}
