import { plainHash } from "../crypto/keyed_hash.ts";
import type { PipelineDefinition } from "./definition.ts";
import { isMap } from "./plain.ts";
import { Secret } from "./secret.ts";

/**
 * A hash over everything that a definition says but its secrets, whatever the order of keys. A rotated
 * password changes nothing; what a custom module holds is not looked at.
 */
export function fingerprint(definition: Omit<PipelineDefinition, "fingerprint">): string {
  return plainHash(canonical(definition));
}

function canonical(value: unknown): string {
  if (value instanceof Secret || isListOfSecrets(value)) return "secret";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isMap(value)) return typeof value === "string" ? JSON.stringify(value) : String(value);
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([left], [right]) => left < right ? -1 : 1)
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`);
  return `{${entries.join(",")}}`;
}

/** How many passwords are valid during a rotation is not part of what a pipeline does. */
function isListOfSecrets(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 &&
    value.every((entry) => entry instanceof Secret);
}
