import { encodeBase64 } from "../../src/std/encoding.ts";
import { quantile } from "./stats.ts";

/** Where events go. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly accountId: number;
  readonly username: string;
  readonly password: string;
}

/** What came of a burst of requests. */
export interface Burst {
  readonly requests: number;
  readonly seconds: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
}

/** How requests are sent. */
export interface BurstOptions {
  readonly connections: number;
  /** The events' order ids, one list a request; asked for until it is `undefined`. */
  readonly next: () => readonly number[] | undefined;
  /** Called with epoch ms as soon as a request was answered. */
  readonly onAck?: (ids: readonly number[], at: number) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/**
 * Sends requests over connections that are kept, each as soon as the last one was answered. Speaks HTTP over
 * TCP by itself: `fetch` would take more of the machine than what is measured. Throws on any answer but 200 and 202.
 */
export async function burst(target: Target, options: BurstOptions): Promise<Burst> {
  const times: number[] = [];
  const open = Array.from({ length: options.connections }, () => Line.open(target));
  const lines = await Promise.all(open);
  const start = performance.now();
  try {
    await Promise.all(lines.map((line) => pump(line, options, times)));
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - start) / 1000;
  times.sort((left, right) => left - right);
  return {
    requests: times.length,
    seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

async function pump(line: Line, options: BurstOptions, times: number[]): Promise<void> {
  for (let ids = options.next(); ids !== undefined; ids = options.next()) {
    const before = performance.now();
    await line.post(ids);
    const after = performance.now();
    times.push(after - before);
    options.onAck?.(ids, performance.timeOrigin + after);
  }
}

/** One connection, one request at a time. */
export class Line {
  readonly #conn: Deno.TcpConn;
  readonly #target: Target;
  readonly #head: string;
  readonly #buffer = new Uint8Array(16_384);

  constructor(conn: Deno.TcpConn, target: Target) {
    this.#conn = conn;
    this.#target = target;
    const credentials = encodeBase64(`${target.username}:${target.password}`);
    this.#head = `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
      `authorization: Basic ${credentials}\r\ncontent-type: application/json\r\ncontent-length: `;
  }

  static async open(target: Target): Promise<Line> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: target.port });
    conn.setNoDelay(true);
    return new Line(conn, target);
  }

  close(): void {
    this.#conn.close();
  }

  /** Throws when the answer is neither 200 nor 202. */
  async post(ids: readonly number[]): Promise<void> {
    const body = `[${ids.map((id) => eventText(id, this.#target.accountId)).join(",")}]`;
    const bytes = encoder.encode(`${this.#head}${body.length}\r\n\r\n${body}`);
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(sent === 0 ? bytes : bytes.subarray(sent));
    }
    await this.#answer();
  }

  async #answer(): Promise<void> {
    let filled = 0;
    for (;;) {
      const read = await this.#conn.read(this.#buffer.subarray(filled));
      if (read === null) throw new Error("The server closed a connection");
      filled += read;
      const text = decoder.decode(this.#buffer.subarray(0, filled));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) continue;
      if (!/^HTTP\/1\.1 20[02]/.test(text)) throw new Error(`Not taken: ${text.slice(0, 40)}`);
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (filled >= end + 4 + length) return;
    }
  }
}

let count = 0;

/** An event as Sitoo sends it, with an id of its own. */
export function eventText(orderId: number, accountId: number): string {
  count++;
  const id = `e${count.toString(36).padStart(15, "0")}`;
  return `{"event_id":"${id}","event_type":"order","event_date":${Math.floor(Date.now() / 1000)},` +
    `"account_id":${accountId},"data":{"eshop_id":2,"order_id":${orderId},` +
    `"order_event_type":"add","order_state_changed":"closed"}}`;
}
