import { type Context, Hono } from "hono";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { withPipeline } from "./find_pipeline.ts";
import { renderPage } from "./layout.tsx";
import { PipelinePage } from "./pipeline_page.tsx";

/** `GET /pipelines/:pipeline`: what the pipeline is made of, and what Sitoo has to be told. */
export function pipelineRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/pipelines/:pipeline", (c) =>
      withPipeline(c, options, (served) => {
        const { name } = served.pipeline.definition;
        return renderPage(c, options, {
          frame: { title: "Pipeline", current: "pipeline", pipeline: name },
          content: <PipelinePage served={served} origin={originOf(c, options)} />,
        });
      }));
}

function originOf(c: Context<AppEnv>, { operator }: ServerOptions): string {
  return operator.publicUrl ?? new URL(c.req.url).origin;
}
