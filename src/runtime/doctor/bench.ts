import type { PipelineDefinition, StageUse } from "../../definition/definition.ts";
import { isMap } from "../../definition/plain.ts";
import { compile, fieldsToRead } from "../../engine/compile.ts";
import type { CompiledPipeline } from "../../engine/compiled.ts";
import { createRateLimiter } from "../../http/rate_limiter.ts";
import { createSlot } from "../../http/slot.ts";
import { createOmetriaClient } from "../../ometria/client.ts";
import type { SitooApi } from "../../sitoo/api.ts";
import { createSitooClient } from "../../sitoo/client.ts";
import type { StageCache } from "../../stages/contract.ts";
import { registry } from "../../stages/registry.ts";
import type { PipelineStore, Store } from "../../store/store.ts";
import type { Clock } from "../../time/clock.ts";
import { ometriaPaceNames, sitooSlotName } from "../limit_names.ts";
import { Probe } from "./probe.ts";
import { readSample, type Sample } from "./sample.ts";
import { Sightings } from "./sightings.ts";

/** Reads a second at most, whatever the pipeline allows itself: half of what the account has. */
const readsASecond = 2;

/** What a pipeline is examined with. */
export interface BenchOptions {
  readonly definition: PipelineDefinition;
  /** Turns what the file says (`./my_transform.ts`) into the URL of a module. */
  readonly resolve: (specifier: string) => string;
  readonly clock: Clock;
  readonly keyedHash: (text: string) => string;
  /** The installation's store, so that limits are shared with whoever runs; absent: there is none yet. */
  readonly store?: Store;
  /** ms for one call. @default 15_000 */
  readonly timeout?: number;
  /** Reads a second at Ometria at most. @default 2 */
  readonly readRate?: number;
}

/** One pipeline, and what its checks look at it with. Everything here reads; nothing pushes or sends. */
export class Bench {
  readonly definition: PipelineDefinition;
  readonly clock: Clock;
  readonly sightings = new Sightings();
  readonly probe: Probe;
  readonly sitoo: SitooApi;
  /** What survives of this pipeline, if there is a store. */
  readonly rows: PipelineStore | undefined;
  readonly #compile: () => CompiledPipeline;
  #pipeline: CompiledPipeline | undefined;
  #sample: Promise<Sample> | undefined;

  constructor(options: BenchOptions) {
    const { definition, clock, store, keyedHash, timeout = 15_000 } = options;
    const { sitoo, ometria } = definition.connections;
    this.definition = definition;
    this.clock = clock;
    const own = createSlot({ gap: sitoo.gap, clock });
    const slot = this.sightings.countedSlot(
      store?.slot(sitooSlotName(sitoo), { gap: sitoo.gap }) ?? own,
    );
    const sharers = store?.sharers(ometriaPaceNames(ometria, keyedHash).read);
    const read = this.sightings.countedPace(createRateLimiter({
      rate: Math.min(ometria.readRate, options.readRate ?? readsASecond),
      clock,
      ...(sharers === undefined ? {} : { sharers }),
    }));
    this.probe = new Probe({ sitoo, ometria }, {
      clock,
      slot,
      read,
      sightings: this.sightings,
      timeout,
    });
    this.rows = store?.pipeline(definition.name, ometria.account);
    const looked = withoutLookUps(definition);
    this.sitoo = createSitooClient(sitoo, {
      clock,
      slot,
      timeout,
      fields: fieldsToRead(looked, registry),
    });
    // A pace that never gives way: nobody gets to push or send with this client.
    const never = { take: () => Promise.reject(new TypeError("A doctor pushes nothing")) };
    const reader = createOmetriaClient(ometria, {
      clock,
      timeout,
      paces: { push: never, read, email: never },
    });
    this.#compile = () =>
      compile(looked, registry, {
        sitoo: this.sitoo,
        ometria: reader,
        now: () => clock.now(),
        keyedHash,
        cache: noCache,
        forgotten: (hashes) => store?.forgotten(hashes) ?? Promise.resolve(new Set()),
        resolve: options.resolve,
      });
  }

  /** The pipeline without the stages that would look things up record by record. */
  get pipeline(): CompiledPipeline {
    return this.#pipeline ??= this.#compile();
  }

  /** Orders of Sitoo as this pipeline would send them; read once. Rejects as the clients and stages do. */
  sample(signal: AbortSignal): Promise<Sample> {
    return this.#sample ??= readSample(this, signal);
  }

  /** What the file says under `with` of a stage. */
  options(use: string): Readonly<Record<string, unknown>> {
    const { sources, transforms, sinks } = this.definition;
    const stage = [...sources, ...transforms, ...sinks].find((one) => one.use === use);
    return stage === undefined ? {} : optionsOf(stage);
  }
}

const noCache: StageCache = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
};

/**
 * Opt-in asks for every person and `catalogue` reads all products: neither changes an order's id, and both
 * would make a look into a day's work.
 */
function withoutLookUps(definition: PipelineDefinition): PipelineDefinition {
  const transforms = definition.transforms.filter((stage) =>
    stage.use !== "opt-in" &&
    !(stage.use === "sku-match" && optionsOf(stage)["by"] === "catalogue")
  );
  return { ...definition, transforms };
}

function optionsOf({ options }: StageUse): Readonly<Record<string, unknown>> {
  return isMap(options) ? options : {};
}
