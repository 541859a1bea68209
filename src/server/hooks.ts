import { type Context, Hono } from "hono";
import { getLogger } from "@logtape/logtape";
import { equalInConstantTime } from "../crypto/keyed_hash.ts";
import { takeEvents } from "../runtime/intake.ts";
import type { WebhookSource } from "../stages/contract.ts";
import { StoreUnwritableError } from "../store/unwritable.ts";
import { countEvents } from "../telemetry/metrics.ts";
import { describeSpan } from "../telemetry/spans.ts";
import { BodyTooLargeError, readBody } from "./body.ts";
import { isOneOf, readAuthorization } from "./access/credentials.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "./environment.ts";
import { FailureCap } from "./access/failure_cap.ts";
import { DirectHooks } from "./hook_direct.ts";
import { SharedTimeLimit } from "./shared_limit.ts";

const log = getLogger(["tillpipe", "server"]);

/** Sitoo sends ten small events at most. */
const BODY_LIMIT = 1024 * 1024;
/** ms. Sitoo hangs up after 15 s; it has to hear from us before that. */
const ANSWER_WITHIN = 12_000;
/** ms between two alerts for wrong credentials of one pipeline. */
const ALERT_EVERY = 60 * 60 * 1000;

type HookContext = Context<AppEnv>;

/** How webhook requests get in. */
export interface Hooks {
  readonly routes: Hono<AppEnv>;
  /** Answers what can take the short way; `undefined` for everything else. */
  direct(request: Request): Promise<Response> | undefined;
}

/**
 * The webhook: `POST /{pipeline}/events` with HTTP Basic, `POST /{pipeline}/{password}/events`, both
 * also without `/events` and with a trailing slash.
 *
 * Sitoo drops a batch for good on any answer but 429, 503 and 504, and takes nothing but exactly 200 as
 * done. So 200 comes only after the commit, every failure of ours is 503, and what gets 4xx can never
 * be right: wrong credentials (401), a pipeline that does not exist (404), another method (405), more
 * than 1 MiB (413), no JSON (400). Wrong credentials get 429 once an address has had 20 of them in a
 * minute; right ones are never held up. No answer repeats anything of the request.
 */
export function createHooks(options: ServerOptions): Hooks {
  const { clock, stopping } = options;
  const pipelines = new Map(options.pipelines.map((one) => [one.pipeline.definition.name, one]));
  const cap = new FailureCap({ clock });
  const alerted = new Map<string, number>();
  const limit = new SharedTimeLimit({ ms: ANSWER_WITHIN, clock, stop: stopping });
  const short = new DirectHooks(options.pipelines);

  const routes = new Hono<AppEnv>({ strict: false })
    .post("/:pipeline", (c) => take(c, c.req.param("pipeline"), basicAuth))
    .post("/:pipeline/events", (c) => take(c, c.req.param("pipeline"), basicAuth))
    .post("/:pipeline/:password", passwordInPath)
    .post("/:pipeline/:password/events", passwordInPath)
    .all("*", (c) => c.notFound());
  return { routes, direct };

  function direct(request: Request): Promise<Response> | undefined {
    const named = short.find(request);
    return named === undefined ? undefined : answer(request, named);
  }

  function passwordInPath(c: HookContext): Response | Promise<Response> {
    const password = c.req.param("password") ?? "";
    return take(c, c.req.param("pipeline") ?? "", (_, hook) => isOneOf(password, hook.passwords));
  }

  function take(
    c: HookContext,
    name: string,
    authorized: (c: HookContext, hook: WebhookSource) => boolean,
  ): Response | Promise<Response> {
    const named = pipelines.get(name);
    const hook = named?.pipeline.webhook;
    if (named === undefined || hook === undefined) return c.text("There is no such pipeline", 404);
    if (!authorized(c, hook)) return refuse(c, name);
    const header = c.req.header("authorization");
    if (authorized === basicAuth && header !== undefined) short.remember(named, header);
    return answer(c.req.raw, named);
  }

  async function answer(request: Request, named: ServedPipeline): Promise<Response> {
    if (stopping.aborted) return unavailable();
    const pipeline = named.pipeline.definition.name;
    let isRead = false;
    try {
      return await limit.run(async (cut) => {
        const body = await readBody(request, { limit: BODY_LIMIT, cut });
        isRead = true;
        return await keep(body, named);
      });
    } catch (error) {
      if (error instanceof BodyTooLargeError) return text("The body is larger than 1 MiB", 413);
      if (error instanceof SyntaxError) return noJson(pipeline);
      if (stopping.aborted) return unavailable();
      if (!isRead) return halfSent(pipeline, error);
      log.error("Events for {pipeline} could not be kept; Sitoo will send them again", {
        pipeline,
        // Where it comes from tells nothing here, and the store has said more.
        ...(error instanceof StoreUnwritableError ? { reason: error.message } : { error }),
      });
      return unavailable();
    }
  }

  async function keep(body: string, named: ServedPipeline): Promise<Response> {
    const result = await takeEvents(body, { named, all: options.pipelines });
    const pipeline = named.pipeline.definition.name;
    countEvents(pipeline, result);
    describeSpan({ "tillpipe.pipeline": pipeline, "messaging.batch.message_count": result.kept });
    if (log.isEnabledFor("debug")) {
      log.debug("Took {kept} events for {pipeline}", { pipeline, ...result });
    }
    if (result.quarantined > 0) {
      log.warn("{quarantined} odd events for {pipeline} were set aside", { pipeline, ...result });
    }
    return new Response(null, { status: 200 });
  }

  function refuse(c: HookContext, pipeline: string): Response {
    if (cap.fail(c.env?.peer ?? "unknown")) {
      return c.text("Too many wrong credentials", 429, { "retry-after": "60" });
    }
    const now = clock.monotonic();
    const last = alerted.get(pipeline);
    if (last === undefined || now - last >= ALERT_EVERY) {
      alerted.set(pipeline, now);
      log.error(
        "A webhook request for {pipeline} had wrong credentials; Sitoo drops what is refused",
        { pipeline },
      );
      options.alert?.(
        pipeline,
        `A webhook request for "${pipeline}" had wrong credentials. If Sitoo sent it, its events are lost until the sweep: compare the user name and password with Sitoo's Events Subscriptions`,
      );
    }
    return c.text("Wrong credentials", 401, {
      "www-authenticate": 'Basic realm="tillpipe", charset="UTF-8"',
    });
  }
}

function basicAuth(c: HookContext, hook: WebhookSource): boolean {
  const given = readAuthorization(c.req.header("authorization"));
  const basic = given?.scheme === "basic" ? given : { username: "", password: "" };
  const username = equalInConstantTime(basic.username, hook.username);
  const password = isOneOf(basic.password, hook.passwords);
  return username && password;
}

/** The sender hung up, or is too slow: nothing is wrong here, and there may be many of them. */
function halfSent(pipeline: string, error: unknown): Response {
  const reason = error instanceof Error ? error.name : typeof error;
  log.warn("A webhook request for {pipeline} did not come to its end: {reason}", {
    pipeline,
    reason,
  });
  return unavailable();
}

function noJson(pipeline: string): Response {
  log.warn("A webhook request for {pipeline} held no JSON", { pipeline });
  return text("The body is no JSON", 400);
}

function unavailable(): Response {
  return text("Try again later", 503, { "retry-after": "10" });
}

/** An answer in words, also for the short way, where nothing adds headers. */
function text(
  words: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(words, {
    status,
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
