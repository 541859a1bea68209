import type { Clock } from "../time/clock.ts";
import { variants } from "./catalogue.ts";
import type { Fault } from "./faults.ts";
import type { PushQueue } from "./ometria_push.ts";
import type { OmetriaStore } from "./ometria_store.ts";
import { readEmail, type SentEmail } from "./ometria_email.ts";
import { RateWindow } from "./rate_window.ts";
import { type Handler, json } from "./web.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Requests a second before the answer is 429; `Infinity` for no limit. */
export interface OmetriaRates {
  readonly push: number;
  readonly read: number;
  readonly email: number;
}

/** What the fake Ometria is made from. */
export interface OmetriaOptions {
  readonly store: OmetriaStore;
  readonly queue: PushQueue;
  readonly emails: SentEmail[];
  readonly clock: Clock;
  readonly apiKey: string;
  readonly emailApiKey: string;
  readonly rates: OmetriaRates;
  /** Queued records at which push answers 429; the answer then tells what is left. */
  readonly queueLimit?: number | undefined;
  readonly onTooMany: () => void;
  /** Unsubscribe events that `GET /unsubscribes` gives. */
  readonly unsubscribes: Fields[];
}

interface Call {
  readonly parts: readonly string[];
  readonly params: URLSearchParams;
  readonly fault: Fault | undefined;
}

/** A fake of Ometria's data API v2 and transactional email. */
export function ometriaHandler(options: OmetriaOptions): Handler {
  const { store, queue } = options;
  const windows = {
    push: new RateWindow(options.rates.push, options.clock),
    read: new RateWindow(options.rates.read, options.clock),
    email: new RateWindow(options.rates.email, options.clock),
  };

  function tooMany(): Response {
    options.onTooMany();
    return json({ error: "Too many requests, please send less" }, 429);
  }

  async function push(request: Request, fault: Fault | undefined): Promise<Response> {
    const body = await request.text();
    const limit = options.queueLimit ?? Infinity;
    const full = queue.waiting >= limit;
    const response = full || !windows.push.admit() ? tooMany() : queue.take(body, fault);
    if (limit === Infinity) return response;
    response.headers.set("x-queuesize-limit", String(limit));
    response.headers.set("x-queuesize-remaining", String(Math.max(0, limit - queue.waiting)));
    return response;
  }

  async function email(request: Request, fault: Fault | undefined): Promise<Response> {
    const body = await request.text();
    if (!windows.email.admit()) return tooMany();
    const read = readEmail(body);
    if (typeof read === "string") return json({ error: read }, 400);
    if (fault?.kind !== "drop") options.emails.push(read);
    return json({ status: "OK" });
  }

  function orders({ parts, params }: Call): Response {
    if (parts.length === 2) return one(store.record(parts[1] ?? ""));
    const { offset, limit } = window(params);
    const ids = params.get("orderby") === "timestamp_update"
      ? store.recent(offset, limit)
      : store.orders.keys().drop(offset).take(limit);
    return json([...ids].flatMap((id) => store.record(id) ?? []));
  }

  function products({ parts, params }: Call): Response {
    const all = productRecords(params.get("includeVariants") === "true" || parts.length === 2);
    if (parts.length === 2) return one(all.find((product) => product["id"] === parts[1]));
    const { offset, limit } = window(params);
    return json(all.slice(offset, offset + limit));
  }

  function contacts({ parts }: Call): Response {
    const records = [...store.contacts.values()];
    if (parts.length === 1) {
      return json([...new Set(records.map((record) => record["@collection"]))]);
    }
    if (parts.length === 2) {
      return json(records.filter((record) => record["@collection"] === parts[1]));
    }
    return one(store.contacts.get(`${parts[1]}/${parts[2]}`));
  }

  function profiles({ params }: Call): Response {
    const profile = store.profiles.get((params.get("email") ?? "").trim().toLowerCase());
    return json(profile === undefined ? [] : [{ id: "p", properties: {}, ...profile }]);
  }

  function read(call: Call): Response {
    switch (call.parts[0]) {
      case "push":
        return call.parts[1] === "_errors" ? json(store.errors) : notFound();
      case "orders":
        return orders(call);
      case "products":
        return products(call);
      case "contacts":
        return contacts(call);
      case "profiles":
        return profiles(call);
      case "unsubscribes":
        return json(options.unsubscribes);
      default:
        return notFound();
    }
  }

  return async function handleOmetria(request, { path, url, fault }): Promise<Response> {
    const parts = path.replace(/^\/v2\//, "").split("/").map(decodeURIComponent);
    const isEmail = parts[0] === "transactional-email";
    const key = isEmail ? options.emailApiKey : options.apiKey;
    if (request.headers.get("x-ometria-auth") !== key) {
      await request.body?.cancel();
      return json({ error: "API key is not authorised to access this resource" }, 403);
    }
    if (!path.startsWith("/v2/")) return notFound();
    if (request.method === "POST") {
      if (isEmail && parts[1] === "send") return await email(request, fault);
      if (path === "/v2/push") return await push(request, fault);
      return notFound();
    }
    if (!windows.read.admit()) return tooMany();
    return read({ parts, params: url.searchParams, fault });
  };
}

/** Parents, with their variants when asked: all that Ometria knows of the catalogue. */
export function productRecords(includeVariants: boolean): Fields[] {
  const records: Fields[] = [];
  let parent = "";
  for (const variant of variants) {
    if (variant.parentSku !== parent) {
      parent = variant.parentSku;
      records.push({
        "@type": "product",
        id: parent,
        sku: parent,
        title: variant.name,
        is_active: true,
        is_variant: false,
      });
    }
    if (!includeVariants) continue;
    records.push({
      "@type": "product",
      id: `${variant.parentSku}_${variant.productid}`,
      sku: variant.sku,
      title: variant.name,
      is_active: true,
      is_variant: true,
      parent_id: variant.parentSku,
    });
  }
  return records;
}

function one(record: Fields | undefined): Response {
  return record === undefined ? notFound() : json(record);
}

function notFound(): Response {
  return json({ error: "Not found" }, 404);
}

function window(params: URLSearchParams): { offset: number; limit: number } {
  const number = (name: string, otherwise: number): number => {
    const value = Number(params.get(name) ?? otherwise);
    return Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
  };
  return { offset: number("offset", 0), limit: Math.min(250, number("limit", 50)) };
}
