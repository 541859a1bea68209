import type { Secret } from "../definition/secret.ts";
import type { PipelineContext } from "../runtime/context.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";

/** What every request brings along beside itself; given to `app.fetch` as its second argument. */
export interface RequestInfo {
  /** The address of whoever is at the other end of the connection. */
  readonly peer?: string;
}

/** The types that hono threads through all routers. */
export interface AppEnv {
  Bindings: RequestInfo;
  Variables: {
    /** How the operator got in, for the audit; set by the guard. */
    via?: "this machine" | "password" | "session";
    /** What the page's style and script are loaded by, made anew for every answer. */
    secureHeadersNonce?: string;
  };
}

/** A pipeline as the server has it. */
export type ServedPipeline = PipelineContext;

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
  readonly store: Pick<Store, "ping" | "refusal">;
  readonly clock: Clock;
  readonly operator: OperatorRule;
  /** Aborted when the process is told to stop: from then on events are left to Sitoo's next try. */
  readonly stopping: AbortSignal;
  /** Tells the integrator of something that needs a look. */
  readonly alert?: (pipeline: string, text: string) => void;
}
