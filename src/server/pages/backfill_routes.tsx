import { type Context, Hono } from "hono";
import * as z from "zod";
import { bringsHistory } from "../../runtime/backfill.ts";
import { audit } from "../access/audit.ts";
import { type BackfillAsked, measureBackfill, startBackfill } from "../actions/backfill.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { withTimeLimit } from "../time_limit.ts";
import { answerAction, answerRefusal, prefersJson } from "./answer_action.ts";
import { BackfillPage, type BackfillPageProps } from "./backfill_page.tsx";
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

const ODD_FIELDS = "From and to take a day, an instant or an order id";

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
    .post(
      "/pipelines/:pipeline/backfill/measure",
      (c) => withPipeline(c, options, (served) => measure(c, served)),
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
    const asked = await askedIn(c);
    if (asked === undefined) return c.text(ODD_FIELDS, 400);
    const refused = await limited((signal) => startBackfill(served, asked, signal));
    if (refused !== undefined) {
      return answerRefusal(c, refused) ?? await page(c, served, { refused });
    }
    audit(c, "start backfill", { pipeline, ...asked });
    return answerAction(c, { started: true }, pipelinePath(pipeline, "/backfill"));
  }

  async function measure(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const asked = await askedIn(c);
    if (asked === undefined) return c.text(ODD_FIELDS, 400);
    const result = await limited((signal) => measureBackfill(served, asked, signal));
    if ("reason" in result) {
      return answerRefusal(c, result) ?? await page(c, served, { refused: result, asked });
    }
    if (prefersJson(c)) return c.json(result);
    return await page(c, served, { measure: result, asked });
  }

  function limited<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withTimeLimit(work, { ms: ASKS_FOR, clock: options.clock, stop: options.stopping });
  }

  async function page(
    c: Context<AppEnv>,
    served: ServedPipeline,
    said: Pick<BackfillPageProps, "refused" | "measure" | "asked"> = {},
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
        status: said.refused === undefined ? 200 : 409,
        live: said.refused === undefined && said.measure === undefined,
      },
      content: <BackfillPage {...{ pipeline, run, startDate, now }} {...said} />,
    });
  }
}

/** What the form asks for; `undefined` when it is none. */
async function askedIn(c: Context<AppEnv>): Promise<BackfillAsked | undefined> {
  const fields = startFields.safeParse(await c.req.parseBody());
  if (!fields.success) return undefined;
  const { from, to, restart } = fields.data;
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(restart === undefined ? {} : { restart: true }),
  };
}
