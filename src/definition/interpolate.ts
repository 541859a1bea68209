import type { FieldPath } from "./definition.ts";
import { nearest } from "./did_you_mean.ts";
import type { FieldSchemas } from "./field_schemas.ts";
import { mapScalars } from "./plain.ts";
import { isWithin, pathKey, type Places, type Range } from "./places.ts";
import type { Report } from "./report.ts";
import { isTemplate, parseTemplate, type TemplatePart } from "./template.ts";

/** What is needed to fill in variables. */
export interface InterpolateOptions {
  /** The value of an environment variable. */
  readonly env: (name: string) => string | undefined;
  readonly places: Places;
  readonly fields: FieldSchemas;
  readonly report: Report;
  /** Ranges that were reported as unquoted variables: what stands there was not read. */
  readonly unquoted: readonly Range[];
  /** Paths that were reported already. */
  readonly failed: readonly FieldPath[];
}

/** A file with its variables filled in. */
export interface Filled {
  readonly tree: unknown;
  /** The variables that a value came from, by `pathKey`. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** What could not be filled in and was reported: nothing more is to be said of these. */
  readonly failed: readonly FieldPath[];
}

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every scalar but those under `tests`. The result takes its
 * field's type: `8` becomes a number where a number is wanted. What comes out empty counts as not set.
 */
export function interpolate(tree: unknown, options: InterpolateOptions): Filled {
  const variables = new Map<string, readonly string[]>();
  const failed: FieldPath[] = [...options.failed];
  const filled = mapScalars(tree, (value, path) => {
    if (touches(path, options)) {
      failed.push(path);
      return absent(path);
    }
    if (typeof value !== "string" || !isTemplate(value) || path[0] === "tests") return value;
    const template = parseTemplate(value);
    if ("invalid" in template) {
      const span = options.places.spanWithin(path, template.invalid);
      options.report({ ...template, code: "invalid-interpolation", span });
      failed.push(path);
      return absent(path);
    }
    const names = template.parts.flatMap((part) => "variable" in part ? [part.variable] : []);
    if (names.length > 0) variables.set(pathKey(path), [...new Set(names)]);
    const text = fill(template.parts, path, options);
    if (text === undefined) failed.push(path);
    if (text === undefined || (text === "" && names.length > 0)) return absent(path);
    return names.length === 0 ? text : typed(text, path, options);
  });
  return { tree: filled, variables, failed };
}

function touches(path: FieldPath, { places, unquoted }: InterpolateOptions): boolean {
  const place = places.get(path);
  return place !== undefined &&
    unquoted.some(([start, end]) =>
      [place.key, place.value].some((range) => range && range[0] < end && start < range[1])
    );
}

/** Nothing: a map's key is left out, while an entry of a list keeps its place. */
function absent(path: FieldPath): "" | undefined {
  return typeof path.at(-1) === "number" ? "" : undefined;
}

/** `undefined` if a variable is missing, which is reported. */
function fill(
  parts: readonly TemplatePart[],
  path: FieldPath,
  { env, places, report }: InterpolateOptions,
): string | undefined {
  const texts = parts.map((part) => {
    if ("text" in part) return part.text;
    const value = env(part.variable);
    // As in a shell, `:-` also stands in for a variable that is set to nothing.
    if (value !== undefined && (value !== "" || part.fallback === undefined)) return value;
    if (part.fallback !== undefined) return part.fallback;
    report({
      code: "missing-variable",
      message: `Variable "${part.variable}" is not set`,
      hint: meantVariable(part.variable, env) ?? whereToSet(part.variable),
      span: places.spanWithin(path, part.source),
    });
    return undefined;
  });
  return texts.includes(undefined) ? undefined : texts.join("");
}

/** Variables that pipelines and their settings have as a rule. */
const usual: readonly string[] = [
  "SITOO_ACCOUNT_URL",
  "SITOO_API_ID",
  "SITOO_API_KEY",
  "OMETRIA_API_URL",
  "OMETRIA_API_KEY",
  "OMETRIA_EMAIL_API_KEY",
  "WEBHOOK_USERNAME",
  "WEBHOOK_PASSWORD",
  "ALERT_URL",
  "PUBLIC_URL",
];

/** A variable of a name like this that is set; a pipeline's own prefix, such as `OUTLET_`, stays. */
function meantVariable(name: string, env: InterpolateOptions["env"]): string | undefined {
  const prefixes = ["", ...[...name.matchAll(/_/g)].map(({ index }) => name.slice(0, index + 1))];
  const known = prefixes.flatMap((prefix) => usual.map((each) => `${prefix}${each}`));
  if (known.includes(name)) return undefined;
  const meant = nearest(name, known.filter((each) => (env(each) ?? "") !== ""));
  return meant === undefined
    ? undefined
    : `Did you mean \${${meant}}? Else set ${name} in the environment or in the file .env`;
}

/** What to do about a variable that has no value. */
export function whereToSet(name: string): string {
  return `Set ${name} in the environment or in the file .env`;
}

/** Whether one of the paths that failed is this one, is above it, or is below it. */
export function concernsFailure(path: FieldPath, failed: readonly FieldPath[]): boolean {
  return failed.some((other) => isWithin(path, other) || isWithin(other, path));
}

function typed(
  text: string,
  path: FieldPath,
  { places, fields }: InterpolateOptions,
): unknown {
  const types = new Set(fields.at(path).flatMap(({ type }) => type));
  const known = types.size > 0 && !(types.size === 1 && types.has(undefined));
  // Where text is wanted too, quotes decide, as they would for a value written there.
  const quoted = places.get(path)?.plain !== true;
  if (quoted && (!known || types.has("string"))) return text;
  const wants = (type: string): boolean => known ? types.has(type) : true;
  if (wants("boolean") && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const numeric = /^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text);
  if ((wants("number") || wants("integer")) && numeric) return Number(text);
  return text;
}
