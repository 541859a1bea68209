import { keyedHash } from "../../src/crypto/keyed_hash.ts";
import type { PipelineDefinition } from "../../src/definition/definition.ts";
import { compile } from "../../src/engine/compile.ts";
import type { OmetriaApi } from "../../src/ometria/api.ts";
import type { PipelineContext } from "../../src/runtime/context.ts";
import { type RunningPipeline, startPipeline } from "../../src/runtime/run_pipeline.ts";
import { takeEvents } from "../../src/runtime/intake.ts";
import type { SitooApi } from "../../src/sitoo/api.ts";
import { registry } from "../../src/stages/registry.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import type { KvOperation, KvPort } from "../../src/store/transact.ts";
import type { Clock } from "../../src/time/clock.ts";

/** The key of all hashes; the same in every program of a world, as in an installation. */
const SECRET = "a-key-for-worlds-in-memory-000000000000";
const never = new AbortController().signal;
/** ms: longer than a push and what follows it take. */
const recovering = 30_000;

/** What a program runs on. */
export interface Machine {
  readonly definition: PipelineDefinition;
  readonly kv: KvPort;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sitoo: SitooApi;
  readonly ometria: OmetriaApi;
  /** Called after every commit that was taken. */
  readonly onCommit?: () => Promise<void>;
}

/** When something befalls a program: so many steps from now (one before each of its calls, one after), or at one kind of call. */
export type Moment = number | `${"before" | "after"} ${"push" | "sendEmail" | "commit"}`;

/** What befalls a program. */
export type Fate =
  | { readonly kind: "none" }
  | { readonly kind: "killed"; readonly step: Moment }
  | { readonly kind: "stopped"; readonly step: Moment; readonly ms: number };

/**
 * One process of Tillpipe on a simulated machine: the real store, engine and runtime, whose every call to
 * the database, to Sitoo and to Ometria may be its last one. A killed program hangs for good at its next call,
 * and one that is stopped for as long as it is: nothing else of it can be seen from outside.
 */
export class Program {
  readonly #machine: Machine;
  #fate: Fate;
  #steps = 0;
  #state: "running" | "stopped" | "dead" = "running";
  #resumed = Promise.withResolvers<void>();
  #resumedAt = -Infinity;
  #context: PipelineContext | undefined;
  #running: RunningPipeline | undefined;

