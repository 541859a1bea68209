import type { OmetriaConnection } from "../definition/definition.ts";
import { ApiError } from "../http/error.ts";
import { createRateLimiter, type Pace, type TakeOptions } from "../http/rate_limiter.ts";
import {
  type ApiReply,
  type ApiRequest,
  classify,
  exchange,
  failure,
  isSuccess,
  requestJson,
  statusError,
} from "../http/request.ts";
import type { Receipt } from "../records/receipt.ts";
import type { Clock } from "../time/clock.ts";
import type {
  CatalogueProduct,
  EmailAnswer,
  OmetriaApi,
  OptInStatus,
  PushAnswer,
  StoredOrder,
} from "./api.ts";
import { emailAnswer, failedEmail } from "./email_answer.ts";
import { judgePush, reasonFor } from "./push_answer.ts";
import { readOptIn, readProduct, readPushError, readStoredOrder, rowsOf } from "./reads.ts";
import { redact } from "./redact.ts";

/** Records in one push, at most. */
const recordsPerPush = 100;
/** Rows in a page of a list; the most that Ometria gives. */
const rowsPerPage = 250;

/** When calls may go out. To be shared by all clients that use the same keys. */
export interface OmetriaPaces {
  readonly push: Pace;
  readonly read: Pace;
  readonly email: Pace;
}

/** Options of {@linkcode createOmetriaClient}. */
export interface OmetriaClientOptions {
  readonly clock: Clock;
  /** ms until an answer has to be there. @default 30_000 */
  readonly timeout?: number;
  /**
   * The same for a push. Short, since a lane that is taken over waits for as long before it pushes once
   * more what may have come late.
   *
   * @default 10_000
   */
  readonly pushTimeout?: number;
  /** @default paces of its own, with the connection's rates */
  readonly paces?: OmetriaPaces;
}

/** Paces for this process with a connection's rates. */
export function createOmetriaPaces(connection: OmetriaConnection, clock: Clock): OmetriaPaces {
  return {
    push: createRateLimiter({ rate: connection.pushRate, clock }),
    read: createRateLimiter({ rate: connection.readRate, clock }),
    email: createRateLimiter({ rate: connection.emailRate, clock }),
  };
}

/** A client of Ometria's data and email API. It repeats nothing by itself: whoever calls decides. */
export function createOmetriaClient(
  connection: OmetriaConnection,
  options: OmetriaClientOptions,
): OmetriaApi {
  return new OmetriaClient(connection, options);
}

/**
 * Statuses that speak of the records. Others of 4xx speak of the address or the request: a wrong `api_url`
 * must pause the pipeline, not make its orders dead.
 */
const aboutRecords: readonly number[] = [400, 409, 413, 422];

class OmetriaClient implements OmetriaApi {
  readonly #connection: OmetriaConnection;
  readonly #paces: OmetriaPaces;
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #pushTimeout: number;

  constructor(connection: OmetriaConnection, options: OmetriaClientOptions) {
    this.#connection = connection;
    this.#clock = options.clock;
    this.#timeout = options.timeout ?? 30_000;
    this.#pushTimeout = options.pushTimeout ?? Math.min(10_000, this.#timeout);
    this.#paces = options.paces ?? createOmetriaPaces(connection, options.clock);
  }

