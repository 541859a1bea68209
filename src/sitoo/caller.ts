import type { SitooConnection } from "../definition/definition.ts";
import { ApiError } from "../http/error.ts";
import { type ApiRequest, failure, requestJson } from "../http/request.ts";
import type { Slot } from "../http/slot.ts";
import { encodeBase64 } from "../std/encoding.ts";
import { FieldProblem } from "./fields.ts";
import { type ListQuery, queryText } from "./list_query.ts";

/** One GET at Sitoo. */
export interface SitooCall<T> {
  /** As it follows "Cannot": `read orders`. */
  readonly action: string;
  /** Under the account's URL, without the `.json` suffix: `/orders`. */
  readonly path: string;
  readonly query: ListQuery;
  /** Reads the answer; tells what it cannot read, or what does not fit the question, by a `FieldProblem`. */
  read(body: unknown): T;
}

/** What a caller needs. */
export interface SitooCallerOptions {
  readonly slot: Slot;
  /** ms */
  readonly timeout: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Makes calls to one Sitoo account, one at a time. */
export class SitooCaller {
  readonly #connection: SitooConnection;
  readonly #options: SitooCallerOptions;

  constructor(connection: SitooConnection, options: SitooCallerOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Calls Sitoo and has the answer read.
   *
   * @throws {ApiError}
   */
  async get<T>(call: SitooCall<T>, signal: AbortSignal): Promise<T> {
    const { slot, timeout, now } = this.#options;
    const request: ApiRequest = {
      api: "sitoo",
      action: call.action,
      url: `${this.#connection.accountUrl}${call.path}.json${queryText(call.query)}`,
      method: "GET",
      headers: { authorization: this.#credentials() },
      timeout,
      now,
    };
    const { body, status } = await slot.run(() => requestJson(request, signal), signal);
    try {
      return call.read(body);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      throw failure(request, {
        kind: "malformed",
        reason: `gave an answer that does not fit: ${error.message}`,
        status,
      });
    }
  }

  #credentials(): string {
    const { apiId, apiKey } = this.#connection;
    return `Basic ${encodeBase64(`${apiId}:${apiKey.reveal()}`)}`;
  }
}

/** Whether an error says that Sitoo answered with one of these statuses. */
export function hasStatus(error: unknown, ...statuses: readonly number[]): error is ApiError {
  return error instanceof ApiError && error.status !== undefined && statuses.includes(error.status);
}
