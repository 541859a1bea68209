import type { Diagnostic } from "../definition/diagnostic.ts";
import type { CompiledPipeline } from "../engine/compiled.ts";
import type { OmetriaApi } from "../ometria/api.ts";
import type { SitooApi } from "../sitoo/api.ts";
import type { PipelineStore } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

/** A pipeline file as it was read, every secret that is written into it covered. */
export interface PipelineText {
  readonly file: string;
  readonly text: string;
  /** What was found in it; it runs, so these are warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A compiled pipeline with everything outside itself that it needs to run. */
export interface PipelineContext {
  readonly pipeline: CompiledPipeline;
  readonly store: PipelineStore;
  readonly sitoo: SitooApi;
  readonly ometria: OmetriaApi;
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Keyed hash with the installation's secret. */
  readonly keyedHash: (text: string) => string;
  /** The file that the pipeline was read from, for whoever shows it. */
  readonly source?: PipelineText;
  /** Tells an operator, where the pipeline says how (`alerts.url`). Never throws, never waits. */
  readonly alert?: (text: string) => void;
}
