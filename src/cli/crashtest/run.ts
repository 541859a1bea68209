import { askForBackfill } from "../../runtime/backfill.ts";
import type { PipelineContext } from "../../runtime/context.ts";
import { replay } from "../../runtime/replay.ts";
import { readPipelineStatus } from "../../runtime/status.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { type Left, readLeft, untilAtRest } from "../rest.ts";
import { SANDBOX_WEBHOOK } from "../sandbox_overrides.ts";
import { Chance } from "./chance.ts";
import { changeSomething, makeTrouble } from "./chaos.ts";
import { type Front, startFront } from "./front.ts";
import { composeOnSandbox } from "./installation.ts";
import { latePush, Pool } from "./pool.ts";
import { orderIds, recordsOf, runReference, soon } from "./reference.ts";
import type { ServerSettings } from "./server_settings.ts";
import { setClock } from "./set_clock.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What a crash test is made of. */
export interface CrashtestOptions {
  readonly pipelines: readonly string[];
  /** How long things go wrong. */
  readonly seconds: number;
  readonly seed: number;
  readonly servers: number;
  /** Past orders, brought by a backfill meanwhile. */
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** URL of a KV Connect server on this machine for the store; a file of its own otherwise. */
  readonly store?: string | undefined;
  /** Told now and then how it goes. */
  readonly onProgress: (progress: Progress) => void;
}

/** How it goes. */
export interface Progress {
  readonly phase: "harm" | "rest" | "compare";
  readonly kills: number;
  readonly stops: number;
  readonly clockSets: number;
  readonly faults: number;
  readonly eventsAcked: number;
  readonly delivered: number;
  readonly due: number;
}

/** How it went. */
export interface CrashtestResult extends Verdict {
  readonly seed: number;
  readonly kills: number;
  readonly stops: number;
  /** How often the machine's clock was set, backward or forward. */
  readonly clockSets: number;
  readonly faults: number;
  /** Orders made while things went wrong. */
  readonly orders: number;
  readonly eventsAcked: number;
  /** Requests whose answer was kept from Sitoo, so that it sent the events again. */
  readonly answersLost: number;
  /** Orders that were dead in the end (a fault rejected them, or they were in hand at too many crashes) and were tried again. */
  readonly replayed: number;
}

/** ms between two progress reports, and two looks at whether everything is through. */
const lookEvery = 500;
/** ms between two crashes of a flurry, at most. */
const flurry = 800;
/** ms: the longest time without a crash, and how many of the crashes have one before them. */
const calmest = 20_000;
const calmShare = 0.08;
/**
 * ms: the clock is set that much backward or forward, at most. Over a minute, so that deadlines of leases look like
 * nonsense now and then.
 */
const clockOff = 75_000;
/** ms between two settings of the clock, at least: longer than a takeover waits to send again what was in hand. */
const clockHolds = 28_000;
/** ms without any change, and ms in all, after which the work that is left is given up as stuck. */
const stillFor = 180_000;
const restWithin = 1_800_000;

