import { type Context, Hono } from "hono";
import * as z from "zod";
import { audit } from "../access/audit.ts";
import {
  isUnderWay,
  type ReconcileAsked,
  type ReconcileRun,
  type ReconcileRuns,
} from "../actions/reconcile_runs.ts";
import type { Refused } from "../actions/backfill.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { answerAction, prefersJson } from "./answer_action.ts";
import { withPipeline } from "./find_pipeline.ts";
import { pipelinePath, renderPage } from "./layout.tsx";
import { ReconcilePage } from "./reconcile_page.tsx";

const day = z.string().trim().max(20).transform((text) => text === "" ? undefined : text);
const fields = z.object({
  from: day.optional(),
  to: day.optional(),
  verify: z.string().regex(/^[1-9]\d{0,2}$/).transform(Number).optional(),
  fix: z.literal("yes").optional(),
});

/**
 * `GET /pipelines/:pipeline/reconcile`: how a comparison stands. `POST` begins one and answers with its result when
 * that is quick; programs get `{ asked, startedAt, estimate?, progress? }` with 202 until they find the report with `GET`.
 */
export function reconcileRoutes(options: ServerOptions, runs: ReconcileRuns): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get(
      "/pipelines/:pipeline/reconcile",
      (c) => withPipeline(c, options, (served) => show(c, served)),
    )
    .post(
      "/pipelines/:pipeline/reconcile",
      (c) => withPipeline(c, options, (served) => compare(c, served)),
    )
    .post(
      "/pipelines/:pipeline/reconcile/cancel",
      (c) => withPipeline(c, options, (served) => cancel(c, served)),
    );

  function show(c: Context<AppEnv>, served: ServedPipeline): Response | Promise<Response> {
    const run = runs.current(served.pipeline.definition.name);
    return prefersJson(c) ? tell(c, run) : page(c, served, { run });
  }

  async function cancel(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const { name } = served.pipeline.definition;
    const cancelled = await runs.cancel(name);
    const done = { pipeline: name, cancelled };
    audit(c, cancelled ? "reconcile cancelled" : "reconcile not cancelled, as none runs", {
      pipeline: name,
    });
    return answerAction(c, done, pipelinePath(name, "/reconcile"));
  }

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
    const { name } = served.pipeline.definition;
    const result = await runs.start(served, asked);
    const fixed = "reason" in result ? undefined : result.report?.fixed;
    audit(c, fix === undefined ? "reconcile" : "reconcile and make due", {
      pipeline: name,
      ...asked,
      ...(fixed === undefined ? {} : { orders: fixed }),
    });
    if ("reason" in result) {
      if (prefersJson(c)) return c.json(result, 409);
      return await page(c, served, { run: runs.current(name), refused: result });
    }
    if (prefersJson(c)) return tell(c, result);
    if (isUnderWay(result)) return c.redirect(pipelinePath(name, "/reconcile"), 303);
    return await page(c, served, { run: result, refused: result.refused });
  }

  /** What a program gets: the report, why there is none, or how far it has come. */
  function tell(c: Context<AppEnv>, run: ReconcileRun | undefined): Response {
    if (run === undefined) {
      return c.json({ reason: "Nothing has been compared", remedy: "Post from and to" }, 404);
    }
    if (run.report !== undefined) return c.json(run.report);
    return run.refused === undefined ? c.json(run, 202) : c.json(run.refused, 409);
  }

  function page(
    c: Context<AppEnv>,
    served: ServedPipeline,
    { run, refused }: {
      readonly run: ReconcileRun | undefined;
      readonly refused?: Refused | undefined;
    },
  ): Response | Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    return renderPage(c, options, {
      frame: {
        title: "Reconcile",
        current: "reconcile",
        pipeline,
        live: run !== undefined && isUnderWay(run),
        status: refused === undefined ? 200 : 409,
      },
      content: (
        <ReconcilePage
          {...{ pipeline, run, refused: refused ?? run?.refused }}
          deploy={options.operator.deploy}
          now={options.clock.now()}
        />
      ),
    });
  }
}
