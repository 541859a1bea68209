import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../environment.ts";

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data\s*;.*\bboundary=)/i;

/**
 * Refuses a body that is no form. Its fields would count as not given, and what does something without any would then
 * do all of it: a program that sends `{"from": "2025-03-01"}` does not mean the whole history.
 */
export function formsOnly(): MiddlewareHandler<AppEnv> {
  return async function checkForm(c, next): Promise<Response | void> {
    const type = c.req.header("content-type");
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    if (isRead || (type === undefined ? !hasBody(c.req.raw.headers) : FORM.test(type))) {
      return await next();
    }
    return c.text("Send the fields as a form, application/x-www-form-urlencoded", 415);
  };
}

function hasBody(headers: Headers): boolean {
  return (headers.get("content-length") ?? "0") !== "0" || headers.has("transfer-encoding");
}
