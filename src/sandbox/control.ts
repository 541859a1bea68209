import { z } from "zod";
import type { Sandbox } from "./mod.ts";
import { json } from "./web.ts";

const id = z.int();
const events = z.boolean().optional();

const Action = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("sell"),
    state: z.enum(["open", "closed"]).optional(),
    kind: z.enum(["sale", "web", "parked", "booking"]).optional(),
    email: z.string().nullable().optional(),
    store: z.string().optional(),
    date: z.number().optional(),
    receipt: z.boolean().optional(),
    events,
  }),
  z.strictObject({
    action: z.literal("refund"),
    id,
    lines: z.array(z.strictObject({ line: z.int(), quantity: z.int() })).optional(),
    all: z.boolean().optional(),
    link: z.enum(["credit", "pos", "both", "none"]).optional(),
    tellsLine: z.boolean().optional(),
    events,
  }),
  z.strictObject({ action: z.literal("exchange"), id }),
  z.strictObject({ action: z.literal("cancel"), id }),
  z.strictObject({ action: z.literal("close"), id }),
  z.strictObject({ action: z.literal("update"), id, email: z.string().optional() }),
  z.strictObject({ action: z.literal("receipt"), id }),
]);

const FaultSet = z.strictObject({
  target: z.enum(["sitoo", "ometria"]),
  faults: z.array(z.strictObject({
    kind: z.enum(["status", "hang", "reset", "cut", "lost", "drop", "reject", "slow"]),
    status: z.int().optional(),
    match: z.string().optional(),
    times: z.int().optional(),
    rate: z.number().optional(),
    ms: z.number().optional(),
    retryAfter: z.number().optional(),
  })),
});

const Target = z.strictObject({
  baseUrl: z.url(),
  username: z.string().optional(),
  password: z.string().optional(),
});

const Live = z.strictObject({
  seconds: z.number().positive(),
  ordersPerSecond: z.number().positive(),
  refunds: z.number().optional(),
  receipts: z.number().optional(),
  silent: z.number().optional(),
});

const Settings = z.strictObject({
  latency: z.number().optional(),
  applyDelay: z.number().optional(),
  shuffle: z.boolean().optional(),
  settingsAllowed: z.boolean().optional(),
});

const Profile = z.strictObject({
  email: z.string(),
  marketing_optin: z.boolean().nullable().optional(),
});

/** What the control needs. */
export interface ControlOptions {
  readonly sandbox: () => Sandbox;
  readonly closing: AbortSignal;
}

/**
 * The sandbox by HTTP, for tests in another process:
 *
 * - `GET /_sandbox/state`: addresses, credentials, number of orders; `GET /_sandbox/counters`
 * - `GET /_sandbox/truth?prefix=&start_date=&max=`: the comparison; `GET /_sandbox/expected?id=`
 * - `GET /_sandbox/arrived?id=`: what Ometria stored of one order; `DELETE` loses it
 * - `GET /_sandbox/emails`
 * - `POST /_sandbox/orders` `{action: sell|refund|exchange|cancel|close|update|receipt, …}` → `{id}`
 * - `POST /_sandbox/faults` `{target, faults}`; `DELETE` clears those of both fakes
 * - `POST /_sandbox/sender` `{baseUrl, username, password}` starts it; `DELETE` stops it
 * - `POST /_sandbox/live` `{ordersPerSecond, seconds, …}` answers at once
 * - `POST /_sandbox/settings`, `POST /_sandbox/profiles`; `POST /_sandbox/reset` empties Ometria
 *
 * Money is in minor units, as text.
 */
export function controlHandler(
  options: ControlOptions,
): (request: Request, url: URL) => Promise<Response> {
  return async function handleControl(request, url): Promise<Response> {
    const sandbox = options.sandbox();
    try {
      if (request.method === "GET") return read(sandbox, url);
      if (request.method === "DELETE") return await remove(sandbox, url);
      return await change(sandbox, url, {
        body: await request.json(),
        closing: options.closing,
      });
    } catch (error) {
      if (error instanceof z.ZodError) return json({ error: z.prettifyError(error) }, 400);
      if (error instanceof RangeError || error instanceof SyntaxError) {
        return json({ error: error.message }, 400);
      }
      throw error;
    }
  };
}

