import { encodeBase64 } from "../../std/encoding.ts";
import type { Bench } from "./bench.ts";
import { fail, type Finding, ok, skipped, warn } from "./finding.ts";

/** ms until the server has to answer; Sitoo waits for 15 s. */
const patience = 10_000;
/** ms after which the sweep, at the latest, should have found an order. */
const patienceForSweep = 900_000;
/** ms without an event after which one should look. */
const quietFor = 86_400_000;

/**
 * Whether the server answers at its public address, as Sitoo would find it. An empty list of events is posted with
 * the pipeline's own credentials, which changes nothing there.
 */
export function checkWebhook(
  publicUrl: string | undefined,
): (bench: Bench, signal: AbortSignal) => Promise<readonly Finding[]> {
  return async function check({ pipeline, definition }, signal): Promise<readonly Finding[]> {
    const { webhook } = pipeline;
    if (webhook === undefined) return [];
    if (publicUrl === undefined) {
      if (isLoopback(definition.connections.sitoo.accountUrl)) {
        return [skipped("webhook", "The sandbox calls the server on this machine itself")];
      }
      return [
        warn(
          "webhook",
          "PUBLIC_URL is not set, so it was not tried whether Sitoo can reach this server",
          "Put the address into PUBLIC_URL, such as https://hooks.example.com, and set base_url at Sitoo",
        ),
      ];
    }
    const base = `${publicUrl.replace(/\/+$/, "")}/hooks/${definition.name}`;
    if (!base.startsWith("https:") && !isLoopback(base)) {
      return [
        fail(
          "webhook",
          "PUBLIC_URL is no https address, and Sitoo sends credentials there",
          "Put a proxy with a certificate in front of the server",
        ),
      ];
    }
    const [password] = webhook.passwords;
    const credentials = encodeBase64(`${webhook.username}:${password?.reveal() ?? ""}`);
    const status = await post(`${base}/events`, `Basic ${credentials}`, signal);
    return [judge(status, base)];
  };
}

/** Whether an address is one of this machine, as those of the sandbox are. */
export function isLoopback(address: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(URL.parse(address)?.hostname ?? "");
}

async function post(
  url: string,
  authorization: string,
  signal: AbortSignal,
): Promise<number | string> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: "[]",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? `${error.message} ${String(error.cause)}` : "";
    if (/certificate|UnknownIssuer|NotValidForName/i.test(cause)) {
      return "has a certificate that is not trusted";
    }
    if (/dns|lookup/i.test(cause)) return "has a host name that cannot be found";
    if (/timed? ?out/i.test(cause)) return `does not answer within ${patience / 1000} s`;
    return "cannot be connected to from here";
  }
}

function judge(status: number | string, base: string): Finding {
  const check = "webhook";
  if (status === 200) return ok(check, `The server answers at ${base} and takes its credentials`);
  if (typeof status === "string") {
    return fail(
      check,
      `The public address ${status}`,
      "Start serve, and let the proxy in front of it lead /hooks/ there; behind a firewall, try the address from outside",
    );
  }
  if (status === 401) {
    return fail(
      check,
      "The server refuses the pipeline's own webhook credentials (401): Sitoo's events would be lost",
      "Restart serve after a change of the password, and let the proxy pass the header Authorization on",
    );
  }
  if (status === 404) {
    return fail(
      check,
      `No pipeline of this name answers at ${base} (404)`,
      "Check PUBLIC_URL, the proxy's path, and that serve runs this pipeline",
    );
  }
  if (status === 503) {
    return fail(
      check,
      "The server answers 503: it cannot write its store at the moment",
      "Look at its log and at the disk; Sitoo sends the events again until it can",
    );
  }
  return fail(
    check,
    `Something else than this server answers at ${base} (status ${status})`,
    "Check PUBLIC_URL and where the proxy leads",
  );
}

/** Whether the first server has run, and whether Sitoo's events come in since. */
export async function checkEvents(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = "events";
  const { rows, pipeline, clock } = bench;
  if (pipeline.webhook === undefined) return [];
  const cutOver = await rows?.cutOver();
  if (rows === undefined || cutOver === undefined) {
    return [
      warn(
        check,
        "The server has not run with this store yet: nothing is live, and history goes up to now",
        "Start serve before the first backfill: it notes the newest order, from which on orders come live",
      ),
    ];
  }
  const { last = 0, orders } = await bench.sample(signal);
  if (last <= cutOver) return [skipped(check, "No order was made since serve first ran")];
  const live: { readonly at: number }[] = [];
  for await (const row of rows.ledgerRange(cutOver + 1, last + 1)) {
    live.push({ at: row.at });
    if (live.length === 2_000) break;
  }
  const { due, later } = await rows.inboxSummary(1_000);
  const sweep = await rows.sweep();
  if (live.length === 0 && due + later === 0) {
    const since = orders.filter(({ orderId }) => orderId > cutOver).map(({ at }) => at);
    if (Math.min(...since) > clock.now() - patienceForSweep) {
      return [skipped(check, "The orders since serve first ran are too young to be missed")];
    }
    return [
      fail(
        check,
        `Orders were made after ${cutOver}, and neither an event nor the sweep brought one`,
        "Start serve, and set base_url in Sitoo's Events Subscriptions",
      ),
    ];
  }
  if (live.length > 0 && (sweep?.healed ?? 0) >= live.length) {
    return [
      warn(
        check,
        "All orders since serve first ran were found by its sweep: Sitoo's events do not arrive",
        "Set base_url, user name and password in Sitoo's Events Subscriptions; until then orders are up to ten minutes late",
      ),
    ];
  }
  const latest = Math.max(0, ...live.map(({ at }) => at));
  if (live.length > 0 && clock.now() - latest > quietFor) {
    return [
      warn(
        check,
        `The last live order was worked off on ${new Date(latest).toISOString().slice(0, 10)}`,
        "Look whether serve runs, whether shops are open, and whether the subscription at Sitoo is active",
      ),
    ];
  }
  return [ok(check, `Live orders come in: ${live.length} since serve first ran`)];
}
