import type { Checkpoint } from "../store/rows.ts";
import { count, part, span } from "../server/figures.ts";
import type { Clock } from "../time/clock.ts";
import { progressBar } from "./progress_bar.ts";
import type { Terminal } from "./terminal.ts";

/** How a run's progress is shown. */
export interface BackfillProgressOptions {
  readonly pipeline: string;
  readonly terminal: Terminal;
  readonly clock: Pick<Clock, "monotonic">;
  /** Writes one JSON object for each step, instead of text. */
  readonly json: boolean;
}

/** ms between two lines where lines cannot be replaced. */
const LINE_EVERY = 5000;

/** Orders a second and seconds left; unknown until something has been read. */
export interface Pace {
  readonly perSecond?: number;
  readonly secondsLeft?: number;
}

/**
 * Shows how a backfill goes: a bar that is drawn over and over on a terminal, else a line every five
 * seconds, or JSON.
 */
export class BackfillProgress {
  readonly #options: BackfillProgressOptions;
  readonly #started: number;
  /** Orders that an earlier run had read already: they say nothing about this one's pace. */
  #before: number | undefined;
  #lastLine = Number.NEGATIVE_INFINITY;

  constructor(options: BackfillProgressOptions) {
    this.#options = options;
    this.#started = options.clock.monotonic();
  }

  /** To be called whenever the run has come further. */
  show(run: Checkpoint): void {
    const { terminal, json, clock, pipeline } = this.#options;
    const pace = this.#paceOf(run);
    const text = progressText(run, pace);
    if (!json && terminal.canRedraw) return terminal.live(`${pipeline}: ${text}`);
    const now = clock.monotonic();
    const last = run.state !== "running" && run.state !== "requested";
    if (!last && now - this.#lastLine < LINE_EVERY) return;
    this.#lastLine = now;
    if (json) terminal.data({ event: "progress", pipeline, ...figuresOf(run), ...pace });
    else terminal.note(`${pipeline}: ${text}`);
  }

  #paceOf(run: Checkpoint): Pace {
    this.#before ??= run.read;
    const seconds = (this.#options.clock.monotonic() - this.#started) / 1000;
    const read = run.read - this.#before;
    if (read <= 0 || seconds <= 0) return {};
    const exact = read / seconds;
    const perSecond = exact < 10 ? Math.round(exact * 10) / 10 : Math.round(exact);
    const left = Math.max(0, run.total - run.read);
    return { perSecond, secondsLeft: Math.round(left / exact) };
  }
}

/** The figures of a run that a program may want. */
export function figuresOf(run: Checkpoint): Omit<Checkpoint, "fingerprint"> {
  const { fingerprint: _, ...figures } = run;
  return figures;
}

/** A run's progress in one line. */
export function progressText(run: Checkpoint, pace: Pace): string {
  if (run.state === "requested") return "about to start";
  if (run.state === "done" && run.read === 0) return "nothing new to read";
  const share = run.state === "done" ? 1 : part(run.read, run.total);
  const parts = [
    `${progressBar({ share, width: 16 })} ${count(run.read)}/${count(run.total)}`,
    ...(pace.perSecond === undefined ? [] : [`${count(pace.perSecond)}/s`]),
    ...(pace.secondsLeft === undefined || run.state === "done"
      ? []
      : [`${span(pace.secondsLeft)} left`]),
    `delivered ${count(run.delivered)}`,
    `skipped ${count(run.skipped)}`,
    `dead ${count(run.dead)}`,
    ...((run.holes ?? 0) > 0 ? [`holes ${count(run.holes ?? 0)}`] : []),
  ];
  return parts.join("  ");
}
