import { getLogger } from "@logtape/logtape";
import { USER_AGENT } from "../http/version.ts";

const log = getLogger(["tillpipe", "alert"]);

/** ms until an alert has to be taken. */
const TIMEOUT = 10_000;

/** A pipeline as far as its alerts go. */
export interface AlertedPipeline {
  readonly definition: { readonly name: string; readonly alerts: { readonly url?: string } };
}

/**
 * Makes a function that posts `{"text": …}` to a pipeline's `alerts.url`, as Slack and Teams take it.
 * An alert that cannot be delivered is noted in the log and holds nothing up.
 */
export function createAlert(
  pipelines: readonly AlertedPipeline[],
): (pipeline: string, text: string) => void {
  const urls = new Map(pipelines.map(({ definition }) => [definition.name, definition.alerts.url]));

  return function alert(pipeline, text): void {
    const url = urls.get(pipeline);
    if (url !== undefined) void post(pipeline, { url, text });
  };
}

async function post(
  pipeline: string,
  alert: { readonly url: string; readonly text: string },
): Promise<void> {
  try {
    const response = await fetch(alert.url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": USER_AGENT },
      body: JSON.stringify({ text: `Tillpipe: ${alert.text}` }),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    await response.body?.cancel();
    if (response.ok) return;
    log.warn("An alert of {pipeline} was not taken: HTTP {status}", {
      pipeline,
      status: response.status,
    });
  } catch {
    log.warn("An alert of {pipeline} did not reach its address", { pipeline });
  }
}
