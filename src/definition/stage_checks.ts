import type { CatalogEntry } from "./catalog.ts";
import type { FieldPath } from "./definition.ts";
import { didYouMean } from "./did_you_mean.ts";
import { isSection, kindOf, type Section, sections } from "./field_schemas.ts";
import type { Filled } from "./interpolate.ts";
import { isMap, valueAt } from "./plain.ts";
import { pathKey, type Places } from "./places.ts";
import type { Report } from "./report.ts";
import { checkStageOrder } from "./stage_order.ts";

/** One `use:` in a file, and the stage it names if there is one. */
export interface FoundStage {
  readonly section: Section;
  /** Of the entry: `["transforms", 0]`. */
  readonly path: FieldPath;
  readonly use: string;
  readonly name?: string;
  readonly entry?: CatalogEntry;
}

/** What is needed to check which stages a file uses. */
export interface StageCheckOptions {
  readonly catalog: readonly CatalogEntry[];
  /** The file whose stages are checked. */
  readonly filled: Filled;
  readonly places: Places;
  readonly report: Report;
}

/** Every stage of a file that has a name, whether it is known or not. */
export function findStages(tree: unknown, catalog: readonly CatalogEntry[]): readonly FoundStage[] {
  return sections.flatMap((section) => {
    const list = valueAt(tree, [section]);
    return Array.isArray(list)
      ? list.flatMap((item: unknown, index) => foundStage(item, [section, index], catalog))
      : [];
  });
}

/** Reports stages that do not exist, stand in the wrong list, stand twice, are lacking, or do not fit together. */
export function checkStages(found: readonly FoundStage[], options: StageCheckOptions): void {
  for (const stage of found) checkName(stage, options);
  checkRepeats(found, options);
  for (const section of ["sources", "sinks"] as const) {
    checkPresence(section, options);
    checkEffect(section, found, options);
  }
  checkStageOrder(found, options);
}

function foundStage(
  item: unknown,
  path: FieldPath,
  catalog: readonly CatalogEntry[],
): readonly FoundStage[] {
  const [section] = path;
  if (!isMap(item) || typeof item["use"] !== "string" || !isSection(section)) return [];
  const { use, name } = item;
  const entry = catalog.find((candidate) => candidate.use === use);
  return [{
    section,
    path,
    use: item["use"],
    ...(typeof name === "string" ? { name } : {}),
    ...(entry === undefined ? {} : { entry }),
  }];
}

function checkName(stage: FoundStage, options: StageCheckOptions): void {
  const { catalog, filled, places, report } = options;
  const { entry, section, path, use } = stage;
  const wanted = kindOf[section];
  const span = places.span([...path, "use"]);
  if (entry === undefined) {
    const ofKind = catalog.filter(({ kind }) => kind === wanted).map((each) => each.use);
    const hint = didYouMean(use, ofKind);
    const elsewhere = didYouMean(use, catalog.map((each) => each.use));
    report({
      code: "unknown-stage",
      message: `No ${wanted} is called ${shownName([...path, "use"], use, filled)}`,
      hint: elsewhere?.startsWith("Did") && !hint?.startsWith("Did") ? elsewhere : hint,
      span,
    });
  } else if (entry.kind !== wanted) {
    const right = sections.find((candidate) => kindOf[candidate] === entry.kind);
    report({
      code: "wrong-section",
      message: `"${use}" is a ${entry.kind} and cannot stand in "${section}"`,
      hint: `Move it to "${right}"`,
      span,
    });
  } else if (stage.name !== undefined && entry.repeatable !== true) {
    report({
      code: "unknown-key",
      message: `"${use}" takes no name, as it may stand in a file once only`,
      hint: "Remove the line",
      span: places.span([...path, "name"], "key"),
    });
  }
}

function checkRepeats(found: readonly FoundStage[], options: StageCheckOptions): void {
  const { filled, places, report } = options;
  const uses = new Set<string>();
  const names = new Set<string>();
  for (const { entry, section, use, name, path } of found) {
    if (entry?.kind !== kindOf[section]) continue;
    const once = entry.repeatable !== true;
    if (once && uses.has(use)) {
      report({
        code: "duplicate-stage",
        message: `"${use}" may stand in a file once only`,
        hint: "Put the options of both into one",
        span: places.span([...path, "use"]),
      });
    } else if (!once && name !== undefined && names.has(name)) {
      report({
        code: "duplicate-stage",
        message: `Two stages are called ${shownName([...path, "name"], name, filled)}`,
        hint: "Give each its own name, as what they do is counted under it",
        span: places.span([...path, "name"]),
      });
    }
    uses.add(use);
    if (name !== undefined) names.add(name);
  }
}

function checkPresence(section: Section, options: StageCheckOptions): void {
  const list = valueAt(options.filled.tree, [section]);
  if (list !== null && !(Array.isArray(list) && list.length === 0)) return;
  const kind = kindOf[section];
  const choices = options.catalog.filter((entry) => entry.kind === kind).map(({ use }) => use);
  options.report({
    code: "missing-stage",
    message: `"${section}" lists no stage`,
    hint: `Add a ${kind}: ${choices.map((use) => `- use: ${use}`).join(" or ")}`,
    span: options.places.span([section], "key"),
  });
}

/** Of sources that are all off nothing comes, and by sinks that are all off nothing is sent. */
function checkEffect(
  section: "sources" | "sinks",
  found: readonly FoundStage[],
  { filled, places, report }: StageCheckOptions,
): void {
  const list = valueAt(filled.tree, [section]);
  const own = found.filter((stage) => stage.section === section);
  if (!Array.isArray(list) || own.length === 0 || own.length !== list.length) return;
  if (!own.every((stage) => isOff(stage, filled))) return;
  const names = own.map(({ use }) => `"${use}"`).join(" and ");
  const isSource = section === "sources";
  report({
    code: "no-effect",
    message: isSource
      ? `Nothing comes into this pipeline: ${names} is off and there is no other source`
      : `This pipeline sends nothing: ${names} is off and there is no other sink`,
    hint: `Set enabled: true, or add - use: ${isSource ? "sitoo-webhook" : "ometria-orders"}`,
    span: places.span([section], "key"),
  });
}

/** Whether a stage's options, with its defaults, turn it off. */
function isOff({ entry, section, path }: FoundStage, { tree }: Filled): boolean {
  if (entry?.kind !== kindOf[section]) return false;
  const options = entry.schema.safeParse(valueAt(tree, [...path, "with"]) ?? {});
  return options.success && isMap(options.data) && options.data["enabled"] === false;
}

/** In quotes; what came from a variable is told by the variable's name alone. */
function shownName(path: FieldPath, name: string, { variables }: Filled): string {
  const [variable] = variables.get(pathKey(path)) ?? [];
  return variable === undefined ? JSON.stringify(name) : `what the variable "${variable}" says`;
}
