import type { LoggingOptions } from "../telemetry/logging.ts";
import { asksForJson } from "./failed.ts";

/**
 * How a command logs. A server writes JSON off a terminal, since machines read it there; every other command
 * speaks to a person wherever its output goes, in text and of warnings alone, unless it is asked for JSON.
 * `TILLPIPE_LOG` (`json` or `text`) and `TILLPIPE_DEBUG=1` decide otherwise.
 */
export function logStyle(
  args: readonly string[],
  env: (name: string) => string | undefined,
): Pick<LoggingOptions, "level" | "json"> {
  const wish = env("TILLPIPE_LOG");
  const isServer = args[0] === "serve";
  const form = wish === "json" || wish === "text" ? wish : undefined;
  const json = form === undefined ? isServer ? undefined : asksForJson(args) : form === "json";
  const level = env("TILLPIPE_DEBUG") === "1"
    ? "debug"
    : isServer || json === true
    ? "info"
    : "warning";
  return { level, ...(json === undefined ? {} : { json }) };
}
