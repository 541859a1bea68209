import type { Chance } from "./chance.ts";

/** What stands in front of the servers, as a load balancer does. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** Answers that were kept back after a server had given them. */
  readonly lostAnswers: number;
}

/** Options of {@linkcode startFront}. */
export interface FrontOptions {
  /** Addresses of the servers that take requests now. */
  readonly servers: () => readonly string[];
  readonly chance: Chance;
  /** Share of requests whose answer gets lost on the way back, so that Sitoo sends them again. */
  readonly lost: () => number;
}

/** ms that a server has to answer, as Sitoo gives it or less. */
const ANSWER_WITHIN = 3_000;

/** Passes webhook requests on to any server; 503 when there is none, or when it does not answer. */
export function startFront(options: FrontOptions): Front {
  let lostAnswers = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const body = await request.text();
      const servers = options.servers();
      const server = servers[options.chance.below(servers.length)];
      if (server === undefined) return new Response(null, { status: 503 });
      const status = await pass(request, { body, server });
      if (status !== 200 || !options.chance.happens(options.lost())) {
        return new Response(null, { status });
      }
      lostAnswers++;
      return new Response(null, { status: 504 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get lostAnswers() {
      return lostAnswers;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function pass(
  request: Request,
  { body, server }: { readonly body: string; readonly server: string },
): Promise<number> {
  try {
    const response = await fetch(server + new URL(request.url).pathname, {
      method: request.method,
      headers: {
        "content-type": "application/json",
        authorization: request.headers.get("authorization") ?? "",
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 503;
  }
}
