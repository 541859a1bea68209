import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { readStatus } from "../runtime/status.ts";
import type { ReconcileRuns } from "./actions/reconcile_runs.ts";
import type { AppEnv, ServerOptions } from "./environment.ts";
import { moment } from "./figures.ts";
import { COUNTED } from "./pages/overview_view.ts";

/** ms between two looks at the figures; on Deno Deploy each of them is paid for. */
const LOOK_EVERY = 1_500;
const LOOK_EVERY_ON_DEPLOY = 10_000;
/** ms after which a browser opens the next stream. */
const RETRY = 1000;
/** ms that a stream lasts: the browser opens the next one, and has to be let in again for it. */
const LASTS = 300_000;
/** Streams at a time. */
const MOST = 50;

/**
 * `GET /live`: tells an open page whether the figures or a comparison have changed, as server-sent events; if so the page reads itself
 * again, else it knows how fresh it is. A stream ends with the browser's, with the server, and after five minutes.
 */
export function liveRoutes(
  options: ServerOptions,
  runs: Pick<ReconcileRuns, "mark">,
): Hono<AppEnv> {
  const { clock, pipelines, stopping, operator } = options;
  const every = operator.deploy ? LOOK_EVERY_ON_DEPLOY : LOOK_EVERY;
  let open = 0;
  let last: { readonly at: number; readonly figures: Promise<string> } | undefined;

  return new Hono<AppEnv>({ strict: false })
    .get("/live", (c) => {
      if (stopping.aborted || open >= MOST) {
        return c.text("Try again later", 503, { "retry-after": "10" });
      }
      open++;
      // A proxy that gathers answers before it hands them on would make this useless.
      c.header("x-accel-buffering", "no");
      return streamSSE(c, async (stream) => {
        const over = new AbortController();
        const end = (): void => over.abort(new DOMException("The stream is over", "AbortError"));
        stream.onAbort(end);
        stopping.addEventListener("abort", end, { once: true });
        const until = clock.monotonic() + LASTS;
        let seen: string | undefined;
        try {
          while (!over.signal.aborted && clock.monotonic() < until) {
            const figures = await lately() + runs.mark();
            const isChange = seen !== undefined && figures !== seen;
            await stream.writeSSE({
              event: isChange ? "change" : "same",
              data: moment(clock.now()),
              ...(seen === undefined ? { retry: RETRY } : {}),
            });
            seen = figures;
            await clock.sleep(every, over.signal).catch(ignore);
          }
        } finally {
          stopping.removeEventListener("abort", end);
          open--;
        }
      }, () => Promise.resolve());
    });

  /** What has just been read for another stream will do. */
  function lately(): Promise<string> {
    const at = clock.monotonic();
    if (last === undefined || at - last.at >= every / 2) {
      last = { at, figures: readStatus(pipelines, COUNTED).then(JSON.stringify) };
    }
    return last.figures;
  }
}

function ignore(): void {}