  async push(
    bodies: readonly string[],
    signal: AbortSignal,
    options: TakeOptions = {},
  ): Promise<PushAnswer> {
    if (bodies.length === 0 || bodies.length > recordsPerPush) {
      throw new RangeError(`Cannot push ${bodies.length} records: from 1 to ${recordsPerPush}`);
    }
    // The records' own texts, never parsed again: their numbers go out as they were written.
    const call = this.#request("push records", "/push", `[${bodies.join(",")}]`);
    const request = { ...call, timeout: this.#pushTimeout };
    await this.#paces.push.take(signal, options);
    const reply = await exchange(request, signal);
    if (!isSuccess(reply.status)) {
      if (!aboutRecords.includes(reply.status)) throw statusError(reply, request);
      return { kind: "rejected", status: reply.status, detail: reasonFor(reply, bodies) };
    }
    const answer = judgePush(reply, bodies);
    if (answer !== undefined) return answer;
    throw notThatApi(request, reply);
  }

  async sendEmail(receipt: Receipt, signal: AbortSignal): Promise<EmailAnswer> {
    const body = JSON.stringify(receipt);
    const request: ApiRequest = {
      ...this.#request("send an email", "/transactional-email/send", body),
      api: "ometriaEmail",
      headers: { "x-ometria-auth": this.#connection.emailApiKey.reveal() },
      once: true,
    };
    await this.#paces.email.take(signal);
    signal.throwIfAborted();
    let reply: ApiReply;
    try {
      reply = await exchange(request, signal);
    } catch (error) {
      return failedEmail(error);
    }
    if (classify(reply.status) === "unauthorized") throw statusError(reply, request);
    return emailAnswer(reply, receipt);
  }

  async readOrder(
    id: string,
    signal: AbortSignal,
    options: TakeOptions = {},
  ): Promise<StoredOrder | undefined> {
    const request = this.#request("read an order back", `/orders/${encodeURIComponent(id)}`);
    try {
      const reply = await this.#read(request, signal, options);
      const order = readStoredOrder(reply.body);
      if (order === undefined || order.id !== id) throw notThatApi(request, reply);
      return order;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async recentOrders(
    offset: number,
    signal: AbortSignal,
    options: TakeOptions = {},
  ): Promise<readonly StoredOrder[]> {
    const path = `/orders?limit=${rowsPerPage}&offset=${offset}&orderby=timestamp_update`;
    const rows = await this.#list(this.#request("read orders back", path), signal, options);
    return rows.flatMap((row) => readStoredOrder(row) ?? []);
  }

  async products(offset: number, signal: AbortSignal): Promise<readonly CatalogueProduct[]> {
    const path = `/products?limit=${rowsPerPage}&offset=${offset}&includeVariants=true`;
    const request = this.#request("read products", path);
    return (await this.#list(request, signal)).map((row) => {
      const product = readProduct(row);
      // A row that is left out would look like the end of the list.
      if (product === undefined) {
        throw failure(request, { kind: "malformed", reason: "gave a product without an id" });
      }
      return product;
    });
  }

  async pushErrors(signal: AbortSignal): Promise<readonly string[]> {
    const rows = await this.#list(this.#request("read validation errors", "/push/_errors"), signal);
    return rows.flatMap((row) => readPushError(row) ?? []).map((message) => redact(message, []));
  }

  async optInStatus(email: string, signal: AbortSignal): Promise<OptInStatus> {
    const path = `/profiles?email=${encodeURIComponent(email)}`;
    try {
      const { body } = await this.#read(this.#request("look up a profile", path), signal);
      return readOptIn(body, email);
    } catch (error) {
      // Whatever else a refusal or an odd answer means, it is no consent.
      if (error instanceof ApiError && !error.retryable) return "unclear";
      throw error;
    }
  }

  #request(action: string, path: string, body?: string): ApiRequest {
    return {
      api: "ometria",
      action,
      url: `${this.#connection.apiUrl}${path}`,
      method: body === undefined ? "GET" : "POST",
      headers: { "x-ometria-auth": this.#connection.apiKey.reveal() },
      timeout: this.#timeout,
      now: () => this.#clock.now(),
      ...(body === undefined ? {} : { body }),
    };
  }

  async #read(
    request: ApiRequest,
    signal: AbortSignal,
    options: TakeOptions = {},
  ): Promise<ApiReply> {
    await this.#paces.read.take(signal, options);
    return await requestJson(request, signal);
  }

  async #list(
    request: ApiRequest,
    signal: AbortSignal,
    options: TakeOptions = {},
  ): Promise<readonly unknown[]> {
    const reply = await this.#read(request, signal, options);
    const rows = rowsOf(reply.body);
    if (rows === undefined) throw notThatApi(request, reply);
    return rows;
  }
}

function notThatApi(request: ApiRequest, reply: ApiReply): ApiError {
  return failure(request, {
    kind: "malformed",
    reason: "gave an answer that its API does not give",
    status: reply.status,
  });
}
