import type { FieldPath } from "./definition.ts";
import { didYouMean, nearest } from "./did_you_mean.ts";
import { type FieldSchemas, isSection } from "./field_schemas.ts";
import { isTemplate } from "./template.ts";
import { strangeLetter } from "./text_checks.ts";

/** What to do about a key that is not known: what was meant, where it belongs, or what there is. */
export function unknownKeyHint(
  key: string,
  parent: FieldPath,
  fields: FieldSchemas,
): string | undefined {
  if (isTemplate(key)) return "Variables are filled in for values only, not for keys";
  const known = fields.keysAt(parent);
  const strange = strangeLetter(key);
  const plain = key.replaceAll(/[^\x20-\x7e]/gu, "").trim();
  const meant = nearest(key, known) ?? (plain === "" ? undefined : nearest(plain, known));
  if (strange !== undefined) {
    return meant === undefined
      ? `Look at it closely: ${strange}`
      : `Did you mean "${meant}"? As it stands, ${strange}`;
  }
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  if (isStage(parent) && fields.keysAt([...parent, "with"]).includes(key)) {
    return `It is an option of the stage: indent it below "with:"`;
  }
  const owners = fields.stagesWith(key);
  const elsewhere = owners.map((use) => `"${use}"`).join(" and ");
  if (parent.at(-1) === "with" && owners.length > 0) return `It is an option of ${elsewhere}`;
  return didYouMean(key, known);
}

function isStage(path: FieldPath): boolean {
  return path.length === 2 && isSection(path[0]) && typeof path[1] === "number";
}
