import { type Context, Hono } from "hono";
import { readPipelineStatus } from "../../runtime/status.ts";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { withPipeline } from "./find_pipeline.ts";
import { renderPage } from "./layout.tsx";
import { COUNTED } from "./overview_view.ts";
import { PipelinePage } from "./pipeline_page.tsx";

/** Events that could not be used, on the page. */
const ODD_EVENTS = 20;

/** `GET /pipelines/:pipeline`: what the pipeline is made of, and what Sitoo has to be told. */
export function pipelineRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/pipelines/:pipeline", (c) =>
      withPipeline(c, options, async (served) => {
        const pipeline = served.pipeline.definition.name;
        const [status, quarantine] = await Promise.all([
          readPipelineStatus(served, COUNTED),
          served.store.quarantine(ODD_EVENTS),
        ]);
        const isPublic = options.operator.publicUrl !== undefined || options.operator.deploy;
        return await renderPage(c, options, {
          frame: { title: "Pipeline", current: "pipeline", pipeline },
          content: (
            <PipelinePage
              {...{ served, status, quarantine, isPublic }}
              origin={originOf(c, options)}
            />
          ),
        });
      }));
}

function originOf(c: Context<AppEnv>, { operator }: ServerOptions): string {
  return operator.publicUrl ?? new URL(c.req.url).origin;
}
