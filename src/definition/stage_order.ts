import { kindOf, type Section } from "./field_schemas.ts";
import type { FoundStage, StageCheckOptions } from "./stage_checks.ts";

/** The type of record that every source gives; sinks of receipts take it whatever the transforms do. */
const sourceType = "sitoo-order";
const any = "any";

/** Reports each stage that takes another type of record than the stages before it give. */
export function checkStageOrder(found: readonly FoundStage[], options: StageCheckOptions): void {
  let current: string | undefined = sourceType;
  for (const stage of inSection("transforms", found)) {
    const { takes = any, gives = any } = stage.entry ?? {};
    if (current !== undefined && takes !== any && takes !== current) {
      misfit(stage, takes, current, options);
    }
    // Behind a stage that is not known, anything may come.
    if (stage.entry === undefined) current = undefined;
    else if (gives !== any) current = gives;
  }
  for (const stage of inSection("sinks", found)) {
    const takes = stage.entry?.takes ?? any;
    if (current !== undefined && ![any, current, sourceType].includes(takes)) {
      misfit(stage, takes, current, options);
    }
  }
}

/** The stages of a list; those of another kind are reported elsewhere and left out, as if moved. */
function inSection(section: Section, found: readonly FoundStage[]): readonly FoundStage[] {
  return found.filter((stage) =>
    stage.section === section && (stage.entry?.kind ?? kindOf[section]) === kindOf[section]
  );
}

function misfit(
  { use, path }: FoundStage,
  takes: string,
  current: string,
  { catalog, places, report }: StageCheckOptions,
): void {
  const givers = catalog.filter((entry) => entry.kind === "transform" && entry.gives === takes)
    .map((entry) => `"${entry.use}"`);
  const [section] = path;
  const place = section === "sinks" ? 'into "transforms"' : "before it";
  report({
    code: "stage-order",
    message: `"${use}" takes records of type ${takes}, but what comes here is ${current}`,
    hint: takes === sourceType
      ? "Move it up, before the stages that change the record"
      : givers.length > 0
      ? `Put ${givers.join(" or ")} ${place}`
      : `No stage gives ${takes}`,
    span: places.span([...path, "use"]),
  });
}