function read(sandbox: Sandbox, url: URL): Response {
  const { sitoo, ometria, truth } = sandbox;
  const { searchParams } = url;
  const number = (name: string): number | undefined =>
    searchParams.has(name) ? Number(searchParams.get(name)) : undefined;
  switch (url.pathname.slice("/_sandbox/".length)) {
    case "state":
      return json({
        sitoo: { accountUrl: sitoo.accountUrl, apiId: sitoo.apiId, apiKey: sitoo.apiKey },
        ometria: {
          apiUrl: ometria.apiUrl,
          apiKey: ometria.apiKey,
          emailApiKey: ometria.emailApiKey,
        },
        orders: sitoo.book.length,
        settings: sandbox.settings,
      });
    case "counters":
      return json(sandbox.counters());
    case "truth":
      return plain(truth.compare({
        prefix: searchParams.get("prefix") ?? undefined,
        startDate: number("start_date"),
        maxDifferences: number("max"),
      }));
    case "expected":
      return plain(truth.expected(number("id") ?? 0) ?? null);
    case "arrived":
      return plain(ometria.orders.get(searchParams.get("id") ?? "") ?? null);
    case "emails":
      return json(ometria.emails);
    default:
      return json({ error: "Not found" }, 404);
  }
}

async function remove(sandbox: Sandbox, url: URL): Promise<Response> {
  switch (url.pathname.slice("/_sandbox/".length)) {
    case "faults":
      sandbox.sitoo.faults.clear();
      sandbox.ometria.faults.clear();
      return json({});
    case "sender":
      await sandbox.sender.stop();
      return json({});
    case "arrived": {
      const id = url.searchParams.get("id") ?? "";
      return sandbox.ometria.store.remove(id) ? json({}) : json({ error: "Not found" }, 404);
    }
    default:
      return json({ error: "Not found" }, 404);
  }
}

async function change(
  sandbox: Sandbox,
  url: URL,
  { body, closing }: { readonly body: unknown; readonly closing: AbortSignal },
): Promise<Response> {
  switch (url.pathname.slice("/_sandbox/".length)) {
    case "orders":
      return json({ id: act(sandbox, Action.parse(body)) });
    case "faults": {
      const { target, faults } = FaultSet.parse(body);
      sandbox[target].faults.set(...faults);
      return json({});
    }
    case "sender":
      await sandbox.sender.start(Target.parse(body));
      return json({});
    case "live": {
      const { seconds, ...live } = Live.parse(body);
      startLive(sandbox, live, { seconds, closing });
      return json({}, 202);
    }
    case "settings":
      for (const [name, value] of Object.entries(Settings.parse(body))) {
        if (value !== undefined) Object.assign(sandbox.settings, { [name]: value });
      }
      return json(sandbox.settings);
    case "reset":
      sandbox.ometria.reset();
      return json({});
    case "profiles": {
      const { email, marketing_optin } = Profile.parse(body);
      sandbox.ometria.setProfile(email, marketing_optin);
      return json({});
    }
    default:
      return json({ error: "Not found" }, 404);
  }
}

function act({ sitoo }: Sandbox, action: z.infer<typeof Action>): number {
  switch (action.action) {
    case "sell":
      return sitoo.sell(action);
    case "refund":
      return sitoo.refund(action.id, action);
    case "exchange":
      return sitoo.exchange(action.id).sale;
    case "cancel":
      sitoo.cancel(action.id);
      return action.id;
    case "close":
      sitoo.close(action.id);
      return action.id;
    case "update":
      sitoo.update(action.id, action);
      return action.id;
    case "receipt":
      sitoo.requestReceipt(action.id);
      return action.id;
  }
}

function startLive(
  sandbox: Sandbox,
  live: Parameters<Sandbox["live"]>[0],
  { seconds, closing }: { readonly seconds: number; readonly closing: AbortSignal },
): void {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  closing.addEventListener("abort", () => over.abort(), { once: true });
  sandbox.live(live, over.signal).finally(() => clearTimeout(timer));
}

/** JSON with big integers as text. */
function plain(body: unknown): Response {
  const text = JSON.stringify(
    body,
    (_key, value: unknown) => typeof value === "bigint" ? String(value) : value,
  );
  return new Response(text, { headers: { "content-type": "application/json" } });
}
