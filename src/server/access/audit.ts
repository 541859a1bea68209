import { getLogger } from "@logtape/logtape";
import type { Context } from "hono";
import type { AppEnv } from "../environment.ts";

const log = getLogger(["tillpipe", "audit"]);

/** What can be noted of an action: ids and counts, nothing of a person. */
export type AuditFacts = Readonly<Record<string, string | number | boolean>>;

/** Notes in the log what an operator has done, when (the log says so), and how they got in. */
export function audit(c: Context<AppEnv>, action: string, facts: AuditFacts = {}): void {
  const list = Object.keys(facts).map((name) => `${name} {${name}}`).join(", ");
  log.info(`Operator: ${action}${list === "" ? "" : ` (${list})`}`, {
    ...facts,
    action,
    via: c.get("via") ?? "nobody",
  });
}
