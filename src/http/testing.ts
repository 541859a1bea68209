/** Peers on 127.0.0.1 for tests of the API clients. */

/** A server that is closed by `await using`. */
export interface Peer extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** What arrived, in order: `GET /v2/orders?num=1`. */
  readonly requests: readonly string[];
}

/** Serves HTTP; the handler may answer whatever it likes. */
export function servePeer(handler: (request: Request) => Response | Promise<Response>): Peer {
  const requests: string[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    onError: () => new Response("failed", { status: 500 }),
  }, (request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return handler(request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** JSON with a status. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

/** What a {@linkcode serveRaw} peer writes after a whole request, and whether it cuts the line then. */
export type RawAnswer = string | "cut" | { readonly thenCut: string };

/**
 * Serves bare TCP: reads whole requests and writes back the bytes that `answer` gives, on a connection that is
 * kept, or cuts the connection.
 */
export function serveRaw(answer: (request: string) => RawAnswer): Peer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: string[] = [];
  const open = new Set<Deno.Conn>();
  const serving = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      for (const connection of open) close(connection);
      await serving;
    },
  };

  async function accept(): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const connection of listener) {
        open.add(connection);
        running.push(serveOne(connection));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(running);
  }

  async function serveOne(connection: Deno.Conn): Promise<void> {
    for (;;) {
      const request = await readRequest(connection).catch(() => undefined);
      if (request === undefined) break;
      requests.push(request.slice(0, request.indexOf(" HTTP/")));
      const reply = answer(request);
      if (reply === "cut") break;
      const text = typeof reply === "string" ? reply : reply.thenCut;
      await connection.write(new TextEncoder().encode(text)).catch(() => 0);
      if (typeof reply !== "string") break;
    }
    close(connection);
  }

  function close(connection: Deno.Conn): void {
    if (open.delete(connection)) connection.close();
  }
}

/** A raw answer with a JSON body. */
export function rawJson(body: unknown, status = "200 OK"): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

async function readRequest(connection: Deno.Conn): Promise<string | undefined> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const read = await connection.read(buffer);
    if (read === null) return undefined;
    text += new TextDecoder().decode(buffer.subarray(0, read));
    const head = text.indexOf("\r\n\r\n");
    if (head < 0) continue;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length >= head + 4 + length) return text;
  }
}