/** Runs the crash test. Throws when it cannot be carried out, or the signal's reason when aborted. */
export async function runCrashtest(
  options: CrashtestOptions,
  host: Host,
  signal: AbortSignal,
): Promise<CrashtestResult> {
  await using stack = new AsyncDisposableStack();
  const chance = new Chance(options.seed);
  const sandbox = stack.use(
    await startSandbox({
      orders: options.orders,
      seed: options.seed,
      random: chance.next,
      clock: host.clock,
      applyDelay: 100,
      shuffle: true,
      sender: { scale: 0.01, timeout: 4_000, duplicates: 0.05, reorder: 0.2 },
    }),
  );
  const folder = await Deno.makeTempDir({ prefix: "tillpipe-crashtest-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  if (options.store !== undefined) await refuseUsed(options.store);
  const settings = settingsOf(sandbox, {
    store: options.store ?? `${folder}/store.sqlite3`,
    pipelines: [...options.pipelines],
    clock: `${folder}/clock`,
  });
  await setClock(settings.clock, 0);
  const settingsFile = `${folder}/server.json`;
  await Deno.writeTextFile(settingsFile, JSON.stringify(settings));
  const installation = stack.use(await composeOnSandbox(settings, host));
  const [context, another] = installation.contexts;
  if (context === undefined || another !== undefined) {
    throw new CommandError("The crash test takes one pipeline at a time");
  }
  const log = `${folder}/servers.log`;
  const pool = stack.use(
    await Pool.start(options.servers, { settingsFile, log, signal }, host),
  );
  let lost = 0.05;
  const front = stack.use(startFront({ servers: () => pool.urls, chance, lost: () => lost }));
  stack.defer(() => sandbox.sender.stop());
  const test = new Crashtest({
    ...{ options, host, signal, chance, sandbox, context, pool, front },
    clock: settings.clock,
  });
  const orders = await test.harm();
  lost = 0;
  const replayed = await test.rest();
  if (!await pool.stop()) throw new Error("A server did not end as it was told to");
  const verdict = await test.compare(settings);
  return {
    seed: options.seed,
    ...pool.counts,
    faults: test.faults,
    orders,
    eventsAcked: sandbox.counters().sender.delivered,
    answersLost: front.lostAnswers,
    replayed,
    ...verdict,
  };
}

interface Parts {
  readonly options: CrashtestOptions;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly chance: Chance;
  readonly sandbox: Sandbox;
  readonly context: PipelineContext;
  readonly pool: Pool;
  readonly front: Front;
  /** The file of the servers' clock. */
  readonly clock: string;
}

/** The three acts: things go wrong, everything comes to rest, and what arrived is compared. */
class Crashtest {
  readonly #parts: Parts;
  #faults = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Requests at the fakes that went wrong. */
  get faults(): number {
    return this.#faults;
  }

  /** Trade, crashes and faults, all at once; how many orders were made. */
  async harm(): Promise<number> {
    const { options, host, signal, sandbox, context, front } = this.#parts;
    const { name } = context.pipeline.definition;
    if (context.pipeline.history?.enabled === true) await askForBackfill(context, {}, signal);
    await sandbox.sender.start({ baseUrl: `${front.url}/hooks/${name}`, ...SANDBOX_WEBHOOK });
    const over = AbortSignal.any([signal, AbortSignal.timeout(options.seconds * 1_000)]);
    const { ordersPerSecond } = options;
    const [orders] = await Promise.all([
      sandbox.live({ ordersPerSecond, refunds: 0.15, receipts: 0.2 }, over),
      this.#crash(over),
      this.#setClock(over),
      this.#again(2_500, over, () => makeTrouble(sandbox, this.#parts.chance)),
      this.#again(1_000, over, () => changeSomething(sandbox, this.#parts.chance)),
      this.#report("harm", over),
    ]);
    signal.throwIfAborted();
    this.#faults = sandbox.sitoo.faults.hits + sandbox.ometria.faults.hits;
    sandbox.sitoo.faults.clear();
    sandbox.ometria.faults.clear();
    await host.clock.sleep(100, signal);
    return orders;
  }

  /** Nothing goes wrong any more; what is left has to come right by itself. How many had to be replayed. */
  async rest(): Promise<number> {
    const { pool, context } = this.#parts;
    await pool.fill();
    await this.#workedOff();
    const letters = await context.store.deadLetters(100_000);
    if (letters.length > 0) {
      await replay(context, letters);
      await this.#workedOff();
    }
    return letters.length;
  }

  async compare(settings: ServerSettings): Promise<Verdict> {
    const { sandbox, host, signal, context, options } = this.#parts;
    options.onProgress(await this.#progress("compare"));
    const arrived = await recordsOf(sandbox);
    const expected = await runReference(sandbox, settings, { host, signal });
    const ids = orderIds(sandbox);
    const known = await context.store.ledger(ids);
    const history = context.pipeline.history?.enabled === true;
    const first = history ? 0 : await context.store.cutOver() ?? 0;
    return judge({
      arrived: history ? arrived : onlyAfter(first, arrived),
      expected: history ? expected : onlyAfter(first, expected),
      isCancelled: (id) => sandbox.sitoo.book.byId(orderIdOf(id))?.state === 20,
      unaccounted: ids.filter((id) => id > first && !known.has(id)),
      receipts: await context.store.receipts(100_000),
      emails: sandbox.ometria.emails.map(({ body }) => JSON.stringify(body)),
      dropped: sandbox.counters().sender.dropped,
    });
  }

  async #workedOff(): Promise<void> {
    const { host, signal, sandbox, context } = this.#parts;
    let left: unknown;
    const isDone = await untilAtRest(async () => {
      this.#parts.options.onProgress(await this.#progress("rest"));
      return left = await workLeft(sandbox, context);
    }, { clock: host.clock, signal, every: lookEvery, still: stillFor, within: restWithin });
    signal.throwIfAborted();
    if (!isDone) throw new Error(`Not everything was worked off: ${JSON.stringify(left)}`);
  }

  /**
   * Crashes come in flurries, and now and then leave enough time for another server to take over (a lease lasts
   * 10 s) and to be killed in the midst of its work: servers that die all the time only ever wait for leases.
   */
  async #crash(over: AbortSignal): Promise<void> {
    const { host, chance, pool } = this.#parts;
    while (!over.aborted) {
      const calm = chance.happens(calmShare) ? calmest * (0.5 + 0.5 * chance.next()) : 0;
      await host.clock.sleep(calm + flurry * chance.next(), over).catch(() => {});
      if (!over.aborted) await pool.harm(chance, over);
    }
  }

  /**
   * Sets the clock, backward and forward. In the end it shows the latest time that it ever did, so that nothing
   * waits for it: what was due by then is due.
   */
  async #setClock(over: AbortSignal): Promise<void> {
    const { host, chance, pool, clock, signal } = this.#parts;
    let latest = 0;
    let wait = 4_000 + chance.below(4_000);
    for (;;) {
      await host.clock.sleep(wait, over).catch(() => {});
      if (over.aborted) break;
      const offset = Math.round(clockOff * (2 * chance.next() - 1));
      await pool.sleep(() => setClock(clock, offset), over);
      latest = Math.max(latest, offset);
      wait = clockHolds + chance.below(clockHolds);
    }
    await host.clock.sleep(latePush, signal);
    await pool.sleep(() => setClock(clock, latest), signal);
  }

  /** Does something every now and then, on average after `ms`. */
  async #again(ms: number, over: AbortSignal, act: () => void | Promise<void>): Promise<void> {
    const { host, chance } = this.#parts;
    while (!over.aborted) {
      await host.clock.sleep(ms * (0.3 + 1.4 * chance.next()), over).catch(() => {});
      if (!over.aborted) await act();
    }
  }

  async #report(phase: Progress["phase"], over: AbortSignal): Promise<void> {
    const { host, options } = this.#parts;
    while (!over.aborted) {
      options.onProgress(await this.#progress(phase));
      await host.clock.sleep(lookEvery, over).catch(() => {});
    }
  }

  async #progress(phase: Progress["phase"]): Promise<Progress> {
    const { sandbox, context, pool } = this.#parts;
    const { delivered, due } = await readPipelineStatus(context);
    return {
      phase,
      ...pool.counts,
      faults: sandbox.sitoo.faults.hits + sandbox.ometria.faults.hits,
      eventsAcked: sandbox.counters().sender.delivered,
      delivered,
      due,
    };
  }
}

