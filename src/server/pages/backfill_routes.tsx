import { type Context, Hono } from "hono";
import * as z from "zod";
import { audit } from "../access/audit.ts";
import { bringsHistory, type Refused, startBackfill } from "../actions/backfill.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { withTimeLimit } from "../time_limit.ts";
import { answerAction, answerRefusal } from "./answer_action.ts";
import { BackfillPage } from "./backfill_page.tsx";
import { withPipeline } from "./find_pipeline.ts";
import { pipelinePath, renderPage } from "./layout.tsx";

/** ms that Sitoo may take to say which orders a date means. */
const ASKS_FOR = 20_000;

const text = z.string().trim().max(40).transform((value) => value === "" ? undefined : value);
const startFields = z.object({
  from: text.optional(),
  to: text.optional(),
  restart: z.literal("yes").optional(),
});

/** `GET /pipelines/:pipeline/backfill`, and what starts and pauses a run. */
export function backfillRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get(
      "/pipelines/:pipeline/backfill",
      (c) => withPipeline(c, options, (served) => page(c, served)),
    )
    .post(
      "/pipelines/:pipeline/backfill/start",
      (c) => withPipeline(c, options, (served) => start(c, served)),
    )
    .post("/pipelines/:pipeline/backfill/pause", (c) =>
      withPipeline(c, options, async (served) => {
        const pipeline = served.pipeline.definition.name;
        await served.store.cancelBackfill();
        audit(c, "pause backfill", { pipeline });
        return answerAction(c, { paused: true }, pipelinePath(pipeline, "/backfill"));
      }));

  async function start(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const fields = startFields.safeParse(await c.req.parseBody());
    if (!fields.success) return c.text("From and to take a day, an instant or an order id", 400);
    const { from, to, restart } = fields.data;
    const asked = {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(restart === undefined ? {} : { restart: true }),
    };
    const refused = await withTimeLimit(
      (signal) => startBackfill(served, asked, signal),
      { ms: ASKS_FOR, clock: options.clock, stop: options.stopping },
    );
    if (refused !== undefined) return answerRefusal(c, refused) ?? await page(c, served, refused);
    audit(c, "start backfill", { pipeline, ...asked });
    return answerAction(c, { started: true }, pipelinePath(pipeline, "/backfill"));
  }

  async function page(
    c: Context<AppEnv>,
    served: ServedPipeline,
    refused?: Refused,
  ): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const run = await served.store.checkpoint();
    const startDate = bringsHistory(served) ? served.pipeline.history?.startDate : undefined;
    const now = options.clock.now();
    return await renderPage(c, options, {
      frame: {
        title: "Backfill",
        current: "backfill",
        pipeline,
        status: refused === undefined ? 200 : 409,
        live: refused === undefined,
      },
      content: (
        <BackfillPage
          {...{ pipeline, run, startDate, now }}
          {...(refused === undefined ? {} : { refused })}
        />
      ),
    });
  }
}
