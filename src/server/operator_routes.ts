import { Hono } from "hono";
import { readStatus } from "../runtime/status.ts";
import { FailureCap } from "./access/failure_cap.ts";
import { formsOnly } from "./access/forms_only.ts";
import { type AccessParts, guard, sameSiteOnly } from "./access/guard.ts";
import { loginRoutes } from "./access/login_routes.tsx";
import { Sessions } from "./access/session.ts";
import { ReconcileRuns } from "./actions/reconcile_runs.ts";
import { assetRoutes } from "./assets.ts";
import type { AppEnv, ServerOptions } from "./environment.ts";
import { liveRoutes } from "./live_routes.ts";
import { backfillRoutes } from "./pages/backfill_routes.tsx";
import { deadRoutes } from "./pages/dead_routes.tsx";
import { orderRoutes } from "./pages/order_routes.tsx";
import { overviewRoutes } from "./pages/overview_routes.tsx";
import { reconcileRoutes } from "./pages/reconcile_routes.tsx";
import { receiptRoutes } from "./pages/receipt_routes.tsx";
import { pipelineRoutes } from "./pages/pipeline_routes.tsx";

/**
 * What is for the operator. Whatever stands below the guard is reached by nobody else, and no route outside of it
 * tells or changes anything.
 */
export function operatorRoutes(options: ServerOptions): Hono<AppEnv> {
  const { clock } = options;
  const runs = new ReconcileRuns(options);
  const access: AccessParts = {
    options,
    sessions: new Sessions(options),
    cap: new FailureCap({ clock }),
  };
  return new Hono<AppEnv>({ strict: false })
    .use(sameSiteOnly(options))
    .use(formsOnly(options))
    .route("/", assetRoutes())
    .route("/", loginRoutes(access))
    .use(guard(access))
    .get("/status.json", async (c) => c.json(await readStatus(options.pipelines)))
    .route("/", liveRoutes(options, runs))
    .route("/", overviewRoutes(options))
    .route("/", orderRoutes(options))
    .route("/", deadRoutes(options))
    .route("/", reconcileRoutes(options, runs))
    .route("/", receiptRoutes(options))
    .route("/", backfillRoutes(options))
    .route("/", pipelineRoutes(options));
}
