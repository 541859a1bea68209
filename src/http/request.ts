import { ApiError, type ApiErrorKind, type ApiName } from "./error.ts";
import { BodyTooLargeError, parseJson, readText } from "./body.ts";
import { observeCall } from "./observe.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { USER_AGENT } from "./version.ts";

/** Bytes of an answer at most; the largest real ones (250 orders at Ometria) stay below 16 MiB. */
const BODY_LIMIT = 32 * 1024 * 1024;

/** One request to Sitoo or Ometria. */
export interface ApiRequest {
  readonly api: ApiName;
  /** What it is for, as it follows "Cannot": `read orders`. */
  readonly action: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  /** ms from the start until the whole answer has to be here. */
  readonly timeout: number;
  /** Epoch ms, for `Retry-After` dates. */
  readonly now: () => number;
  /**
   * Sends at most once, over a connection of its own. A pooled connection that is cut before the
   * answer makes `fetch` send the request again by itself, whatever its method; `connection: close`
   * alone does not keep a call off such a connection. The status alone is the answer then: a body that
   * breaks off is taken as none.
   */
  readonly once?: boolean;
}

/** An answer with any status. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  /** What came as JSON; `undefined` when it was no JSON. */
  readonly body: unknown;
  /** ms the server asked to wait. */
  readonly retryAfter: number | undefined;
}

/**
 * Sends one request and reads its answer. Redirects are not followed.
 *
 * @throws {ApiError} `unavailable` when there is no whole answer, `malformed` when it is too large.
 * The message names method and path, never the query, the body or what the server said.
 * @throws the signal's reason when the caller aborts.
 */
export async function exchange(request: ApiRequest, signal: AbortSignal): Promise<ApiReply> {
  signal.throwIfAborted();
  const outcomeOf = (status: number): string => isSuccess(status) ? "ok" : classify(status);
  return await observeCall(request, () => exchangeOnce(request, signal), outcomeOf);
}

async function exchangeOnce(request: ApiRequest, signal: AbortSignal): Promise<ApiReply> {
  const limit = new AbortController();
  const stop = (): void => limit.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => limit.abort(TIMED_OUT), request.timeout);
  const client = request.once === true
    ? Deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false })
    : undefined;
  try {
    return await fetchReply(request, { signal: limit.signal, client });
  } catch (error) {
    // An answer that is already an error of ours stands; an abort during the call wins over how
    // `fetch` happened to fail because of it.
    signal.throwIfAborted();
    throw toApiError(error, request);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    client?.close();
  }
}

/**
 * Sends one request and insists on a 2xx answer with JSON.
 *
 * @throws {ApiError} of every kind; see {@linkcode classify}.
 */
export async function requestJson(request: ApiRequest, signal: AbortSignal): Promise<ApiReply> {
  const reply = await exchange(request, signal);
  if (!isSuccess(reply.status)) throw statusError(reply, request);
  if (reply.body === undefined) {
    throw failure(request, {
      kind: "malformed",
      reason: "answered with something that is no JSON",
      status: reply.status,
    });
  }
  return reply;
}

/** Whether a status is 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What a status other than 2xx means for the caller. */
export function classify(status: number): ApiErrorKind {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "throttled";
  if (status === 408 || status === 425 || status >= 500) return "unavailable";
  return status >= 400 ? "refused" : "malformed";
}

/** The error for an answer whose status is not 2xx. */
export function statusError(reply: ApiReply, request: ApiRequest): ApiError {
  const { status, retryAfter } = reply;
  const redirect = status >= 300 && status < 400 ? "a redirect, which is not followed: " : "";
  return failure(request, {
    kind: classify(status),
    reason: `answered ${redirect}${status}`,
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** What {@linkcode failure} says of a failed call. */
export interface Failure {
  readonly kind: ApiErrorKind;
  /** What the other side did, as it follows its name: `answered 503`. */
  readonly reason: string;
  readonly status?: number;
  /** ms */
  readonly retryAfter?: number;
  /** @default true */
  readonly reached?: boolean;
}

/** Builds an error whose message says what was tried and where. */
export function failure(request: ApiRequest, { reason, ...options }: Failure): ApiError {
  const { api, action, method, url } = request;
  return new ApiError(`Cannot ${action}: ${NAMES[api]} ${reason} (${method} ${pathOf(url)})`, {
    api,
    reached: true,
    ...options,
  });
}

const TIMED_OUT = new DOMException("Timed out", "TimeoutError");

const NAMES: Readonly<Record<ApiName, string>> = {
  sitoo: "Sitoo",
  ometria: "Ometria",
  ometriaEmail: "Ometria",
};

async function fetchReply(
  request: ApiRequest,
  { signal, client }: {
    readonly signal: AbortSignal;
    readonly client: Deno.HttpClient | undefined;
  },
): Promise<ApiReply> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: headersOf(request),
    redirect: "manual",
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(client === undefined ? {} : { client }),
  });
  const { status, headers } = response;
  return {
    status,
    headers,
    body: parseJson(await readBody(response, request)),
    retryAfter: parseRetryAfter(headers.get("retry-after"), request.now()),
  };
}

/** A key with characters that no header may hold fails here, in words of ours that do not show it. */
function headersOf(request: ApiRequest): Headers {
  try {
    return new Headers({
      accept: "application/json",
      "user-agent": USER_AGENT,
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...(request.once === true ? { connection: "close" } : {}),
      ...request.headers,
    });
  } catch {
    throw failure(request, {
      kind: "unauthorized",
      reason: "cannot be sent the key: it holds characters that no header may hold",
      reached: false,
    });
  }
}

/** An answer other than 2xx counts by its status alone, so a broken body does not hide it. */
async function readBody(response: Response, request: ApiRequest): Promise<string> {
  try {
    return await readText(response, BODY_LIMIT);
  } catch (error) {
    if (isSuccess(response.status) && request.once !== true) throw error;
    return "";
  }
}

function toApiError(error: unknown, request: ApiRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BodyTooLargeError) {
    return failure(request, { kind: "malformed", reason: "answered with more than 32 MiB" });
  }
  if (error === TIMED_OUT) {
    const seconds = request.timeout / 1000;
    return failure(request, {
      kind: "unavailable",
      reason: `did not answer within ${seconds} s`,
    });
  }
  // The error of `fetch` and its cause quote the whole address, query included: neither is kept.
  const { reason, sent } = explain(error);
  const reached = sent === "perhaps" || (sent === "not by this try" && request.once !== true);
  return failure(request, { kind: "unavailable", reason, reached });
}

/** How a connection failed. A call over a pooled connection may have been made before this try. */
interface Explanation {
  readonly reason: string;
  readonly sent: "no" | "not by this try" | "perhaps";
}

function explain(error: unknown): Explanation {
  if (error instanceof Deno.errors.NotCapable) {
    return { reason: "is no host that this command may call", sent: "no" };
  }
  const text = messageOf(error).toLowerCase();
  if (!text.includes("client error (connect)")) {
    return { reason: "broke the connection off", sent: "perhaps" };
  }
  const reason = connectProblems.find(([part]) => text.includes(part))?.[1];
  return { reason: reason ?? "could not be connected to", sent: "not by this try" };
}

const connectProblems: readonly (readonly [part: string, reason: string])[] = [
  ["dns error", "has a host name that cannot be found"],
  ["connection refused", "refused the connection"],
  ["certificate", "has a certificate that is not trusted"],
];

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "an address that is no URL";
}
