import { type Context, Hono } from "hono";
import { jsxRenderer } from "hono/jsx-renderer";
import { readStatus } from "../runtime/status.ts";
import type { AppEnv, ServerOptions } from "./environment.ts";
import { operatorAccess } from "./operator_access.ts";
import { OperatorPage } from "./operator_page.tsx";
import { readViews } from "./operator_view.ts";

const ASSETS: ReadonlyMap<string, string> = new Map([
  ["operator.css", "text/css; charset=utf-8"],
  ["operator.js", "text/javascript; charset=utf-8"],
]);

/** What only the operator may see: the page, its assets, and `/status.json`. */
export function operatorRoutes(options: ServerOptions): Hono<AppEnv> {
  const access = operatorAccess(options.operator, options.clock);
  return new Hono<AppEnv>({ strict: false })
    .get("/status.json", access, async (c) => c.json(await readStatus(options.pipelines)))
    .get("/assets/:name", access, async (c) => {
      const type = ASSETS.get(c.req.param("name"));
      if (type === undefined) return c.notFound();
      const file = new URL(`./assets/${c.req.param("name")}`, import.meta.url);
      return c.body(await Deno.readTextFile(file), 200, { "content-type": type });
    })
    .get("/", access, jsxRenderer(), async (c) => {
      const views = await readViews(options.pipelines, originOf(c, options));
      return c.render(<OperatorPage views={views} now={options.clock.now()} />);
    });
}

function originOf(c: Context<AppEnv>, options: ServerOptions): string {
  return options.operator.publicUrl ?? new URL(c.req.url).origin;
}
