/**
 * The entry on Deno Deploy: webhooks, and one cron a minute that drains, sweeps, sends receipts and goes on
 * with a backfill. An instance may be killed at any moment; what it had in hand is taken over by the next.
 *
 * Runs on Deno 2.5 without flags. The app's own KV database is the store.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { loadDefinition } from "../definition/load.ts";
import { renderDiagnostics } from "../definition/render.ts";
import { Secret } from "../definition/secret.ts";
import { checkAccount } from "../runtime/account_check.ts";
import type { PipelineContext } from "../runtime/context.ts";
import { RefusalError } from "../runtime/refusal.ts";
import { type RunningPipeline, startPipeline } from "../runtime/run_pipeline.ts";
import { registry } from "../stages/registry.ts";
import { openStore } from "../store/open.ts";
import { setUpLogging } from "../telemetry/logging.ts";
import { systemClock } from "../time/clock.ts";
import { createApp } from "./app.ts";
import { composePipelines } from "./compose.ts";
import { Spells } from "./spells.ts";
import { dutiesOn } from "./timeline.ts";

/** ms of work for each tick of the cron; the next tick comes after a minute. */
const tickBudget = 50_000;
/** ms of work after a webhook: an instance may be stopped five seconds after its last answer. */
const afterWebhook = 4_000;
/** ms for what is in flight at the end of a spell; SIGKILL follows SIGINT after five seconds. */
const grace = 3_500;

const clock = systemClock;
const logging = await setUpLogging({ json: true });
const logger = getLogger(["tillpipe", "deploy"]);
const duties = dutiesOn(setting("DENO_TIMELINE"), setting("TILLPIPE_RUN_ON_BRANCH"));
if (duties.reason !== undefined) logger.info("{reason}", { reason: duties.reason });

/** What serves and works; made once, tried again while it cannot be made. */
interface Instance {
  fetch(request: Request, peer: string | undefined): Response | Promise<Response>;
  /** Absent where nothing may be sent: events are taken all the same. */
  readonly spells?: Spells;
}

const stopping = new AbortController();
let making: Promise<Instance> | undefined;

Deno.cron("tillpipe", "* * * * *", async () => {
  if (duties.works) await (await instance()).spells?.work(tickBudget);
});

const server = Deno.serve({ onListen: () => {} }, async (request, info) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return new Response("ok");
  try {
    const { fetch, spells } = await instance();
    const peer = "hostname" in info.remoteAddr ? info.remoteAddr.hostname : undefined;
    const response = await fetch(request, peer);
    const isTaken = response.status === 200 && pathname.startsWith("/hooks/");
    if (isTaken) spells?.work(afterWebhook).catch(noteEnd);
    return response;
  } catch (error) {
    logger.error("Tillpipe cannot start: {reason}", { reason: messageOf(error) });
    return new Response(null, { status: 503 });
  }
});

Deno.addSignalListener("SIGINT", () => void stop());

async function stop(): Promise<void> {
  stopping.abort(new DOMException("The instance is stopping", "AbortError"));
  const made = await making?.catch(() => undefined);
  await Promise.allSettled([made?.spells?.end(), server.shutdown()]);
}

function noteEnd(error: unknown): void {
  logger.error("Work ended before its time: {reason}", { reason: messageOf(error) });
}

function instance(): Promise<Instance> {
  making ??= make().catch((error: unknown) => {
    making = undefined;
    throw error;
  });
  return making;
}

async function make(): Promise<Instance> {
  const url = new URL("../../pipeline.yaml", import.meta.url);
  const file = { file: "pipeline.yaml", text: await Deno.readTextFile(url) };
  const { definition, diagnostics } = loadDefinition(file, {
    catalog: registry,
    env: setting,
    now: clock.now(),
    allowInsecureHosts: setting("TILLPIPE_ALLOW_INSECURE_HOSTS") === "1",
  });
  if (definition === undefined) {
    const sources = new Map([[file.file, file.text]]);
    throw new Error(renderDiagnostics(diagnostics, sources, { color: false }));
  }
  const store = await openStore(undefined, { clock, random: Math.random });
  const contexts = await composePipelines([{ definition, url, source: { ...file, diagnostics } }], {
    store,
    secret: setting("TILLPIPE_SECRET") ?? await store.secret(),
    clock,
    random: Math.random,
    hide: (secret) => logging.hide(secret),
  });
  const password = setting("TILLPIPE_ADMIN_PASSWORD");
  if (password !== undefined) logging.hide(password);
  const publicUrl = setting("PUBLIC_URL")?.replace(/\/+$/, "");
  const app = createApp({
    pipelines: contexts,
    store,
    clock,
    operator: {
      deploy: true,
      ...(password === undefined ? {} : { password: new Secret(password) }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    },
    stopping: stopping.signal,
    alert: (name, text) =>
      contexts.find(({ pipeline }) => pipeline.definition.name === name)?.alert?.(text),
  });
  return {
    fetch: (request, peer) => app.fetch(request, peer === undefined ? {} : { peer }),
    ...(duties.works && await mayWork(contexts) ? { spells: spellsOf(contexts) } : {}),
  };
}

function spellsOf(contexts: readonly PipelineContext[]): Spells {
  const start = (): readonly RunningPipeline[] => contexts.map((context) => startPipeline(context));
  return new Spells({ clock, grace, start });
}

/** Orders that would go to the wrong account, or under new ids, wait for an operator. */
async function mayWork(contexts: readonly PipelineContext[]): Promise<boolean> {
  for (const context of contexts) {
    try {
      await checkAccount(context, { acceptNewIds: false }, AbortSignal.timeout(20_000));
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const { message: reason, remedy } = error;
      logger.error("Nothing is sent: {reason}. {remedy}", { reason, remedy });
      context.alert?.(`Nothing is sent: ${reason}. ${remedy}`);
      return false;
    }
  }
  return true;
}

/** An environment variable; an empty one counts as not set. */
function setting(name: string): string | undefined {
  const value = Deno.env.get(name);
  return value === "" ? undefined : value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
