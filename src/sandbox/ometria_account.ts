import { RequestCount, type SandboxCounters } from "./counters.ts";
import { Faults } from "./faults.ts";
import type { SentEmail } from "./ometria_email.ts";
import { PushQueue } from "./ometria_push.ts";
import { ometriaHandler, type OmetriaRates } from "./ometria_server.ts";
import { type ArrivedOrder, OmetriaStore } from "./ometria_store.ts";
import type { Running, StartOptions } from "./sitoo_account.ts";
import { serve } from "./web.ts";

/** The fake Ometria, its credentials, and what arrived there. */
export interface SandboxOmetria {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly emailApiKey: string;
  readonly faults: Faults;
  /** What is stored of every order, by Ometria's id. */
  readonly orders: ReadonlyMap<string, ArrivedOrder>;
  /** Every email taken for sending, oldest first. */
  readonly emails: readonly SentEmail[];
  readonly store: OmetriaStore;
  /** Unsubscribe events that `GET /unsubscribes` gives. */
  readonly unsubscribes: Readonly<Record<string, unknown>>[];
  /** Makes or replaces a person's profile; without a value it is one that was never asked. */
  setProfile(email: string, marketingOptIn?: boolean | null): void;
  /** Forgets all orders, contacts, profiles, errors and emails, as a new account would be. */
  reset(): void;
  /** Resolves when everything that was accepted has been stored or refused. */
  settled(): Promise<void>;
}

/** How the fake Ometria behaves. */
export interface OmetriaFakeOptions extends StartOptions {
  readonly rates?: Partial<OmetriaRates> | undefined;
  readonly keepWhole?: number | undefined;
  readonly orderProfileOptIn?: boolean | "missing" | undefined;
  readonly queueLimit?: number | undefined;
}

/** Starts the fake Ometria. */
export function startOmetria(
  options: OmetriaFakeOptions,
): Running<SandboxOmetria, SandboxCounters["ometria"]> {
  const { clock, random, settings } = options;
  const faults = new Faults(random);
  const counts = new RequestCount();
  const { orderProfileOptIn: optIn = false } = options;
  const store = new OmetriaStore({
    keepWhole: options.keepWhole ?? 20_000,
    orderProfileOptIn: optIn === "missing" ? undefined : optIn,
  });
  const queue = new PushQueue({
    store,
    clock,
    random,
    applyDelay: () => settings.applyDelay,
    shuffle: () => settings.shuffle,
  });
  const emails: SentEmail[] = [];
  const unsubscribes: Readonly<Record<string, unknown>>[] = [];
  const apiKey = "sandbox-ometria-key";
  const emailApiKey = "sandbox-ometria-email-key";
  const handler = ometriaHandler({
    store,
    queue,
    emails,
    clock,
    apiKey,
    emailApiKey,
    rates: { push: 8, read: 4, email: 10, ...options.rates },
    queueLimit: options.queueLimit,
    onTooMany: () => counts.refused(),
    unsubscribes,
  });
  const server = serve(handler, {
    port: options.port,
    gate: options.gate,
    faults,
    clock,
    count: (request, status) => counts.count(request, status),
    control: options.control,
  });
  return {
    face: {
      apiUrl: `http://127.0.0.1:${server.port}/v2`,
      apiKey,
      emailApiKey,
      faults,
      orders: store.orders,
      emails,
      store,
      unsubscribes,
      setProfile(email, marketingOptIn): void {
        store.profiles.set(
          email,
          marketingOptIn === undefined ? { email } : { email, marketing_optin: marketingOptIn },
        );
      },
      reset(): void {
        store.clear();
        emails.length = 0;
      },
      settled: () => queue.settled(),
    },
    counters: () => ({
      ...counts.read(faults.hits),
      accepted: queue.accepted,
      stored: store.stored,
      invalid: store.invalid,
      pending: queue.pending,
      overlaps: queue.overlaps,
      repeats: queue.repeats,
      orders: store.orders.size,
      emails: emails.length,
    }),
    stop: async () => {
      await Promise.all([server.close(), queue.close()]);
    },
  };
}
