import { type Context, Hono } from "hono";
import * as z from "zod";
import { audit } from "../access/audit.ts";
import { compareDays, type ReconcileAsked } from "../actions/reconcile.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { prefersJson } from "./answer_action.ts";
import { withPipeline } from "./find_pipeline.ts";
import { renderPage } from "./layout.tsx";
import { ReconcilePage, type ReconcilePageProps } from "./reconcile_page.tsx";

const day = z.string().trim().max(20).transform((text) => text === "" ? undefined : text);
const fields = z.object({
  from: day.optional(),
  to: day.optional(),
  verify: z.string().regex(/^[1-9]\d{0,2}$/).transform(Number).optional(),
  fix: z.literal("yes").optional(),
});

/** `GET /pipelines/:pipeline/reconcile`, and the comparison itself. */
export function reconcileRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get(
      "/pipelines/:pipeline/reconcile",
      (c) => withPipeline(c, options, (served) => page(c, served, { asked: {} })),
    )
    .post(
      "/pipelines/:pipeline/reconcile",
      (c) => withPipeline(c, options, (served) => compare(c, served)),
    );

  async function compare(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const given = fields.safeParse(await c.req.parseBody());
    if (!given.success) return c.text("From and to take a day such as 2025-03-01", 400);
    const { from, to, verify, fix } = given.data;
    const asked: ReconcileAsked = {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(verify === undefined ? {} : { verify }),
      ...(fix === undefined ? {} : { fix: true }),
    };
    const result = await compareDays(served, asked, options);
    audit(c, fix === undefined ? "reconcile" : "reconcile and make due", {
      pipeline: served.pipeline.definition.name,
      ...asked,
      ...("fixed" in result && result.fixed !== undefined ? { orders: result.fixed } : {}),
    });
    if (prefersJson(c)) return c.json(result, "reason" in result ? 409 : 200);
    return await page(c, served, {
      asked,
      ...("reason" in result ? { refused: result } : { report: result }),
    });
  }

  function page(
    c: Context<AppEnv>,
    served: ServedPipeline,
    content: Omit<ReconcilePageProps, "pipeline">,
  ): Response | Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    return renderPage(c, options, {
      frame: {
        title: "Reconcile",
        current: "reconcile",
        pipeline,
        live: false,
        status: content.refused === undefined ? 200 : 409,
      },
      content: <ReconcilePage pipeline={pipeline} {...content} />,
    });
  }
}
