import type { MiddlewareHandler } from "hono";
import type { Clock } from "../time/clock.ts";
import { isOneOf, readAuthorization } from "./credentials.ts";
import type { AppEnv, OperatorRule } from "./environment.ts";
import { FailureCap } from "./failure_cap.ts";

const PROXY_HEADERS = ["forwarded", "via"];

/**
 * Lets only the operator in: with the password (HTTP Basic with any user name, or Bearer); without
 * one, whoever sits at this machine and came neither through a proxy nor through a page of somebody
 * else.
 */
export function operatorAccess(
  rule: OperatorRule,
  clock: Pick<Clock, "monotonic">,
): MiddlewareHandler<AppEnv> {
  const cap = new FailureCap({ clock });

  return async function checkOperator(c, next): Promise<Response | void> {
    c.header("cache-control", "no-store");
    if (rule.password === undefined) {
      if (isLocal(c.req.raw.headers, c.env?.peer, rule)) return await next();
      return c.text("Set TILLPIPE_ADMIN_PASSWORD to see this page from elsewhere", 403);
    }
    const given = readAuthorization(c.req.header("authorization"));
    const password = given?.scheme === "bearer" ? given.token : given?.password ?? "";
    if (isOneOf(password, [rule.password])) return await next();
    // A browser's first request has no password yet and is no guess.
    if (given !== undefined && cap.fail(c.env?.peer ?? "unknown")) {
      return c.text("Too many wrong passwords", 429, { "retry-after": "60" });
    }
    return c.text("The operator's password is needed", 401, {
      "www-authenticate": 'Basic realm="tillpipe operator", charset="UTF-8"',
    });
  };
}

/** Whether a request comes from a person at this machine, as far as that can be told. */
export function isLocal(
  headers: Headers,
  peer: string | undefined,
  rule: Pick<OperatorRule, "publicUrl" | "deploy">,
): boolean {
  if (rule.deploy || rule.publicUrl !== undefined) return false;
  if (peer === undefined || !isLoopback(peer)) return false;
  // A page on another site can reach this port under a name of its own (DNS rebinding).
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(headers.get("host") ?? "")) {
    return false;
  }
  for (const name of headers.keys()) {
    if (PROXY_HEADERS.includes(name) || name.startsWith("x-forwarded")) return false;
  }
  return true;
}

function isLoopback(peer: string): boolean {
  return peer === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(peer);
}
