import type { PipelineDefinition } from "../../definition/definition.ts";
import { resolveFrom } from "../../definition/module_url.ts";
import { compile } from "../../engine/compile.ts";
import type { CompiledPipeline } from "../../engine/compiled.ts";
import type { OmetriaApi } from "../../ometria/api.ts";
import type { SitooApi } from "../../sitoo/api.ts";
import type { StageCache, StageServices } from "../../stages/contract.ts";
import { registry } from "../../stages/registry.ts";
import { withMethods } from "../with_methods.ts";

/** What two pipelines are compared in: everything is read, and nothing is written. */
export interface PlanWorld {
  readonly sitoo: SitooApi;
  readonly ometria: OmetriaApi;
  /** What stages keep; only read. */
  readonly cache: Pick<StageCache, "get">;
  readonly forgotten: StageServices["forgotten"];
  readonly keyedHash: (text: string) => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What both pipelines share: what one has looked up, the other need not look up again. */
export interface SharedWorld extends Omit<PlanWorld, "cache"> {
  readonly cache: StageCache;
}

/** Puts a memory of its own over what is kept. */
export function shareWorld(world: PlanWorld): SharedWorld {
  return { ...world, ometria: readOnly(world.ometria), cache: overlay(world.cache) };
}

/** One of the two pipelines that are compared. */
export interface SideSource {
  readonly definition: PipelineDefinition;
  /** `file:` URL that relative names in the file start from. */
  readonly url: URL;
}

/** A pipeline that can be asked what it would make of an order. */
export interface Side {
  readonly pipeline: CompiledPipeline;
  /** Whether it would look at an order of this site at all. */
  readonly takes: (site: number) => boolean;
}

/** Builds one of the two pipelines. Rejects when a stage cannot load what it needs. */
export async function createSide(
  { definition, url }: SideSource,
  world: SharedWorld,
  signal: AbortSignal,
): Promise<Side> {
  const pipeline = compile(definition, registry, {
    sitoo: world.sitoo,
    ometria: world.ometria,
    now: world.now,
    keyedHash: world.keyedHash,
    cache: world.cache,
    forgotten: world.forgotten,
    resolve: resolveFrom(url),
  });
  await pipeline.transform.ready?.(signal);
  const sources = [pipeline.webhook, pipeline.history].filter((source) => source !== undefined);
  const everySite = sources.some((source) => source.sites.length === 0);
  const sites = new Set(sources.flatMap((source) => source.sites));
  return { pipeline, takes: (site) => everySite || sites.has(site) };
}

/** Writes into memory, over what is kept. */
function overlay(below: PlanWorld["cache"]): StageCache {
  const own = new Map<string, unknown>();
  return {
    get: async (key) => own.has(key) ? own.get(key) : await below.get(key),
    set: (key, value) => {
      own.set(key, value);
      return Promise.resolve();
    },
  };
}

/** No stage sends anything by itself; should one do so, this is where it ends. */
function readOnly(ometria: OmetriaApi): OmetriaApi {
  const refuse = (): Promise<never> =>
    Promise.reject(new TypeError("Nothing is sent while pipelines are compared"));
  return withMethods(ometria, { push: refuse, sendEmail: refuse });
}
