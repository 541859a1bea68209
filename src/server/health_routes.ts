import { Hono } from "hono";
import type { AppEnv, ServerOptions } from "./environment.ts";
import { withTimeLimit } from "./time_limit.ts";

/** ms that the store may take to answer. */
const PING_WITHIN = 3000;

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can also take events, that is, the store is
 * reachable and takes what is written, pipelines are compiled, and nobody has told it to stop.
 */
export function healthRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/healthz", (c) => c.text("ok"))
    .get("/readyz", async (c) => {
      const store = await reachable(options);
      const pipelines = options.pipelines.length;
      const stopping = options.stopping.aborted;
      const refusal = options.store.refusal()?.message;
      const ready = store && refusal === undefined && pipelines > 0 && !stopping;
      return c.json({ ready, store, refusal, pipelines, stopping }, ready ? 200 : 503);
    });
}

async function reachable(options: ServerOptions): Promise<boolean> {
  try {
    const { clock, store } = options;
    return await withTimeLimit(() => store.ping(), { ms: PING_WITHIN, clock });
  } catch {
    return false;
  }
}
