import { trace } from "@opentelemetry/api";
import { sameInConstantTime } from "../crypto/keyed_hash.ts";
import { ownSpansOnly } from "../telemetry/spans.ts";
import type { ServedPipeline } from "./environment.ts";

/**
 * The short way of a webhook request, past the router and everything that pages need: for the plain address
 * of a pipeline, with the very `Authorization` header that was last found right for it, while nobody traces.
 * Whatever is not like that takes the long way, which alone refuses.
 */
export class DirectHooks {
  readonly #pipelines = new Map<string, ServedPipeline>();
  readonly #headers = new Map<ServedPipeline, string>();

  constructor(pipelines: readonly ServedPipeline[]) {
    for (const one of pipelines) {
      const path = `/hooks/${encodeURIComponent(one.pipeline.definition.name)}`;
      this.#pipelines.set(path, one).set(`${path}/events`, one);
    }
  }

  /** From now on a request with this header may take the short way. */
  remember(pipeline: ServedPipeline, authorization: string): void {
    this.#headers.set(pipeline, authorization);
  }

  /** The pipeline whose events the request brings; `undefined` when it has to take the long way. */
  find(request: Request): ServedPipeline | undefined {
    if (request.method !== "POST") return undefined;
    const { url } = request;
    const pipeline = this.#pipelines.get(url.slice(url.indexOf("/", url.indexOf("://") + 3)));
    if (pipeline === undefined) return undefined;
    const known = this.#headers.get(pipeline);
    const given = request.headers.get("authorization");
    if (known === undefined || given === null || !sameInConstantTime(given, known)) {
      return undefined;
    }
    return ownSpansOnly() || trace.getActiveSpan() !== undefined ? undefined : pipeline;
  }
}
