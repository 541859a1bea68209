import type { Condition } from "../engine/conditions.ts";
import type { ApiName } from "../http/error.ts";
import type { ConnectionRow } from "../store/rows.ts";
import { plural } from "../definition/wording.ts";

const minute = 60_000;

/** What the APIs are called in messages. */
export const apiLabels: Readonly<Record<ApiName, string>> = {
  sitoo: "Sitoo",
  ometria: "Ometria",
  ometriaEmail: "Ometria's transactional email",
};

/** What is looked at. */
export interface Standing {
  /** ms since the oldest event that is due. */
  readonly lag: number;
  readonly connections: ReadonlyMap<ApiName, ConnectionRow>;
  readonly unknownReceipts: number;
}

/** What an operator should know of now, as long as it lasts: what alerts tell and the overview shows. */
export function standingConditions(standing: Standing): readonly Condition[] {
  return [
    ...lagConditions(standing.lag),
    ...[...standing.connections].flatMap(([api, row]) => connectionCondition(api, row)),
    ...receiptConditions(standing.unknownReceipts),
  ];
}

function lagConditions(lag: number): readonly Condition[] {
  if (lag < 60 * minute) return [];
  const waits = `The oldest order has been waiting for ${Math.floor(lag / minute)} minutes`;
  const late = { key: "lag-60m", text: waits };
  if (lag < 240 * minute) return [late];
  const text = `${waits}: Ometria's automations ignore orders older than four hours`;
  return [late, { key: "lag-4h", text }];
}

function connectionCondition(api: ApiName, row: ConnectionRow): readonly Condition[] {
  if (row.state === "ok") return [];
  const reason = row.detail === undefined ? "" : ` (${row.detail})`;
  const text = row.state === "paused"
    ? `${apiLabels[api]} refuses the key${reason}: orders stay due until it is taken again`
    : `${apiLabels[api]} does not work${reason}: orders stay due until it does`;
  return [{ key: `${api}-${row.state}`, text }];
}

function receiptConditions(receipts: number): readonly Condition[] {
  if (receipts === 0) return [];
  const text = `${plural(receipts, "receipt")} may or may not have been sent, and ${
    receipts === 1 ? "is not sent again by itself" : "are not sent again by themselves"
  }: deno task receipts --state unknown lists ${receipts === 1 ? "it" : "them"}`;
  return [{ key: "receipts-unknown", text }];
}
