import * as z from "zod";
import type { CatalogEntry } from "./catalog.ts";
import type { PipelineDefinition } from "./definition.ts";
import { loadDefinition, type LoadOptions, type LoadResult } from "./load.ts";
import {
  clockTime,
  dateOrInstant,
  duration,
  emailAddress,
  secret,
  secrets,
  siteList,
  streamName,
} from "./scalars.ts";
import { Secret } from "./secret.ts";

// A small catalogue of the shapes that real stages have, so that these tests know nothing of them.

const about = { summary: "A stage for tests", description: "Does nothing" };

export const catalog: readonly CatalogEntry[] = [
  {
    ...about,
    use: "hook",
    kind: "source",
    gives: "sitoo-order",
    schema: z.strictObject({
      sites: siteList().prefault([]),
      username: z.string().min(1),
      password: secrets(),
      linger: duration().prefault("250ms"),
      sweep: z.strictObject({
        new: duration().prefault("10m"),
        changed_at: clockTime().prefault("03:30"),
      }).prefault({}),
    }),
  },
  {
    ...about,
    use: "past",
    kind: "source",
    gives: "sitoo-order",
    schema: z.strictObject({
      enabled: z.boolean().default(true),
      start_date: dateOrInstant(),
      page_size: z.int().min(1).max(500).default(100),
    }),
  },
  {
    ...about,
    use: "filter",
    kind: "transform",
    takes: "any",
    gives: "any",
    repeatable: true,
    schema: z.strictObject({ when: z.string().min(1), token: secret().optional() }),
  },
  {
    ...about,
    use: "map",
    kind: "transform",
    takes: "sitoo-order",
    gives: "ometria-order",
    schema: z.strictObject({
      channel: z.string().default("in store"),
      store: z.union([
        z.enum(["warehouse-id", "store-name"]),
        z.record(z.string().regex(/^\d+$/, "Expected a warehouse id"), z.string()),
      ]).default("warehouse-id"),
      web_orders: z.enum(["skip", "send"]).default("skip"),
      currencies: z.array(z.string().length(3)).max(3).optional(),
    }),
  },
  {
    ...about,
    use: "namespace",
    kind: "transform",
    takes: "ometria-order",
    gives: "ometria-order",
    schema: z.strictObject({ value: z.string().min(1), separator: z.string().default("-") }),
  },
  {
    ...about,
    use: "orders",
    kind: "sink",
    takes: "ometria-order",
    schema: z.strictObject({ batch_size: z.int().min(1).max(100).default(100) }),
  },
  {
    ...about,
    use: "receipts",
    kind: "sink",
    takes: "sitoo-order",
    schema: z.strictObject({
      stream: streamName().optional(),
      from_address: emailAddress().optional(),
      template_id: z.union([z.int(), z.string()]).optional(),
      enabled: z.boolean().default(false),
    }),
  },
];

export const environment: Readonly<Record<string, string>> = {
  ACCOUNT_URL: "https://api140.mysitoo.com/v2/accounts/4711",
  SITOO_KEY: "sitoo-secret-1",
  OMETRIA_KEY: "ometria-secret-2",
  HOOK_PASSWORD: "hook-secret-3",
  EIGHT: "8",
  YES: "true",
  WORDS: "some words",
  EMPTY: "",
};

/** A file without a fault; `with` of the two parts that tests vary. */
export const valid = `version: 1
name: test-pipe
connections:
  sitoo:
    account_url: \${ACCOUNT_URL}
    api_id: 4711-12
    api_key: \${SITOO_KEY}
  ometria:
    api_key: \${OMETRIA_KEY}
sources:
  - use: hook
    with:
      username: till
      password: \${HOOK_PASSWORD}
  - use: past
    with:
      start_date: 2024-01-01
      page_size: 100
transforms:
  - use: map
    with:
      web_orders: skip
  - use: namespace
    with:
      value: till
sinks:
  - use: orders
  - use: receipts
    with:
      stream: receipts
`;

/** Loads a text with the small catalogue and the environment above. */
export function load(text: string, options: Partial<LoadOptions> = {}): LoadResult {
  return loadDefinition({ file: "pipeline.yaml", text }, {
    catalog,
    env: (name) => environment[name],
    ...options,
  });
}

/** The valid file with one piece of text replaced, which has to be there. */
export function changed(from: string, to: string): string {
  if (!valid.includes(from)) throw new Error(`Not in the file: ${from}`);
  return valid.replace(from, () => to);
}

/** A definition without stages, on accounts that do not exist. */
export function testDefinition(fields: Partial<PipelineDefinition> = {}): PipelineDefinition {
  return {
    version: 1,
    name: "test",
    connections: {
      sitoo: {
        accountUrl: "http://127.0.0.1:1/v2/accounts/4711",
        accountId: "4711",
        apiId: "4711-1",
        apiKey: new Secret("sitoo-key"),
        gap: 0,
      },
      ometria: {
        account: "default",
        apiUrl: "http://127.0.0.1:1/v2",
        apiKey: new Secret("ometria-key"),
        emailApiKey: new Secret("email-key"),
        pushRate: Infinity,
        readRate: Infinity,
        emailRate: Infinity,
      },
    },
    sources: [],
    transforms: [],
    sinks: [],
    alerts: {},
    fingerprint: "fingerprint",
    ...fields,
  };
}
