import type { PipelineDefinition, StageUse } from "../../definition/definition.ts";
import { type Change, changesOf } from "../desk/changes.ts";

/** What differs between two pipeline files, by stage and option. Secrets are not looked at. */
export function settingsChanged(
  before: PipelineDefinition,
  after: PipelineDefinition,
): readonly Change[] {
  return changesOf(settingsOf(before), settingsOf(after));
}

function settingsOf(definition: PipelineDefinition): unknown {
  const { sitoo, ometria } = definition.connections;
  return {
    name: definition.name,
    sitoo: { accountUrl: sitoo.accountUrl },
    ometria: { account: ometria.account, apiUrl: ometria.apiUrl },
    sources: byUse(definition.sources),
    transforms: byUse(definition.transforms),
    // Where a stage stands may matter, even if none of its options changes.
    order: definition.transforms.map(keyOf).join(", "),
    sinks: byUse(definition.sinks),
  };
}

function byUse(stages: readonly StageUse[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(stages.map((stage) => [keyOf(stage), stage.options]));
}

function keyOf({ use, name }: StageUse): string {
  return name === undefined ? use : `${use} ${name}`;
}
