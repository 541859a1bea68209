import type { Secret } from "../definition/secret.ts";
import type { IntakeContext } from "../runtime/intake.ts";
import type { StatusContext } from "../runtime/status.ts";
import type { PipelineStore, Store } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

/** What every request brings along beside itself; given to `app.fetch` as its second argument. */
export interface RequestInfo {
  /** The address of whoever is at the other end of the connection. */
  readonly peer?: string;
}

/** The types that hono threads through all routers. */
export interface AppEnv {
  Bindings: RequestInfo;
}

/** What serving needs of a `PipelineContext`. */
export type ServedPipeline = IntakeContext & StatusContext & {
  readonly store: Pick<PipelineStore, "deadLetters">;
};

/** Who may see the operator pages. */
export interface OperatorRule {
  /** Without one, only whoever sits at this machine gets in. */
  readonly password?: Secret;
  /** The address under which the server is reached from outside, without a trailing slash. */
  readonly publicUrl?: string;
  /** On Deno Deploy nobody sits at this machine. */
  readonly deploy: boolean;
}

/** What the server is made of. */
export interface ServerOptions {
  readonly pipelines: readonly ServedPipeline[];
  readonly store: Pick<Store, "ping">;
  readonly clock: Clock;
  readonly operator: OperatorRule;
  /** Aborted when the process is told to stop: from then on events are left to Sitoo's next try. */
  readonly stopping: AbortSignal;
  /** Tells the integrator of something that needs a look. */
  readonly alert?: (pipeline: string, text: string) => void;
}
