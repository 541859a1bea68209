import { assertEquals } from "../std/assert.ts";
import { type Standing, standingConditions } from "./standing_conditions.ts";

const minute = 60_000;

function keys(standing: Partial<Standing>): readonly string[] {
  return standingConditions({
    lag: 0,
    connections: new Map(),
    unknownReceipts: 0,
    ...standing,
  }).map(({ key }) => key);
}

const cases: [string, Partial<Standing>, string[]][] = [
  ["nothing", {}, []],
  ["a lag under an hour", { lag: 59 * minute }, []],
  ["an hour", { lag: 60 * minute }, ["lag-60m"]],
  ["four hours", { lag: 240 * minute }, ["lag-60m", "lag-4h"]],
  ["an outage", { connections: new Map([["sitoo", { state: "down", since: 0 }]]) }, ["sitoo-down"]],
  [
    "a refused key and one that is taken",
    {
      connections: new Map([
        ["ometria", { state: "paused", since: 0, detail: "401" }],
        ["sitoo", { state: "ok", since: 0 }],
      ]),
    },
    ["ometria-paused"],
  ],
  ["a receipt of unknown fate", { unknownReceipts: 1 }, ["receipts-unknown"]],
];
for (const [name, standing, expected] of cases) {
  Deno.test(`standingConditions() of ${name}`, () => assertEquals(keys(standing), expected));
}
