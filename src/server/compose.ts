import { keyedHash, keyedHasher } from "../crypto/keyed_hash.ts";
import type {
  OmetriaConnection,
  PipelineDefinition,
  SitooConnection,
} from "../definition/definition.ts";
import { maskSecrets } from "../definition/mask.ts";
import { resolveFrom } from "../definition/module_url.ts";
import type { CompiledPipeline } from "../engine/compiled.ts";
import { compile, fieldsToRead } from "../engine/compile.ts";
import { observedPace, observedSlot } from "../http/observed_limits.ts";
import { createRateLimiter, type Pace } from "../http/rate_limiter.ts";
import type { OmetriaApi } from "../ometria/api.ts";
import { createOmetriaClient, type OmetriaPaces } from "../ometria/client.ts";
import type { PipelineContext, PipelineText } from "../runtime/context.ts";
import { ometriaPaceNames, sitooSlotName } from "../runtime/limit_names.ts";
import type { SitooApi } from "../sitoo/api.ts";
import { createSitooClient } from "../sitoo/client.ts";
import type { StageServices } from "../stages/contract.ts";
import { registry } from "../stages/registry.ts";
import type { PipelineStore, Store } from "../store/store.ts";
import type { Clock } from "../time/clock.ts";
import { createAlert } from "./alert.ts";

/** A checked pipeline, and where its file lies. */
export interface LoadedPipeline {
  readonly definition: PipelineDefinition;
  /** `file:` URL that relative names in the file start from. */
  readonly url: URL;
  /** What stands in it, for the operator pages; it is covered before it is kept. */
  readonly source?: PipelineText;
}

/** What pipelines are put together with. */
export interface ComposeOptions {
  readonly store: Store;
  /** The key of all keyed hashes. */
  readonly secret: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Is told every secret, so that none of them gets into a log. */
  readonly hide: (secret: string) => void;
  /** Puts something in the place of a pipeline's own store. @default the store as it is */
  readonly pipelineStore?:
    | ((store: PipelineStore, definition: PipelineDefinition) => PipelineStore)
    | undefined;
  /** Puts something in the place of a pipeline's Ometria. @default Ometria as it is */
  readonly pipelineOmetria?: ((ometria: OmetriaApi) => OmetriaApi) | undefined;
}

/** Shorter ones are not looked for: they would make ordinary words unreadable. */
const SHORTEST_SECRET = 4;
/** ms that stages may take to load. */
const READY_WITHIN = 30_000;

/**
 * Makes the clients, compiles the pipelines and lets their stages load what they need. Rejects with a
 * message for the integrator when a stage cannot be used.
 */
export async function composePipelines(
  pipelines: readonly LoadedPipeline[],
  options: ComposeOptions,
): Promise<readonly PipelineContext[]> {
  options.hide(options.secret);
  for (const { definition } of pipelines) hideSecrets(definition, options.hide);
  const clients = new Clients(options);
  const contexts = pipelines.map((pipeline) => createContext(pipeline, clients, options));
  for (const { pipeline } of contexts) {
    for (const password of pipeline.webhook?.passwords ?? []) options.hide(password.reveal());
    await pipeline.transform.ready?.(AbortSignal.timeout(READY_WITHIN));
  }
  return contexts;
}

function hideSecrets(definition: PipelineDefinition, hide: (secret: string) => void): void {
  const { sitoo, ometria } = definition.connections;
  for (const key of [sitoo.apiKey, ometria.apiKey, ometria.emailApiKey]) hide(key.reveal());
  // The address of a chat's webhook is the key to it.
  if (definition.alerts.url !== undefined) hide(definition.alerts.url);
}

function createContext(
  { definition, url, source }: LoadedPipeline,
  clients: Clients,
  options: ComposeOptions,
): PipelineContext {
  const { clock, random, secret } = options;
  const { connections, name } = definition;
  const own = options.store.pipeline(name, connections.ometria.account);
  const store = options.pipelineStore?.(own, definition) ?? own;
  const sitoo = clients.sitoo(connections.sitoo, fieldsToRead(definition, registry));
  const connected = clients.ometria(connections.ometria);
  const ometria = options.pipelineOmetria?.(connected) ?? connected;
  const hash = keyedHasher(secret);
  const services: StageServices = {
    sitoo,
    ometria,
    now: () => clock.now(),
    keyedHash: hash,
    cache: store.cache,
    forgotten: (hashes) => options.store.forgotten(hashes),
    resolve: resolveFrom(url),
  };
  const pipeline = compile(definition, registry, services);
  const tell = createAlert([{ definition }]);
  const alert = (text: string): void => tell(name, text);
  return {
    pipeline,
    store,
    sitoo,
    ometria,
    clock,
    random,
    keyedHash: hash,
    alert,
    ...(source === undefined ? {} : { source: covered(source, pipeline) }),
  };
}

/** A client of Sitoo that shares the account's one request at a time with all processes on the store. */
export function openSitoo(
  connection: SitooConnection,
  { clock, store }: Pick<ComposeOptions, "clock" | "store">,
  fields: readonly string[],
): SitooApi {
  const own = store.slot(sitooSlotName(connection), { gap: connection.gap });
  const slot = observedSlot(own, { budget: "sitoo", clock });
  return createSitooClient(connection, { clock, slot, fields });
}

/** Secrets under a name that tells them, and those that the pipeline uses, wherever they are written. */
function covered(source: PipelineText, { definition, webhook }: CompiledPipeline): PipelineText {
  const { sitoo, ometria } = definition.connections;
  const keys = [sitoo.apiKey, ometria.apiKey, ometria.emailApiKey, ...webhook?.passwords ?? []];
  const secrets = [...keys.map((key) => key.reveal()), definition.alerts.url ?? ""];
  const text = secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, "*".repeat(8)), maskSecrets(source.text));
  return { ...source, text };
}

/**
 * Clients by account: limits hold for a whole account, however many pipelines use it, in whatever process
 * on this store.
 */
class Clients {
  readonly #options: ComposeOptions;
  readonly #ometria = new Map<string, OmetriaApi>();
  readonly #paces = new Map<string, Pace>();

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  sitoo(connection: SitooConnection, fields: readonly string[]): SitooApi {
    return openSitoo(connection, this.#options, fields);
  }

  ometria(connection: OmetriaConnection): OmetriaApi {
    const { apiUrl, apiKey, emailApiKey } = connection;
    const key = JSON.stringify([apiUrl, apiKey.reveal(), emailApiKey.reveal()]);
    const client = this.#ometria.get(key) ?? createOmetriaClient(connection, {
      clock: this.#options.clock,
      paces: this.#pacesOf(connection),
    });
    this.#ometria.set(key, client);
    return client;
  }

  #pacesOf(connection: OmetriaConnection): OmetriaPaces {
    const { clock, secret } = this.#options;
    const names = ometriaPaceNames(connection, (text) => keyedHash(secret, text));
    return {
      push: observedPace(this.#pace(names.push, connection.pushRate), { budget: "push", clock }),
      read: observedPace(this.#pace(names.read, connection.readRate), { budget: "read", clock }),
      email: observedPace(this.#pace(names.email, connection.emailRate), {
        budget: "email",
        clock,
      }),
    };
  }

  #pace(name: string, rate: number): Pace {
    const { clock, store } = this.#options;
    const pace = this.#paces.get(name) ??
      createRateLimiter({ rate, clock, sharers: store.sharers(name) });
    this.#paces.set(name, pace);
    return pace;
  }
}
