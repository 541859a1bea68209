import type { PipelineDefinition } from "../../src/definition/definition.ts";
import { loadDefinition } from "../../src/definition/load.ts";
import { registry } from "../../src/stages/registry.ts";

/** When worlds begin. */
export const start = Date.UTC(2026, 0, 15, 12);

const pipelineText = `version: 1
name: model
connections:
  sitoo: { account_url: "https://api.mysitoo.com/v2/accounts/4711", api_id: id, api_key: key }
  ometria: { api_key: key }
sources:
  - use: sitoo-webhook
    with: { username: till, password: password, linger: 250ms, sweep: { changed_at: "23:59" } }
  - use: sitoo-history
    with: { start_date: 2024-01-01, page_size: 3, min_age: 1m }
transforms:
  - use: map
    with: { timezone: UTC }
  - use: namespace
    with: { value: till }
sinks:
  - use: ometria-orders
    with: { batch_size: 3 }
  - use: ometria-email
    with:
      enabled: true
      from_name: Store
      from_address: receipts@example.com
      subject: Your receipt
      stream: receipts
      template_id: 1
`;

/** The pipeline of all worlds: every part that remembers something, and short waits. */
export function modelDefinition(): PipelineDefinition {
  const source = { file: "pipeline.yaml", text: pipelineText };
  const loaded = loadDefinition(source, { catalog: registry, env: () => undefined, now: start });
  if (loaded.definition === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.definition;
}
