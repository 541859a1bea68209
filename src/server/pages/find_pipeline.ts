import type { Context } from "hono";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";

/** The pipeline that the request's path names. Answers 404 where there is none. */
export async function withPipeline(
  c: Context<AppEnv, string>,
  { pipelines }: ServerOptions,
  answer: (served: ServedPipeline) => Response | Promise<Response>,
): Promise<Response> {
  const name = c.req.param("pipeline");
  const served = pipelines.find(({ pipeline }) => pipeline.definition.name === name);
  return served === undefined ? await c.notFound() : await answer(served);
}
