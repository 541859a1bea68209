import { trace } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "./environment.ts";

/**
 * Names the request's span after its route, and writes the route over its address: one form of the
 * webhook's address holds the password. The runtime has noted the whole address by then and sends both,
 * so that what is kept is up to the receiver; `serve` says so where tracing is on.
 */
export function nameSpan(): MiddlewareHandler<AppEnv> {
  return async function nameRequestSpan(c, next): Promise<void> {
    await next();
    const span = trace.getActiveSpan();
    if (span === undefined) return;
    const route = routePath(c, -1);
    span.updateName(`${c.req.method} ${route}`);
    span.setAttributes({
      "http.route": route,
      "url.path": route,
      "url.full": route,
      "url.query": "",
      "http.response.status_code": c.res.status,
    });
  };
}
