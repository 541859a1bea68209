/**
 * Why a call to Sitoo or Ometria failed, as far as the engine has to know.
 *
 * - `unavailable`: network, time-out, 408, 425, 5xx: an outage when it lasts
 * - `throttled`: 429; nothing was done
 * - `unauthorized`: 401, 403: nobody gets through with this key
 * - `refused`: any other 4xx, or an answer that says no: the same bytes would fail again
 * - `malformed`: an answer that cannot be what the API sends
 */
export type ApiErrorKind = "unavailable" | "throttled" | "unauthorized" | "refused" | "malformed";

/** Which API, and which of its keys. What fails for one says nothing about the others. */
export type ApiName = "sitoo" | "ometria" | "ometriaEmail";

/** Options of {@linkcode ApiError}. */
export interface ApiErrorOptions {
  readonly api: ApiName;
  readonly kind: ApiErrorKind;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** ms the server asked to wait (`Retry-After`). */
  readonly retryAfter?: number;
  /** Whether the request may have reached the server. False only when that is certain. */
  readonly reached: boolean;
  readonly cause?: unknown;
}

/** A failed call. The message holds no body, no address and no key. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly api: ApiName;
  readonly kind: ApiErrorKind;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly reached: boolean;

  constructor(message: string, options: ApiErrorOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.api = options.api;
    this.kind = options.kind;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
    this.reached = options.reached;
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.kind !== "refused" && this.kind !== "malformed";
  }
}
