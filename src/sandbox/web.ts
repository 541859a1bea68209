import { encodeBase64 } from "../std/encoding.ts";
import type { Clock } from "../time/clock.ts";
import type { Fault, Faults } from "./faults.ts";
import { openGate, type TcpGate } from "./tcp_gate.ts";

/** A running fake. */
export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/** What a fake does with a request. `fault` tells it to drop or reject what it takes. */
export type Handler = (
  request: Request,
  context: { readonly path: string; readonly url: URL; readonly fault?: Fault | undefined },
) => Response | Promise<Response>;

/** How a fake is served. */
export interface ServeOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly count: (request: string, status: number) => void;
  /** Called before anything else: what to call when the request is over, or a refusal. */
  readonly enter?: () => (() => void) | Response;
  /** Whether connections come in through a gate that can break them before an answer. */
  readonly gate: boolean;
  /** Answers `/_sandbox/…`, outside faults and counters. */
  readonly control: (request: Request, url: URL) => Promise<Response>;
}

/** Serves a handler on 127.0.0.1, putting the faults that are set in its way. */
export function serve(handler: Handler, options: ServeOptions): Served {
  const closing = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.gate ? 0 : options.port,
    onListen: () => {},
  }, async (request, { remoteAddr }) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/_sandbox/")) return await options.control(request, url);
    const name = `${request.method} ${url.pathname}`;
    const leave = options.enter?.();
    if (leave instanceof Response) {
      await request.body?.cancel();
      options.count(name, leave.status);
      return leave;
    }
    const from = "port" in remoteAddr ? remoteAddr.port : 0;
    const context = {
      url,
      name,
      closing: closing.signal,
      reset: (): void => gate?.break(from),
      ended: (): Promise<void> => gate?.ended(from) ?? aborted(request.signal),
    };
    try {
      const response = await faulty(handler, request, context, options);
      options.count(name, response.status);
      return response;
    } finally {
      leave?.();
    }
  });
  const gate: TcpGate | undefined = options.gate
    ? openGate(options.port, server.addr.port)
    : undefined;
  return {
    port: gate?.port ?? server.addr.port,
    async close(): Promise<void> {
      closing.abort();
      await gate?.close();
      await server.shutdown();
    },
  };
}

/** What a fault may do with the connection a request came by. */
interface Context {
  readonly url: URL;
  readonly name: string;
  readonly closing: AbortSignal;
  /** Breaks it, where there is a gate. */
  readonly reset: () => void;
  /** Resolves when the caller has left. */
  readonly ended: () => Promise<void>;
}

async function faulty(
  handler: Handler,
  request: Request,
  context: Context,
  options: ServeOptions,
): Promise<Response> {
  const { url, closing } = context;
  const path = url.pathname;
  const fault = options.faults.take(context.name);
  switch (fault?.kind) {
    case undefined:
      return await handler(request, { path, url });
    case "status":
      await request.body?.cancel();
      return statusAnswer(fault);
    case "slow":
      await options.clock.sleep(fault.ms ?? 1000, closing).catch(() => {});
      return await handler(request, { path, url });
    case "hang":
      return await never(context);
    case "lost":
    case "reset":
      await (await handler(request, { path, url })).body?.cancel();
      if (fault.kind === "reset") context.reset();
      return await never(context);
    case "cut": {
      const answer = await handler(request, { path, url });
      await answer.body?.cancel();
      // Less than was promised: the server then ends the connection.
      const headers = { "content-type": "application/json", "content-length": "1000" };
      return new Response(broken(), { status: answer.status, headers });
    }
    default:
      return await handler(request, { path, url, fault });
  }
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: HeadersInit = {}): Response {
  return Response.json(body, { status, headers });
}

/** Whether a request has these Basic credentials. */
export function hasBasic(request: Request, username: string, password: string): boolean {
  const header = request.headers.get("authorization") ?? "";
  return header === `Basic ${encodeBase64(`${username}:${password}`)}`;
}

function statusAnswer(fault: Fault): Response {
  const headers = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  const status = fault.status ?? 503;
  return new Response(status >= 500 ? "<html>upstream error</html>" : "{}", { status, headers });
}

/** Waits until the caller gives up or the sandbox closes. */
async function never({ closing, ended }: Context): Promise<Response> {
  await Promise.race([aborted(closing), ended()]);
  return new Response(null, { status: 504 });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function broken(): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller): void {
      controller.enqueue(new TextEncoder().encode("{"));
      controller.close();
    },
  });
}
