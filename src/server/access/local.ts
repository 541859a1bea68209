import type { OperatorRule } from "../environment.ts";

const PROXY_HEADERS: readonly string[] = [
  "forwarded",
  "via",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
];

/** Whether a request comes from a person at this machine, as far as that can be told. */
export function isLocal(
  headers: Headers,
  peer: string | undefined,
  rule: Pick<OperatorRule, "publicUrl" | "deploy">,
): boolean {
  if (rule.deploy || rule.publicUrl !== undefined) return false;
  if (peer === undefined || !isLoopback(peer)) return false;
  // A page on another site can reach this port under a name of its own (DNS rebinding).
  if (!isLoopbackHost(headers.get("host"))) return false;
  for (const name of headers.keys()) {
    if (PROXY_HEADERS.includes(name) || name.startsWith("x-forwarded")) return false;
  }
  return true;
}

/** Whether a `Host` header names this machine. */
export function isLoopbackHost(host: string | null | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host ?? "");
}

/**
 * Whom wrong passwords are counted for: the other end of the connection, or, where that is a proxy on this
 * machine, the last address in `X-Forwarded-For`, which is the one that the proxy itself has seen.
 */
export function callerOf(headers: Headers, peer: string | undefined): string {
  if (peer === undefined) return "unknown";
  if (!isLoopback(peer)) return peer;
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || peer;
}

function isLoopback(peer: string): boolean {
  return peer === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(peer);
}
