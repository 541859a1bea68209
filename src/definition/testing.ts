/** Definitions for tests. */
import type { PipelineDefinition } from "./definition.ts";
import { Secret } from "./secret.ts";

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
