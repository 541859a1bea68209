import { encodeBase64 } from "../std/encoding.ts";
import type { Sandbox } from "./mod.ts";

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** `body` as rows of an object's `items`, or as the array it is. */
  readonly rows: readonly Record<string, unknown>[];
}

/** A plain client for tests of the fakes. */
export class TestClient {
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** GET below the Sitoo account, with its credentials unless told otherwise. */
  sitoo(path: string, password?: string): Promise<Answer> {
    const { accountUrl, apiId, apiKey } = this.#sandbox.sitoo;
    const token = encodeBase64(`${apiId}:${password ?? apiKey}`);
    return call(`${accountUrl}${path}`, { headers: { authorization: `Basic ${token}` } });
  }

  /** A request to Ometria; a body makes it a POST. */
  ometria(path: string, body?: unknown, key?: string): Promise<Answer> {
    const { apiUrl, apiKey } = this.#sandbox.ometria;
    return call(`${apiUrl}${path}`, {
      headers: { "x-ometria-auth": key ?? apiKey },
      ...(body === undefined ? {} : {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
  }

  control(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<Answer> {
    const url = new URL(`/_sandbox/${path}`, this.#sandbox.ometria.apiUrl);
    return call(url.href, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  }
}

/** A record that Ometria stores. */
export function goodOrder(id: string, change: Record<string, unknown> = {}): Record<
  string,
  unknown
> {
  return {
    "@type": "order",
    id,
    timestamp: "2026-01-02T03:04:05Z",
    status: "complete",
    is_valid: true,
    channel: "in store",
    store: "S-001",
    currency: "SEK",
    grand_total: 249,
    subtotal: 199.2,
    tax: 49.8,
    shipping: 0,
    customer: { email: "maja.ek@example.com", firstname: "Maja", lastname: "Ek" },
    lineitems: [goodLine()],
    properties: { source: "sitoo" },
    ...change,
  };
}

/** A line that Ometria stores. */
export function goodLine(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    product_id: "TEE-RED-M",
    variant_id: "TEE-RED-M",
    sku: "TEE-RED-M",
    quantity: 1,
    unit_price: 249,
    subtotal: 199.2,
    tax: 49.8,
    total: 249,
    variant_options: [{ type: "size", id: "M", label: "M" }],
    ...change,
  };
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  return { status: response.status, headers: response.headers, body, rows: rowsOf(body) };
}

function rowsOf(body: unknown): Record<string, unknown>[] {
  const list = isRow(body) ? body["items"] : body;
  return Array.isArray(list) ? list.filter(isRow) : [];
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
