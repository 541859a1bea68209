import { decodeBase64 } from "../../std/encoding.ts";
import { equalInConstantTime } from "../../crypto/keyed_hash.ts";
import type { Secret } from "../../definition/secret.ts";

/** What an `Authorization` header says. */
export type Credentials =
  | { readonly scheme: "basic"; readonly username: string; readonly password: string }
  | { readonly scheme: "bearer"; readonly token: string };

/** Reads an `Authorization` header; `undefined` when it is missing or of no known form. */
export function readAuthorization(header: string | undefined): Credentials | undefined {
  const [, scheme = "", value = ""] = /^\s*(basic|bearer)\s+(\S+)\s*$/i.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return { scheme: "bearer", token: value };
  const pair = scheme === "" ? undefined : decodeText(value);
  const colon = pair?.indexOf(":") ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return { scheme: "basic", username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Whether a password is one of those that are allowed; how long that takes tells nothing. */
export function isOneOf(given: string, allowed: readonly Secret[]): boolean {
  let found = false;
  for (const secret of allowed) {
    if (equalInConstantTime(given, secret.reveal())) found = true;
  }
  return found;
}

/** UTF-8 as the RFC recommends, or Latin-1 as older clients send it. */
function decodeText(base64: string): string | undefined {
  try {
    const bytes = decodeBase64(base64);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("latin1").decode(bytes);
    }
  } catch {
    return undefined;
  }
}
