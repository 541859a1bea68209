import { Hono } from "hono";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { renderPage } from "./layout.tsx";
import { Overview } from "./overview_page.tsx";
import { readViews } from "./overview_view.ts";

/** `GET /`: how everything stands. */
export function overviewRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/", async (c) => {
      const views = await readViews(options.pipelines);
      return renderPage(c, options, {
        frame: { title: "Overview", current: "overview" },
        content: <Overview views={views} now={options.clock.now()} />,
      });
    });
}
