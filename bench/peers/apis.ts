/**
 * The calls that the programs on Node make, over connections that are kept: `node:http` takes less of the
 * machine than `fetch` does.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Agent, request } from "node:http";
import process from "node:process";
import { fields, isSale, type Order, recordOf } from "../lib/record.ts";

/** Addresses and credentials of the fakes, from `PEER_ACCOUNTS`. */
interface Accounts {
  readonly sitoo: { readonly accountUrl: string; readonly apiId: string; readonly apiKey: string };
  readonly ometria: { readonly apiUrl: string; readonly apiKey: string };
}

/** Orders in a call, of reading and of pushing. */
export const perCall = 100;

const { sitoo, ometria }: Accounts = JSON.parse(process.env["PEER_ACCOUNTS"] ?? "{}");
const credentials = btoa(`${sitoo.apiId}:${sitoo.apiKey}`);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Reads orders by their ids, at most {@linkcode perCall}. Throws when Sitoo does not answer well. */
export function readOrders(ids: readonly number[]): Promise<readonly Order[]> {
  return read(`orderid=${ids.join(",")}`);
}

/** Reads the page of orders that starts with an id. Throws when Sitoo does not answer well. */
export function readPage(from: number): Promise<readonly Order[]> {
  return read(`orderidfrom=${from}&sort=orderid`);
}

/** Makes records of those that are sales, and pushes them. Throws when Ometria does not take them. */
export async function push(orders: readonly Order[]): Promise<void> {
  const records = orders.filter(isSale).map(recordOf);
  if (records.length === 0) return;
  await call(`${ometria.apiUrl}/push`, {
    method: "POST",
    headers: { "x-ometria-auth": ometria.apiKey, "content-type": "application/json" },
    body: JSON.stringify(records),
  });
}

async function read(query: string): Promise<readonly Order[]> {
  const text = await call(
    `${sitoo.accountUrl}/orders.json?fields=${fields}&${query}&num=${perCall}`,
    { method: "GET", headers: { authorization: `Basic ${credentials}` } },
  );
  return JSON.parse(text).items;
}

interface Call {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

function call(url: string, { method, headers, body }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers }, (answer) => {
      const parts: Uint8Array[] = [];
      answer.on("data", (part: Uint8Array) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const status = answer.statusCode ?? 0;
        if (status < 300) resolve(Buffer.concat(parts).toString());
        else reject(new Error(`The answer to ${method} was ${status}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
