import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/error.ts";
import type { StageServices } from "../contract.ts";

const logger = getLogger(["tillpipe", "opt-in"]);

/** ms that a decision holds. */
const decidedFor = 86_400_000;
/** ms after a failed look-up in which the same person is not looked up again. */
const failedFor = 600_000;
/** Failed look-ups in a batch after which its others are not tried: the API is down. */
const failuresAllowed = 3;

/** A person, by address and by its keyed hash. */
export interface Person {
  readonly email: string;
  readonly hash: string;
}

/** Finds out who may be opted in: one profile look-up a person, remembered under the hash. */
export class Consent {
  readonly #services: Pick<StageServices, "ometria" | "cache">;

  constructor(services: Pick<StageServices, "ometria" | "cache">) {
    this.#services = services;
  }

  /**
   * The hashes of those who may be opted in: without a profile yet, or opted in already. An opt-out,
   * anything doubtful, and a look-up that fails decide against.
   */
  async allowed(people: readonly Person[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const distinct = [...new Map(people.map((person) => [person.hash, person])).values()];
    const known = await Promise.all(
      distinct.map((person) => this.#services.cache.get(key(person))),
    );
    const allowed = new Set<string>();
    let failures = 0;
    for (const [index, person] of distinct.entries()) {
      const decision = known[index];
      if (decision === true) allowed.add(person.hash);
      if (typeof decision === "boolean" || failures >= failuresAllowed) continue;
      const found = await this.#lookUp(person, signal);
      if (found === true) allowed.add(person.hash);
      if (found === undefined) failures++;
    }
    if (failures > 0) {
      logger.warn("{failures} profile look-ups failed, so no opt-in was sent for these people", {
        failures,
      });
    }
    return allowed;
  }

  /** One after another: the connection's `read_rate` is what limits them anyway. */
  async #lookUp(person: Person, signal: AbortSignal): Promise<boolean | undefined> {
    try {
      const status = await this.#services.ometria.optInStatus(person.email, signal);
      const allowed = status === "none" || status === "opted-in";
      await this.#services.cache.set(key(person), allowed, decidedFor);
      return allowed;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError)) throw error;
      await this.#services.cache.set(key(person), false, failedFor);
      return undefined;
    }
  }
}

function key(person: Person): string {
  return `opt-in/${person.hash}`;
}
