import type { BackfillResult, OnInterrupt } from "../runtime/backfill.ts";
import { bringsHistory, runBackfill } from "../runtime/backfill.ts";
import type { PipelineContext } from "../runtime/context.ts";
import type { HistoryRange } from "../runtime/history_request.ts";
import { count } from "../server/figures.ts";
import { onInterrupt } from "./backfill_interrupt.ts";
import { BackfillProgress } from "./backfill_progress.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { askerFor } from "./init/ask.ts";
import type { Options } from "./options.ts";

/** How a run is to be followed. */
export interface FollowOptions {
  readonly options: Options;
  readonly stop: AbortSignal;
  /** What Ctrl-C does, if the command line says so. */
  readonly wish: OnInterrupt | undefined;
}

/** Runs a backfill, or follows it, and shows how it goes. */
export async function followRun(
  context: PipelineContext,
  { options, stop, wish }: FollowOptions,
  host: Host,
): Promise<BackfillResult> {
  const { terminal, clock } = host;
  const { name } = context.pipeline.definition;
  const json = options.flag("json");
  const progress = new BackfillProgress({ pipeline: name, terminal, clock, json });
  const asker = json ? undefined : askerFor(host);
  try {
    return await runBackfill(context, {
      ...rangeOf(options),
      onNote: (text) => terminal.note(`${name}: ${text}`),
      onProgress: (run) => progress.show(run),
      onFollow: () =>
        terminal.note(`${name}: a server on this store does the work; this shows how it goes`),
      onDrain: (due) => {
        if (!json) terminal.live(`${name}: ${count(due)} orders with refunds are sent once more`);
      },
      onInterrupt: (elsewhere) => {
        terminal.endLive();
        return onInterrupt(elsewhere, { wish, asker });
      },
    }, stop);
  } finally {
    terminal.endLive();
  }
}

/** What of history the command line asks for. */
export function rangeOf(options: Options): HistoryRange {
  const from = options.text("from");
  const to = options.text("to");
  return {
    restart: options.flag("restart"),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/**
 * The pipelines that bring history. A single one that does not is kept, since the refusal explains itself; among
 * several, some may well have none. Throws `CommandError` when none is left.
 */
export function withHistory(contexts: readonly PipelineContext[]): readonly PipelineContext[] {
  const wanted = contexts.length === 1 ? contexts : contexts.filter(bringsHistory);
  if (wanted.length > 0) return wanted;
  throw new CommandError("None of these pipelines brings history", {
    hint: "Add the source sitoo-history with enabled: true to one of them",
  });
}
