import type { ReconcileProgress } from "../../runtime/reconcile/report.ts";
import { count, part, span } from "../../server/figures.ts";
import type { Clock } from "../../time/clock.ts";
import { progressBar } from "../progress_bar.ts";
import type { Terminal } from "../terminal.ts";

/** ms between two lines where lines cannot be replaced. */
const lineEvery = 5_000;

/** Shows how a comparison goes: a bar drawn over and over on a terminal, else a line every five seconds. */
export class ProgressLine {
  readonly #pipeline: string;
  readonly #terminal: Terminal;
  readonly #clock: Pick<Clock, "monotonic">;
  #doing: ReconcileProgress["doing"] | undefined;
  #since = 0;
  #lastLine: number;

  constructor(pipeline: string, terminal: Terminal, clock: Pick<Clock, "monotonic">) {
    this.#pipeline = pipeline;
    this.#terminal = terminal;
    this.#clock = clock;
    this.#lastLine = clock.monotonic();
  }

  /** To be called whenever it has come further. */
  show({ doing, done, total }: ReconcileProgress): void {
    const now = this.#clock.monotonic();
    if (doing !== this.#doing) this.#since = now;
    this.#doing = doing;
    const seconds = (now - this.#since) / 1000;
    const left = done > 0 && seconds > 1 ? `  ${span((total - done) * seconds / done)} left` : "";
    const bar = progressBar({ share: part(done, total), width: 16 });
    const what = doing === "comparing" ? "compared" : "read back";
    const text = `${this.#pipeline}: ${bar} ${count(done)}/${count(total)} ${what}${left}`;
    if (this.#terminal.canRedraw) return this.#terminal.live(text);
    if (now - this.#lastLine < lineEvery) return;
    this.#lastLine = now;
    this.#terminal.note(text);
  }
}