/** `undefined` when nothing is on its way; a receipt that was reserved when its server died stays so for minutes. */
async function workLeft(
  sandbox: Sandbox,
  context: PipelineContext,
): Promise<Left & { readonly events: number } | undefined> {
  const events = sandbox.sender.queued;
  if (events === 0) await sandbox.sender.drained();
  const left = await readLeft(context, soon);
  const isThrough = events + left.orders + left.receipts === 0 && !left.isBackfilling;
  return isThrough ? undefined : { ...left, events };
}

/** A store in use would be mixed up with made-up orders. Throws `CommandError`. */
async function refuseUsed(url: string): Promise<void> {
  const kv = await Deno.openKv(url).catch((error: unknown) => {
    throw new CommandError(`Cannot open the store at --store: ${String(error)}`);
  });
  try {
    for await (const _row of kv.list({ prefix: [] }, { limit: 1 })) {
      throw new CommandError(
        "The store at --store is not empty. Give the crash test one of its own",
      );
    }
  } finally {
    kv.close();
  }
}

function settingsOf(
  { sitoo, ometria }: Sandbox,
  rest: Pick<ServerSettings, "store" | "pipelines"> & { readonly clock: string },
): ServerSettings & { readonly clock: string } {
  const { accountUrl, apiId } = sitoo;
  const { apiUrl, emailApiKey } = ometria;
  return {
    ...rest,
    accounts: {
      sitoo: { accountUrl, apiId, apiKey: sitoo.apiKey },
      ometria: { apiUrl, apiKey: ometria.apiKey, emailApiKey },
    },
  };
}

/** Sitoo's id of an order at Ometria, whatever the pipeline puts before and after it. */
function orderIdOf(id: string): number {
  return Number(/(\d+)(?::return)?$/.exec(id)?.[1] ?? 0);
}

function onlyAfter(first: number, records: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...records].filter(([id]) => orderIdOf(id) > first));
}
