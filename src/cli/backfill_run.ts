import { ApiError } from "../http/error.ts";
import type { BackfillResult, OnInterrupt } from "../runtime/backfill.ts";
import { bringsHistory, runBackfill } from "../runtime/backfill.ts";
import type { PipelineContext } from "../runtime/context.ts";
import type { HistoryRange } from "../runtime/history_request.ts";
import { plural } from "../server/figures.ts";
import { onInterrupt } from "./backfill_interrupt.ts";
import { BackfillProgress } from "./backfill_progress.ts";
import { CommandError } from "./failure.ts";
import type { Host } from "./host.ts";
import { doctorsWord } from "./doctors_word.ts";
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
  let saysDrain = false;
  const asker = json ? undefined : askerFor(host);
  try {
    return await runBackfill(context, {
      ...rangeOf(options),
      onNote: (text) => terminal.note(`${name}: ${text}`),
      onProgress: (run) => progress.show(run),
      onWait: (text) => terminal.note(`${name}: ${text}`),
      impatient: options.flag("dry-run"),
      onFollow: () =>
        terminal.note(`${name}: a server on this store does the work; this shows how it goes`),
      onDrain: (due) => {
        if (!saysDrain && !terminal.canRedraw && !json) {
          terminal.note(
            `${name}: sends ${
              plural(due, "order")
            } with refunds once more, as soon as Ometria has applied the first push`,
          );
        }
        saysDrain = true;
        if (!json) {
          terminal.live(
            `${name}: ${plural(due, "order")} with refunds ${
              due === 1 ? "is" : "are"
            } sent once more`,
          );
        }
      },
      onInterrupt: (elsewhere) => {
        terminal.endLive();
        return onInterrupt(elsewhere, { wish, asker });
      },
    }, stop);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    terminal.endLive();
    throw await doctorsWord(error, context, { clock, signal: stop });
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
