import type { Hono } from "hono";
import type { AppEnv } from "./environment.ts";

/** Options of {@linkcode startServer}. */
export interface ServeOptions {
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A server that listens. */
export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:8000`. */
  readonly url: string;
  /**
   * Takes no new connections and lets the requests in hand end; those that have not after `graceMs` are
   * answered 503.
   */
  stop(graceMs: number): Promise<void>;
}

/** ms for a last answer to reach a client that reads slowly. */
const LAST_ANSWER = 500;

/** Serves the app over HTTP. Throws what `Deno.serve` throws when the address cannot be taken. */
export function startServer(app: Hono<AppEnv>, options: ServeOptions): RunningServer {
  // Aborting the server's own signal while it shuts down throws in Deno, so requests are ended here.
  const inHand = new Set<() => void>();
  const server = Deno.serve(
    { hostname: options.hostname, port: options.port, onListen: () => {} },
    (request, info) =>
      new Promise((resolve, reject) => {
        const end = (): void => resolve(new Response("Try again later", { status: 503 }));
        inHand.add(end);
        const answer = app.fetch(request, { peer: info.remoteAddr.hostname });
        Promise.resolve(answer).then((response) => {
          inHand.delete(end);
          resolve(response);
        }, (error) => {
          inHand.delete(end);
          reject(error);
        });
      }),
  );
  const { hostname, port } = server.addr;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return { url: `http://${host}:${port}`, stop };

  async function stop(graceMs: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const cutting = setTimeout(() => inHand.forEach((end) => end()), graceMs);
    const ending = setTimeout(over.resolve, graceMs + LAST_ANSWER);
    await Promise.race([server.shutdown(), over.promise]);
    clearTimeout(cutting);
    clearTimeout(ending);
  }
}
