import type { OmetriaConnection, SitooConnection } from "../../definition/definition.ts";
import { ApiError, type ApiName } from "../../http/error.ts";
import type { Pace } from "../../http/rate_limiter.ts";
import { type ApiReply, type ApiRequest, exchange } from "../../http/request.ts";
import type { Slot } from "../../http/slot.ts";
import { type ListQuery, queryText } from "../../sitoo/list_query.ts";
import { encodeBase64 } from "../../std/encoding.ts";
import type { Clock } from "../../time/clock.ts";
import type { Sightings } from "./sightings.ts";

/** Times a call is made before a 429 is taken for an answer. */
const tries = 4;
/** ms to wait after a 429 that asks for no time of its own, and at most. */
const pause = { usual: 1_000, most: 15_000 };

/** How a call was answered: with some status, or why there is no answer. */
export type Answer =
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "none"; readonly error: ApiError };

/** What a probe needs. */
export interface ProbeOptions {
  readonly clock: Clock;
  readonly slot: Slot;
  readonly read: Pace;
  readonly sightings: Sightings;
  /** ms for one call. @default 15_000 */
  readonly timeout?: number;
}

/** The APIs that a probe can ask, and how. */
export interface ProbeConnections {
  readonly sitoo?: SitooConnection;
  readonly ometria?: Pick<OmetriaConnection, "apiUrl" | "apiKey" | "emailApiKey">;
}

/**
 * Asks Sitoo and Ometria single questions and takes any answer for one, where the clients know only right
 * ones. It only reads. Slot and pace count the calls.
 */
export class Probe {
  readonly #connections: ProbeConnections;
  readonly #options: ProbeOptions;

  constructor(connections: ProbeConnections, options: ProbeOptions) {
    this.#connections = connections;
    this.#options = options;
  }

  /** One GET under the account's URL: `/orders`. Throws only the signal's reason. */
  sitoo(path: string, query: ListQuery, signal: AbortSignal): Promise<Answer> {
    const { sitoo } = this.#connections;
    if (sitoo === undefined) throw new TypeError("Cannot ask Sitoo: there is no connection to it");
    const { slot } = this.#options;
    const credentials = encodeBase64(`${sitoo.apiId}:${sitoo.apiKey.reveal()}`);
    const request = this.#request("sitoo", `${sitoo.accountUrl}${path}.json${queryText(query)}`, {
      authorization: `Basic ${credentials}`,
    });
    return this.#ask(request, (call) => slot.run(call, signal), signal);
  }

  /** One GET under the API's URL, with one of the two keys. Throws only the signal's reason. */
  ometria(
    path: string,
    signal: AbortSignal,
    key: "ometria" | "ometriaEmail" = "ometria",
  ): Promise<Answer> {
    const { ometria } = this.#connections;
    if (ometria === undefined) throw new TypeError("Cannot ask Ometria: there is no connection");
    const { read } = this.#options;
    const secret = key === "ometria" ? ometria.apiKey : ometria.emailApiKey;
    const request = this.#request(key, `${ometria.apiUrl}${path}`, {
      "x-ometria-auth": secret.reveal(),
    });
    return this.#ask(request, async (call) => {
      await read.take(signal);
      return await call();
    }, signal);
  }

  #request(api: ApiName, url: string, headers: ApiRequest["headers"]): ApiRequest {
    const { clock, timeout = 15_000 } = this.#options;
    const now = (): number => clock.now();
    return { api, action: "ask", url, method: "GET", headers, timeout, now };
  }

  async #ask(
    request: ApiRequest,
    inTurn: (call: () => Promise<ApiReply>) => Promise<ApiReply>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { clock, sightings } = this.#options;
    for (let turn = 1;; turn++) {
      try {
        const reply = await inTurn(async () => {
          const asked = clock.now();
          const answered = await exchange(request, signal);
          sightings.note(request.api, answered, { asked, answered: clock.now() });
          return answered;
        });
        const { status, body, retryAfter = pause.usual * turn } = reply;
        if (status !== 429 || turn === tries) return { kind: "answer", status, body };
        await clock.sleep(Math.min(retryAfter, pause.most), signal);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { kind: "none", error };
      }
    }
  }
}