  constructor(machine: Machine, fate: Fate = { kind: "none" }) {
    this.#machine = machine;
    this.#fate = fate;
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Calls so far, counted before and after. */
  get steps(): number {
    return this.#steps;
  }

  /** Gives the program another fate, counted from now. */
  meet(fate: Fate): void {
    this.#fate = fate.kind === "none" || typeof fate.step === "string"
      ? fate
      : { ...fate, step: this.#steps + fate.step };
  }

  /** Starts everything that a server runs. */
  async start(): Promise<void> {
    const { definition, random } = this.#machine;
    const clock = this.#clock();
    const store = await new KvStore(this.#kv(), { clock, random }).open();
    const own = store.pipeline(definition.name, definition.connections.ometria.account);
    const sitoo = this.#guarded(this.#machine.sitoo, sitooMethods);
    const ometria = this.#guarded(this.#machine.ometria, ometriaMethods);
    const hash = (text: string): string => keyedHash(SECRET, text);
    const pipeline = compile(definition, registry, {
      sitoo,
      ometria,
      now: () => clock.now(),
      keyedHash: hash,
      cache: own.cache,
      forgotten: (hashes) => store.forgotten(hashes),
    });
    this.#context = { pipeline, store: own, sitoo, ometria, clock, random, keyedHash: hash };
    this.#running = startPipeline(this.#context);
    this.#running.finished.catch(() => {});
  }

  /** Takes a webhook's body; never settles if the program does not live to answer. */
  async take(body: string): Promise<boolean> {
    const context = this.#context;
    if (context === undefined || this.#state !== "running") return false;
    try {
      await takeEvents(body, { named: context, all: [context] });
    } catch {
      return false;
    }
    await this.#gate();
    return true;
  }

  /** Ends as a deployment does: with time for what is in flight. */
  async stop(graceMs: number): Promise<void> {
    await this.#running?.stop(graceMs);
    this.kill();
  }

  kill(): void {
    this.#state = "dead";
  }

  #freeze(ms: number): void {
    if (this.#state !== "running") return;
    this.#state = "stopped";
    this.#machine.clock.sleep(ms, never).then(() => {
      if (this.#state !== "stopped") return;
      this.#state = "running";
      this.#resumedAt = this.#machine.clock.monotonic();
      this.#resumed.resolve();
      this.#resumed = Promise.withResolvers();
    });
  }

  async #step(what: string): Promise<void> {
    this.#steps++;
    const fate = this.#fate;
    const isTime = fate.kind !== "none" &&
      (typeof fate.step === "string" ? fate.step === what : this.#steps >= fate.step);
    if (isTime && !this.#isRecovering()) {
      this.#fate = { kind: "none" };
      if (fate.kind === "killed") this.kill();
      else this.#freeze(fate.ms);
    }
    await this.#gate();
  }

  /**
   * A program that was stopped for longer than a lease, pushed something old when it went on, and is killed before
   * it can say so, leaves nothing behind that tells of it: that is for reading back to find, not for this.
   */
  #isRecovering(): boolean {
    return this.#machine.clock.monotonic() - this.#resumedAt < recovering;
  }

  async #gate(): Promise<void> {
    while (this.#state === "stopped") await this.#resumed.promise;
    if (this.#state === "dead") await new Promise(() => {});
  }

  async #call<T>(name: string, call: () => Promise<T>): Promise<T> {
    await this.#step(`before ${name}`);
    try {
      return await call();
    } finally {
      await this.#step(`after ${name}`);
    }
  }

  #clock(): Clock {
    const { clock } = this.#machine;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms, signal) => {
        try {
          await clock.sleep(ms, signal);
        } finally {
          await this.#gate();
        }
      },
    };
  }

  #kv(): KvPort {
    const { kv, onCommit } = this.#machine;
    return {
      get: (key) => this.#call("get", () => kv.get(key)),
      getMany: (keys) => this.#call("getMany", () => kv.getMany(keys)),
      list: (selector, options) => this.#list(kv.list(selector, options)),
      atomic: () => this.#atomic(kv.atomic(), onCommit),
      close: () => {},
    };
  }

  async *#list(rows: AsyncIterable<Deno.KvEntry<unknown>>): AsyncGenerator<Deno.KvEntry<unknown>> {
    await this.#step("before list");
    yield* rows;
  }

  #atomic(operation: KvOperation, onCommit: Machine["onCommit"]): KvOperation {
    return {
      check: (...checks) => operation.check(...checks),
      set: (key, value, options) => operation.set(key, value, options),
      delete: (key) => operation.delete(key),
      commit: () =>
        this.#call("commit", async () => {
          const answer = await operation.commit();
          if (answer.ok) await onCommit?.();
          return answer;
        }),
    };
  }

  /** An API whose named methods are steps. */
  #guarded<A extends object>(api: A, methods: readonly (keyof A)[]): A {
    return new Proxy(api, {
      get: (target, name, receiver): unknown => {
        const method: unknown = Reflect.get(target, name, receiver);
        const isStep = methods.some((known) => known === name);
        if (!isStep || typeof method !== "function") return method;
        return (...args: readonly unknown[]) =>
          this.#call(String(name), () => Promise.resolve(Reflect.apply(method, target, args)));
      },
    });
  }
}

const sitooMethods = [
  "readOrders",
  "readPage",
  "measure",
  "readMarks",
  "readHeads",
  "readRefunds",
  "findReceipt",
  "stores",
  "warehouses",
  "registers",
  "siteSettings",
] as const satisfies readonly (keyof SitooApi)[];
const ometriaMethods = [
  "push",
  "sendEmail",
  "readOrder",
  "recentOrders",
  "products",
  "pushErrors",
  "optInStatus",
] as const satisfies readonly (keyof OmetriaApi)[];
