import type { OmetriaConnection, SitooConnection } from "../definition/definition.ts";

/** The name under which all processes on a store share a Sitoo account's one slot. */
export function sitooSlotName({ accountUrl }: Pick<SitooConnection, "accountUrl">): string {
  return `sitoo ${accountUrl}`;
}

/**
 * The names under which all processes on a store share the rates of Ometria's keys, which are in them as keyed
 * hashes.
 */
export function ometriaPaceNames(
  { apiUrl, apiKey, emailApiKey }: Pick<OmetriaConnection, "apiUrl" | "apiKey" | "emailApiKey">,
  keyedHash: (text: string) => string,
): Readonly<Record<"push" | "read" | "email", string>> {
  const [key, emailKey] = [apiKey, emailApiKey].map((secret) => keyedHash(secret.reveal()));
  return {
    push: `ometria push ${apiUrl} ${key}`,
    read: `ometria read ${apiUrl} ${key}`,
    email: `ometria email ${apiUrl} ${emailKey}`,
  };
}
