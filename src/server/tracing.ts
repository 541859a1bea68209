import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { inSpan, ownSpansOnly, SpanKind } from "../telemetry/spans.ts";
import type { AppEnv } from "./environment.ts";

/** Asked every few seconds by whatever runs the server; nobody looks at their spans. */
const QUIET: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

/**
 * Gives the request a span that is named after its route and holds nothing of its address: one form of the
 * webhook's address holds the password. Where the runtime's own spans are sent, too, that one is named
 * instead; it has noted the whole address by then, so `serve` does not start like that.
 */
export function nameSpan(): MiddlewareHandler<AppEnv> {
  return async function nameRequestSpan(c, next): Promise<void> {
    if (!ownSpansOnly()) {
      await next();
      const span = trace.getActiveSpan();
      if (span !== undefined) describe(span, c);
      return;
    }
    if (QUIET.has(c.req.path)) return await next();
    const { method } = c.req;
    const attributes = { "http.request.method": method };
    await inSpan(method, { kind: SpanKind.SERVER, attributes }, async (span) => {
      await next();
      describe(span, c);
      if (c.res.status >= 500) {
        span.setAttribute("error.type", String(c.res.status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
    });
  };
}

function describe(span: Span, c: Context<AppEnv>): void {
  // Whatever stands under every method is in front of the route, or says that there is none.
  const route = matchedRoutes(c).find(({ method }) => method !== "ALL")?.path ?? "";
  span.updateName(`${c.req.method} ${route}`.trim());
  span.setAttributes({
    "http.route": route,
    "url.path": route,
    "http.response.status_code": c.res.status,
    ...(ownSpansOnly() ? {} : { "url.full": route, "url.query": "" }),
  });
}
