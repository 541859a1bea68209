import type { Context, MiddlewareHandler } from "hono";
import { BodyTooLargeError, readBytes } from "../body.ts";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { type Cut, SharedTimeLimit } from "../shared_limit.ts";
import { TimeLimitError } from "../time_limit.ts";

const FORM =
  /^(application\/x-www-form-urlencoded\s*(?:;|$)|multipart\/form-data\s*;.*\bboundary="?([^";]+))/i;

/** Bytes of a form, at most. */
const LIMIT = 64 * 1024;
/** ms within which a form has to be here: nobody may hold a request open by sending it drop by drop. */
const WITHIN = 10_000;

/**
 * Reads the form of an action, and refuses a body that is none. Its fields would count as not given, and what does
 * something without any would then do all of it: a program that sends `{"from": "2025-03-01"}` does not mean the whole
 * history.
 */
export function formsOnly(
  options: Pick<ServerOptions, "clock" | "stopping">,
): MiddlewareHandler<AppEnv> {
  const { clock, stopping } = options;
  const limit = new SharedTimeLimit({ ms: WITHIN, clock, stop: stopping });

  return async function checkForm(c, next): Promise<Response | void> {
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    const type = c.req.header("content-type");
    if (type === undefined ? hasBody(c.req.raw.headers) : !FORM.test(type)) {
      return c.text("Send the fields as a form, application/x-www-form-urlencoded", 415);
    }
    if (stopping.aborted) return c.text("Try again later", 503);
    try {
      await limit.run((cut) => readForm(c, cut));
    } catch (error) {
      if (error instanceof BodyTooLargeError) return c.text("The form is larger than 64 KiB", 413);
      if (error instanceof TimeLimitError) return c.text("The form came too slowly", 408);
      if (stopping.aborted) return c.text("Try again later", 503);
      return c.text("The form cannot be read: it is cut off, or not of its content type", 400);
    }
    return await next();
  };
}

/** Whoever needs the form finds it read. Throws what tells that it is none. */
async function readForm(c: Context<AppEnv>, cut: Cut): Promise<void> {
  const { url, method, headers } = c.req.raw;
  const body = await readBytes(c.req.raw, { limit: LIMIT, cut });
  // Without its last line, the fields of such a body count as not given.
  const boundary = FORM.exec(headers.get("content-type") ?? "")?.[2];
  if (boundary !== undefined && !new TextDecoder().decode(body).includes(`--${boundary}--`)) {
    throw new SyntaxError("The form has no end");
  }
  c.req.raw = new Request(url, { method, headers, body });
  await c.req.parseBody();
}

function hasBody(headers: Headers): boolean {
  return (headers.get("content-length") ?? "0") !== "0" || headers.has("transfer-encoding");
}
