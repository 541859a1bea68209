import type { ApiError } from "../../http/error.ts";
import { rowsOf } from "../../ometria/reads.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";
import type { Answer, Probe } from "./probe.ts";
import { plural } from "../../definition/wording.ts";

/** Whether Sitoo can be reached and takes the credentials. `orders` is what it then says it has. */
export async function checkSitooKey(
  probe: Probe,
  signal: AbortSignal,
): Promise<{ readonly finding: Finding; readonly orders?: number }> {
  const check = "sitoo-key";
  const query = { num: 1, sort: "-orderid", fields: ["orderid", "eshopid"] };
  const first = await probe.sitoo("/orders", query, signal);
  // An account that refuses the list of fields is no account that refuses the key.
  const answer = isStatus(first, 400) ? await probe.sitoo("/orders", { num: 1 }, signal) : first;
  if (answer.kind === "none") return { finding: unreachable(check, "Sitoo", answer.error) };
  const { status } = answer;
  if (status === 401) {
    return {
      finding: fail(
        check,
        "Sitoo refuses the API id with this key (401)",
        "Compare SITOO_API_ID and SITOO_API_KEY with Settings, Sitoo REST API; a password made anew there ends the old one",
      ),
    };
  }
  if (status === 403) {
    return {
      finding: fail(
        check,
        "Sitoo knows the key but lets it read no orders from here (403)",
        "Ask Sitoo to let this API user read orders, and to allow the address that this machine calls from",
      ),
    };
  }
  if (status === 404) {
    return {
      finding: fail(
        check,
        "There is no such account at this address of Sitoo (404)",
        "Copy the account URL from where the API password is made; the host differs from account to account",
      ),
    };
  }
  if (status === 429) {
    return {
      finding: fail(
        check,
        "Sitoo is busy with another program's requests all the time (429)",
        "Find out which other program reads from this account, and let it leave pauses",
      ),
    };
  }
  const orders = status === 200 ? totalOf(answer.body) : undefined;
  if (orders === undefined) return { finding: oddAnswer(check, "Sitoo", status) };
  return { finding: ok(check, `Sitoo takes the key and has ${plural(orders, "order")}`), orders };
}

/** Whether Ometria can be reached and takes the key for orders. */
export async function checkOmetriaKey(probe: Probe, signal: AbortSignal): Promise<Finding> {
  const check = "ometria-key";
  const answer = await probe.ometria("/orders?limit=1", signal);
  if (answer.kind === "none") return unreachable(check, "Ometria", answer.error);
  if (answer.status === 401 || answer.status === 403) {
    return fail(
      check,
      `Ometria refuses the key for orders (${answer.status})`,
      "Take it from Settings, API keys at Ometria; a new one may need ten minutes, and keys for the Query API are of another kind",
    );
  }
  if (answer.status !== 200 || rowsOf(answer.body) === undefined) {
    return oddAnswer(check, "Ometria", answer.status);
  }
  return ok(check, "Ometria takes the key for orders");
}

/**
 * Whether Ometria takes the key for email, as far as it shows without an email: the address is only read,
 * which sends nothing. Another answer than a refusal means that the key got through.
 */
export async function checkEmailKey(probe: Probe, signal: AbortSignal): Promise<Finding> {
  const check = "ometria-email-key";
  const answer = await probe.ometria("/transactional-email/send", signal, "ometriaEmail");
  if (answer.kind === "none") return unreachable(check, "Ometria", answer.error);
  if (answer.status === 401 || answer.status === 403) {
    return fail(
      check,
      `Ometria refuses the key for transactional email (${answer.status})`,
      "Put a key for transactional email into OMETRIA_EMAIL_API_KEY; a new one may need ten minutes",
    );
  }
  if (answer.status >= 500) return oddAnswer(check, "Ometria", answer.status);
  return ok(check, "Ometria takes the key for email, as far as can be told without sending one");
}

/**
 * Whether the key may see what became of pushes, which the program looks at to notice records that were taken and
 * then found wrong. A push itself cannot be tried without pushing.
 */
export async function checkPushErrors(probe: Probe, signal: AbortSignal): Promise<Finding> {
  const check = "ometria-errors";
  const answer = await probe.ometria("/push/_errors", signal);
  if (answer.kind === "none") return unreachable(check, "Ometria", answer.error);
  const rows = answer.status === 200 ? rowsOf(answer.body) : undefined;
  if (rows === undefined) {
    return warn(
      check,
      `Ometria does not let its list of validation errors be read (${answer.status})`,
      "Orders are read back one by one all the same; ask Ometria whether the key may push",
    );
  }
  return ok(
    check,
    rows.length === 0
      ? "Ometria lists no validation error"
      : `Ometria lists ${rows.length} validation errors of the whole account; new ones alert`,
  );
}

/** A finding for a call without an answer. */
export function unreachable(check: string, who: string, error: ApiError): Finding {
  const reason = error.message.replace(/^[^:]*: /, "").replace(/ \([A-Z]+ [^()]*\)$/, "")
    .replace(new RegExp(`^${who} `), "").replace(/^has a (.+?) that /, "its $1 ");
  return fail(
    check,
    `${who} cannot be reached: ${reason.startsWith("its ") ? reason : `it ${reason}`}`,
    "Check the address, the network and its proxy; HTTPS has to be let out to this host",
  );
}

/** A finding for an answer that this API does not give. */
export function oddAnswer(check: string, who: string, status: number): Finding {
  if (status >= 500 || status === 429) {
    return warn(
      check,
      `${who} answers ${status}: it is down or busy at the moment`,
      "Try again in a few minutes",
    );
  }
  return fail(
    check,
    `What answers at the address of ${who} is not its API (status ${status})`,
    who === "Sitoo" ? "Check SITOO_ACCOUNT_URL" : "Check OMETRIA_API_URL, or leave it out",
  );
}

/** Whether an answer has this status. */
export function isStatus(answer: Answer, status: number): boolean {
  return answer.kind === "answer" && answer.status === status;
}

/** `totalcount` of a list, or nothing if the answer is no list. */
export function totalOf(body: unknown): number | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if (!("items" in body) || !Array.isArray(body.items)) return undefined;
  const total = "totalcount" in body ? Number(body.totalcount) : Number.NaN;
  return Number.isSafeInteger(total) && total >= 0 ? total : body.items.length;
}

/** The rows of a list that are objects. */
export function itemsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof body !== "object" || body === null || !("items" in body)) return [];
  return Array.isArray(body.items) ? body.items.filter(isObject) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
