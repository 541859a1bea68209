import type { JSX } from "hono/jsx/jsx-runtime";
import type { ServedPipeline } from "../environment.ts";

/** Properties of {@linkcode PipelinePage}. */
export interface PipelinePageProps {
  readonly served: ServedPipeline;
  /** The address the server is reached under. */
  readonly origin: string;
}

/** What a pipeline is made of, and what Sitoo has to be told of it. */
export function PipelinePage({ served, origin }: PipelinePageProps): JSX.Element {
  const { definition, webhook } = served.pipeline;
  return (
    <section class="card">
      <h2>Webhook</h2>
      <p>
        {webhook === undefined ? "This pipeline takes no webhook events" : (
          <>
            <code>base_url</code> for Sitoo: <code>{`${origin}/hooks/${definition.name}`}</code>
          </>
        )}
      </p>
    </section>
  );
}
