import { ApiError } from "../../src/http/error.ts";
import type { EmailAnswer, OmetriaApi, PushAnswer, StoredOrder } from "../../src/ometria/api.ts";
import { createMemoryOmetria } from "../../src/ometria/memory.ts";
import { readStoredOrder } from "../../src/ometria/reads.ts";
import type { Receipt } from "../../src/records/receipt.ts";
import type { Clock } from "../../src/time/clock.ts";
import type { Chance } from "../../src/cli/crashtest/chance.ts";

/** What can happen to a call. `taken`: it had its effect, and the answer got lost. */
export type Fault = "unavailable" | "throttled" | "unauthorized" | "untaken" | "taken";

/** How a fake Ometria behaves. */
export interface SimOmetriaOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** ms in which an accepted push is applied; within them, no order is promised. 0 applies at once. */
  readonly appliesWithin: number;
  /** ms that a call is under way, at most. */
  readonly transit: number;
  /** Ids of records that are never taken. */
  readonly bad: ReadonlySet<string>;
}

const never = new AbortController().signal;

/**
 * An Ometria that takes pushes at once and applies them when it likes, in any order, within a time. What is
 * under way arrives whatever becomes of the program that sent it.
 */
export class SimOmetria {
  readonly api: OmetriaApi;
  /** JSON texts of the orders it holds, by id. */
  readonly held = new Map<string, string>();
  readonly emails: Receipt[] = [];
  readonly faults: { readonly api: "ometria" | "ometriaEmail"; readonly fault: Fault }[] = [];
  readonly #options: SimOmetriaOptions;
  #underWay = 0;

  constructor(options: SimOmetriaOptions) {
    this.#options = options;
    const memory = createMemoryOmetria();
    this.api = {
      ...memory,
      push: (bodies, signal) => this.#push(bodies, signal),
      sendEmail: (receipt, signal) => this.#sendEmail(receipt, signal),
      readOrder: (id, signal) => this.#readOrder(id, signal),
      recentOrders: () => Promise.resolve([]),
    };
  }

  /** Whether nothing is on its way and everything is applied. */
  get isQuiet(): boolean {
    return this.#underWay === 0;
  }

  async #push(bodies: readonly string[], signal: AbortSignal): Promise<PushAnswer> {
    signal.throwIfAborted();
    const fault = this.#fault("ometria");
    return await this.#travel(signal, () => {
      if (fault !== undefined && fault !== "taken") throw failed("ometria", fault);
      const ids = bodies.map(idOf);
      if (ids.some((id) => this.#options.bad.has(id))) {
        return { kind: "rejected", status: 202, detail: "Rejected 1 of the records" };
      }
      bodies.forEach((body, index) => this.#apply(ids[index] ?? "", body));
      if (fault === "taken") throw failed("ometria", fault);
      return { kind: "accepted" };
    });
  }

  async #readOrder(id: string, signal: AbortSignal): Promise<StoredOrder | undefined> {
    signal.throwIfAborted();
    return await this.#travel(signal, () => {
      const body = this.held.get(id);
      return body === undefined ? undefined : readStoredOrder(JSON.parse(body));
    });
  }

  async #sendEmail(receipt: Receipt, signal: AbortSignal): Promise<EmailAnswer> {
    signal.throwIfAborted();
    const fault = this.#fault("ometriaEmail");
    try {
      return await this.#travel(signal, () => {
        if (fault === "unauthorized") throw failed("ometriaEmail", fault);
        if (fault === "throttled") return { kind: "retry", detail: "429", retryAfter: 5_000 };
        if (fault === "unavailable" || fault === "untaken") {
          return { kind: "unknown", detail: "The connection broke off" };
        }
        this.emails.push(receipt);
        return fault === "taken"
          ? { kind: "unknown", detail: "The connection broke off" }
          : { kind: "sent" };
      });
    } catch (error) {
      if (error instanceof ApiError) throw error;
      return { kind: "unknown", detail: "Aborted during the call" };
    }
  }

  /** Takes a call there and its answer back; goes on when the caller has gone. */
  async #travel<T>(signal: AbortSignal, arrive: () => T): Promise<T> {
    const { clock, chance, transit } = this.#options;
    const there = chance.delay(transit);
    const back = chance.delay(transit);
    this.#underWay++;
    const arrived = clock.sleep(there, never).then(arrive).finally(() => this.#underWay--);
    arrived.catch(() => {});
    const answered = arrived.finally(() => clock.sleep(back, never));
    answered.catch(() => {});
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([answered, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #apply(id: string, body: string): void {
    const { clock, chance, appliesWithin } = this.#options;
    const wait = Math.floor(appliesWithin * chance.next());
    this.#underWay++;
    clock.sleep(wait, never).then(() => {
      this.held.set(id, body);
      this.#underWay--;
    });
  }

  #fault(api: "ometria" | "ometriaEmail"): Fault | undefined {
    const index = this.faults.findIndex((one) => one.api === api);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }
}

/** The error that the client makes of a fault. */
export function failed(api: "sitoo" | "ometria" | "ometriaEmail", fault: Fault): ApiError {
  switch (fault) {
    case "unavailable":
      return new ApiError("503", { api, kind: "unavailable", status: 503, reached: true });
    case "throttled":
      return new ApiError("429", {
        api,
        kind: "throttled",
        status: 429,
        retryAfter: 3_000,
        reached: true,
      });
    case "unauthorized":
      return new ApiError("401", { api, kind: "unauthorized", status: 401, reached: true });
    case "untaken":
    case "taken":
      return new ApiError("broke the connection off", { api, kind: "unavailable", reached: true });
  }
}

function idOf(body: string): string {
  const record: unknown = JSON.parse(body);
  const isNamed = typeof record === "object" && record !== null && "id" in record;
  return isNamed ? String(record.id) : "";
}
