import type { Host } from "../host.ts";
import type { Chance } from "./chance.ts";
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from "./server_process.ts";

/** What was done to the servers. */
export interface PoolCounts {
  kills: number;
  /** SIGSTOP, SIGCONT. */
  stops: number;
  /** How often the clock was set. */
  clockSets: number;
}

/** ms that a server is stopped for, at most: longer than a lease. */
const longestStop = 14_000;
/** ms: longer than the fake Ometria takes to apply a push. */
const asleep = 700;
/** ms in which a push that was under way while its server was stopped has arrived, however slowly. */
export const latePush = 4_000;

/** The servers of a crash test: one that dies is replaced at once. */
export class Pool implements AsyncDisposable {
  readonly counts: PoolCounts = { kills: 0, stops: 0, clockSets: 0 };
  readonly #servers: (ServerProcess | undefined)[];
  readonly #options: ServerProcessOptions;
  readonly #host: Host;
  /** What is done to all of them goes one after another. */
  #turn: Promise<void> = Promise.resolve();
  #stopped: Promise<void> = Promise.resolve();

  private constructor(size: number, options: ServerProcessOptions, host: Host) {
    this.#servers = Array.from({ length: size }, () => undefined);
    this.#options = options;
    this.#host = host;
  }

  /** Starts so many servers. */
  static async start(size: number, options: ServerProcessOptions, host: Host): Promise<Pool> {
    const pool = new Pool(size, options, host);
    await pool.fill();
    return pool;
  }

  /** Addresses of those that take requests. A stopped one is among them: nobody knows that it is. */
  get urls(): readonly string[] {
    return this.#servers.flatMap((server) => server?.isAlive === true ? [server.url] : []);
  }

  /** Starts what is missing. */
  async fill(): Promise<void> {
    for (const [place, server] of this.#servers.entries()) {
      if (server?.isAlive === true) continue;
      this.#servers[place] = await startServerProcess(this.#options, this.#host);
    }
  }

  /** Kills a server, or stops one for a while where another can take over; then fills the gap. */
  harm(chance: Chance, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#harm(chance, signal));
  }

  /**
   * The machine sleeps for a moment, and wakes up with its clock set. Never while a single server is stopped, nor
   * right after: a takeover sends what was in hand again once no late push can follow, and counts that wait by the
   * clock. Pushes on their way arrive meanwhile, since `settle` is counted by the clock, too.
   */
  async sleep(set: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      await this.#stopped;
      if (signal.aborted) return;
      const waking = new AbortController();
      const asleepNow = this.#servers.map((server) => server?.freeze(longestStop, waking.signal));
      await this.#host.clock.sleep(asleep, signal).catch(() => {});
      await set();
      this.counts.clockSets++;
      waking.abort();
      await Promise.all(asleepNow);
    });
  }

  async #harm(chance: Chance, signal: AbortSignal): Promise<void> {
    const running = this.#servers.filter((server) => server?.isRunning === true);
    const victim = running[chance.below(running.length)];
    if (victim === undefined) return;
    if (running.length > 1 && chance.happens(0.25)) {
      this.counts.stops++;
      const stop = victim.freeze(1_000 + chance.below(longestStop), signal);
      this.#stopped = Promise.all([this.#stopped, stop])
        .then(() => this.#host.clock.sleep(latePush, this.#options.signal)).catch(() => {});
      return;
    }
    this.counts.kills++;
    await victim.kill();
    await this.fill();
  }

  /** Ends all of them as a deployment does; whether each of them did as it was told. */
  async stop(): Promise<boolean> {
    const codes = await Promise.all(this.#servers.map((server) => server?.stop()));
    return codes.every((code) => code === 0);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server?.kill()));
  }
}
