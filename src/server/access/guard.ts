import type { Context, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { isOneOf, readAuthorization } from "./credentials.ts";
import type { FailureCap } from "./failure_cap.ts";
import { callerOf, isLocal } from "./local.ts";
import type { Sessions } from "./session.ts";

/** What the guard and the login share. */
export interface AccessParts {
  readonly options: ServerOptions;
  readonly sessions: Sessions;
  readonly cap: FailureCap;
}

/** Seconds after which a caller with too many wrong passwords is heard again. */
const HEARD_AGAIN = "60";

/**
 * Lets only the operator through: with a session, with the password (Bearer, or HTTP Basic with any user name),
 * or, without a password, whoever sits at this machine and came neither through a proxy nor through a page of somebody
 * else.
 */
export function guard({ options, sessions, cap }: AccessParts): MiddlewareHandler<AppEnv> {
  const { operator } = options;

  return async function checkOperator(c, next): Promise<Response | void> {
    c.header("cache-control", "no-store");
    if (isForeign(c)) return c.text("This request comes from another site", 403);
    if (operator.password === undefined) {
      if (!isLocal(c.req.raw.headers, c.env?.peer, operator)) {
        return c.text("Set TILLPIPE_ADMIN_PASSWORD to see this page from elsewhere", 403);
      }
      c.set("via", "this machine");
      return await next();
    }
    const given = readAuthorization(c.req.header("authorization"));
    if (given !== undefined) {
      const caller = callerOf(c.req.raw.headers, c.env?.peer);
      if (cap.isUsedUp(caller)) return tooMany(c);
      const password = given.scheme === "bearer" ? given.token : given.password;
      if (!isOneOf(password, [operator.password])) {
        return cap.fail(caller) ? tooMany(c) : unknown(c);
      }
      c.set("via", "password");
      return await next();
    }
    if (!await sessions.isOpen(c)) {
      if (!wantsPage(c)) return unknown(c);
      return isLinkedFrom(c) ? again(c) : toLogin(c);
    }
    c.set("via", "session");
    await next();
  };
}

/**
 * Refuses what another site's page makes a browser send. A token that a program puts in by itself is none of
 * that.
 */
export function sameSiteOnly({ operator }: ServerOptions): MiddlewareHandler<AppEnv> {
  const check: MiddlewareHandler<AppEnv> = csrf({
    origin: (origin, c) => {
      const allowed = operator.publicUrl === undefined ? null : URL.parse(operator.publicUrl);
      if (origin === allowed?.origin) return true;
      const host = c.req.header("host") ?? new URL(c.req.url).host;
      return URL.parse(origin)?.host === host;
    },
  });

  return async function checkSite(c, next): Promise<Response | void> {
    const given = readAuthorization(c.req.header("authorization"));
    return given?.scheme === "bearer" ? await next() : await check(c, next);
  };
}

/** The answer to somebody who has given too many wrong passwords. */
export function tooMany(c: Context<AppEnv>): Response {
  return c.text("Too many wrong passwords: wait a minute", 429, { "retry-after": HEARD_AGAIN });
}

/** A part of another site's page, such as an image or a stream; following a link is fine. */
function isForeign(c: Context<AppEnv>): boolean {
  const site = c.req.header("sec-fetch-site");
  return site === "cross-site" && c.req.header("sec-fetch-mode") !== "navigate";
}

/** A link on another site, such as a chat's, was followed: the browser sends no session along with that. */
function isLinkedFrom(c: Context<AppEnv>): boolean {
  return c.req.header("sec-fetch-site") === "cross-site";
}

/** Lets the browser come once more, of this site's own accord: with the session, if there is one. */
function again(c: Context<AppEnv>): Response | Promise<Response> {
  const page =
    '<meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Tillpipe</title>';
  return c.html(`<!DOCTYPE html><html lang="en"><head>${page}</head><body></body></html>`);
}

function wantsPage(c: Context<AppEnv>): boolean {
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  return isRead && c.req.header("accept")?.includes("text/html") === true;
}

function toLogin(c: Context<AppEnv>): Response {
  const { pathname, search } = new URL(c.req.url);
  const from = pathname + search;
  return c.redirect(from === "/" ? "/login" : `/login?from=${encodeURIComponent(from)}`, 303);
}

function unknown(c: Context<AppEnv>): Response {
  return c.text("The operator's password is needed", 401, {
    "www-authenticate": 'Bearer realm="tillpipe operator"',
  });
}
