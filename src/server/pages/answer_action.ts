import type { Context } from "hono";
import type { AuditFacts } from "../access/audit.ts";
import type { AppEnv } from "../environment.ts";

/** Answers an action that is done: a program with JSON, a browser with the page that shows it. */
export function answerAction(c: Context<AppEnv>, done: AuditFacts, path: string): Response {
  return prefersJson(c) ? c.json(done) : c.redirect(path, 303);
}

/** Whether a program asks, which wants no page. */
export function prefersJson(c: Context<AppEnv>): boolean {
  const accept = c.req.header("accept") ?? "";
  return accept.includes("application/json") && !accept.includes("text/html");
}

/** Answers a program what was not done, and why; a browser gets a page instead. */
export function answerRefusal(
  c: Context<AppEnv>,
  refused: { readonly reason: string; readonly remedy: string },
): Response | undefined {
  return prefersJson(c) ? c.json(refused, 409) : undefined;
}
