import type { Clock } from "../../time/clock.ts";

/**
 * The clock of a machine that is set now and then: what it shows is so many ms off, as a file says that all servers
 * of a crash test share. Time that only passes, as leases' holders measure it, is not touched by that.
 */
export class SetClock implements Clock {
  readonly #clock: Clock;
  readonly #file: string;

  constructor(clock: Clock, file: string) {
    this.#clock = clock;
    this.#file = file;
  }

  now(): number {
    return this.#clock.now() + Number(Deno.readTextFileSync(this.#file));
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }
}

/** Sets the clock of every {@linkcode SetClock} on that file. */
export async function setClock(file: string, offset: number): Promise<void> {
  // In the place of the former at once: a reader never meets half of it.
  await Deno.writeTextFile(`${file}.new`, String(offset));
  await Deno.rename(`${file}.new`, file);
}
