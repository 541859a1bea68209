import { Hono } from "hono";
import type { AppEnv } from "./environment.ts";

const ASSETS: ReadonlyMap<string, string> = new Map([
  ["operator.css", "text/css; charset=utf-8"],
  ["operator.js", "text/javascript; charset=utf-8"],
]);

/** The pages' style and script: the same for everyone, so open to everyone. */
export function assetRoutes(): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/assets/:name", async (c) => {
      const name = c.req.param("name");
      const type = ASSETS.get(name);
      if (type === undefined) return c.notFound();
      const text = await Deno.readTextFile(new URL(`./assets/${name}`, import.meta.url));
      // The address holds the version: what is kept is never that of another one.
      return c.body(text, 200, { "content-type": type, "cache-control": "private, max-age=3600" });
    });
}
