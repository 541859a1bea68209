import type { CatalogEntry } from "./catalog.ts";
import type { Section } from "./field_schemas.ts";
import type { FoundStage, StageCheckOptions } from "./stage_checks.ts";

/** The type of record that every source gives; sinks of receipts take it whatever the transforms do. */
const sourceType = "sitoo-order";
const any = "any";

/** Reports each stage that takes another type of record than the stages before it give. */
export function checkStageOrder(found: readonly FoundStage[], options: StageCheckOptions): void {
  let current: string | undefined = sourceType;
  const [transforms, sinks] = [inSection("transforms", found), inSection("sinks", found)];
  for (const [index, stage] of transforms.entries()) {
    const { kind, takes = any, gives = any } = stage.entry ?? {};
    // Behind a stage that is not known or stands in the wrong place, anything may come.
    if (kind !== "transform") {
      current = undefined;
    } else if (current !== undefined && takes !== any && takes !== current) {
      misfit({ stage, takes, current, behind: transforms.slice(index + 1) }, options);
      current = undefined;
    } else if (gives !== any) {
      current = gives;
    }
  }
  for (const stage of sinks) {
    const takes = stage.entry?.kind === "sink" ? stage.entry.takes ?? any : any;
    if (current === undefined || takes === any || takes === sourceType) continue;
    if (takes !== current) misfit({ stage, takes, current, behind: [] }, options);
  }
}

function inSection(section: Section, found: readonly FoundStage[]): readonly FoundStage[] {
  return found.filter((stage) => stage.section === section);
}

interface Misfit {
  readonly stage: FoundStage;
  readonly takes: string;
  readonly current: string;
  /** The transforms that come after it. */
  readonly behind: readonly FoundStage[];
}

function misfit(wrong: Misfit, { catalog, places, report }: StageCheckOptions): void {
  const { stage: { use, path }, takes, current } = wrong;
  report({
    code: "stage-order",
    message: `"${use}" takes records of type ${takes}, but what comes here is ${current}`,
    hint: orderHint(wrong, catalog),
    span: places.span([...path, "use"]),
  });
}

function orderHint({ stage, takes, behind }: Misfit, catalog: readonly CatalogEntry[]): string {
  const converters = catalog.filter((entry) =>
    entry.kind === "transform" && entry.gives === takes && entry.takes !== takes
  ).map(({ use }) => use);
  const later = behind.find(({ use }) => converters.includes(use));
  if (later !== undefined) return `Move it below "${later.use}"`;
  if (takes === sourceType) return "Move it up, before the stages that change the record";
  if (converters.length === 0) return `No stage gives ${takes}`;
  const names = converters.map((use) => `"${use}"`).join(" or ");
  return stage.section === "sinks" ? `Add ${names} to "transforms"` : `Put ${names} before it`;
}
