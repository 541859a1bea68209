import type { RunningPipeline } from "../runtime/run_pipeline.ts";
import type { Clock } from "../time/clock.ts";

/** What a worker works with. */
export interface SpellsOptions {
  readonly clock: Clock;
  /** Starts everything; called anew for every spell. */
  readonly start: () => readonly RunningPipeline[];
  /** ms for what is in flight when a spell ends. */
  readonly grace: number;
}

/**
 * Works in spells, for a platform that stops an instance seconds after its last answer: a request or a
 * tick asks for some time, and work goes on until the last of these has run out. A lane is let go at the end of
 * each spell, so that another instance need not wait for its lease.
 */
export class Spells {
  readonly #options: SpellsOptions;
  readonly #stop = new AbortController();
  #until = -Infinity;
  #spell: Promise<void> | undefined;

  constructor(options: SpellsOptions) {
    this.#options = options;
  }

  /** Works for at least `ms` from now on; resolves when the spell has ended. */
  work(ms: number): Promise<void> {
    this.#until = Math.max(this.#until, this.#options.clock.monotonic() + ms);
    if (this.#stop.signal.aborted) return this.#spell ?? Promise.resolve();
    this.#spell ??= this.#run().finally(() => this.#spell = undefined);
    return this.#spell;
  }

  /** Ends the spell under way, and allows no other. */
  async end(): Promise<void> {
    this.#stop.abort(new Error("The instance is being stopped"));
    await this.#spell;
  }

  async #run(): Promise<void> {
    const { clock, start, grace } = this.#options;
    const running = start();
    const broken = Promise.race([
      new Promise<never>(() => {}),
      ...running.map((pipeline) => pipeline.finished),
    ]);
    try {
      for (let left = this.#left(); left > 0; left = this.#left()) {
        await Promise.race([clock.sleep(left, this.#stop.signal).catch(ignore), broken]);
        if (this.#stop.signal.aborted) break;
      }
    } finally {
      await Promise.allSettled(running.map((pipeline) => pipeline.stop(grace)));
    }
  }

  #left(): number {
    return this.#until - this.#options.clock.monotonic();
  }
}

function ignore(): void {}
