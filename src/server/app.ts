import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { NONCE, secureHeaders } from "hono/secure-headers";
import { getLogger } from "@logtape/logtape";
import type { AppEnv, ServerOptions } from "./environment.ts";
import { healthRoutes } from "./health_routes.ts";
import { createHooks } from "./hooks.ts";
import { operatorRoutes } from "./operator_routes.ts";
import { nameSpan } from "./tracing.ts";

const log = getLogger(["tillpipe", "server"]);

/**
 * Everything Tillpipe answers over HTTP, without a port: `app.fetch(request, { peer })` behind
 * `Deno.serve`, `app.request(...)` in tests.
 */
export function createApp(options: ServerOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ strict: false });
  app.use(nameSpan());
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      scriptSrc: [NONCE],
      connectSrc: ["'self'"],
      imgSrc: ["data:"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    // With none at all, browsers hide from this server itself where a form comes from.
    referrerPolicy: "same-origin",
    // Whether the site is on TLS alone is for whatever stands in front to say.
    strictTransportSecurity: false,
  }));
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allowed) => {
      return c.text("This method is not allowed here", 405, { allow: allowed.join(", ") });
    },
  }));
  const hooks = createHooks(options);
  app.route("/hooks", hooks.routes);
  app.route("/", healthRoutes(options));
  app.route("/", operatorRoutes(options));
  app.notFound((c) => c.text("There is nothing here", 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    log.error("A request failed", { error });
    return c.text("Try again later", 503);
  });
  const routed = app.fetch;
  app.fetch = (request, ...more): Response | Promise<Response> =>
    hooks.direct(request) ?? routed(request, ...more);
  return app;
}
