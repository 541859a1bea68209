import { getLogger } from "@logtape/logtape";
import { backoff } from "../../engine/backoff.ts";
import { ApiError } from "../../http/error.ts";
import type { PipelineContext } from "../context.ts";

const logger = getLogger(["tillpipe", "reconcile"]);

/** Tries of one call. */
const tries = 6;
/** ms of the first wait, and of the longest. */
const firstWait = 1_000;
const longestWait = 30_000;

/** Makes a call again that failed in a way that may pass, a few times: a long comparison outlives a hiccup. */
export async function persist<T>(
  call: () => Promise<T>,
  { clock, random }: Pick<PipelineContext, "clock" | "random">,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1;; failures++) {
    try {
      return await call();
    } catch (error) {
      const mayPass = error instanceof ApiError && error.retryable && error.kind !== "unauthorized";
      if (signal.aborted || !mayPass || failures >= tries) throw error;
      const { retryAfter } = error;
      const wait = backoff(failures, {
        first: firstWait,
        longest: longestWait,
        random,
        ...(retryAfter === undefined ? {} : { atLeast: retryAfter }),
      });
      logger.warn("{reason}; tried again in {seconds} s", {
        reason: error.message,
        seconds: Math.round(wait / 1000),
      });
      await clock.sleep(wait, signal);
    }
  }
}
