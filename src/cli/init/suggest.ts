import { keyedHash } from "../../crypto/keyed_hash.ts";
import { loadDefinition } from "../../definition/load.ts";
import { Bench } from "../../runtime/doctor/bench.ts";
import { compareWays } from "../../runtime/doctor/product_check.ts";
import { registry } from "../../stages/registry.ts";
import type { Clock } from "../../time/clock.ts";
import { SHIPPED } from "./answers.ts";
import type { Suggestion } from "./interview.ts";
import { pipelineText } from "./pipeline_text.ts";
import type { Given } from "./questions.ts";

/** Variables of the shipped pipeline by the flags that answer them. */
const variables: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "sitoo-account-url",
  SITOO_API_ID: "sitoo-api-id",
  SITOO_API_KEY: "sitoo-api-key",
  OMETRIA_API_URL: "ometria-api-url",
  OMETRIA_API_KEY: "ometria-api-key",
};

/**
 * Which way of naming products fits the accounts: tried on the latest orders, with reading calls. Nothing when the
 * accounts cannot tell, since a suggestion is worth no failure.
 */
export async function suggestSkuMatch(
  given: Given,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Suggestion | undefined> {
  const text = pipelineText({
    ...SHIPPED,
    startDate: given.get("start-date") ?? SHIPPED.startDate,
  });
  const { definition } = loadDefinition({ file: "pipeline.yaml", text }, {
    catalog: registry,
    env: (name) => {
      const flag = variables[name];
      // What has not been asked yet does not matter here.
      return flag === undefined ? (name === "ALERT_URL" ? undefined : "-") : given.get(flag);
    },
    allowInsecureHosts: true,
  });
  if (definition === undefined) return undefined;
  const bench = new Bench({
    definition,
    clock,
    keyedHash: (value) => keyedHash("-", value),
    resolve: (specifier) => specifier,
  });
  try {
    const ways = await compareWays(bench, signal);
    const [best] = ways;
    if (best === undefined || best.match.found === 0) return undefined;
    const told = ways.map(({ way, match }) => `${way} ${match.found} of ${match.lines}`).join(", ");
    return { answer: best.way, reason: `Found for the latest order lines: ${told}` };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
