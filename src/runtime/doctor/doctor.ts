import { ApiError } from "../../http/error.ts";
import { checkOmetriaKey, checkPushErrors, checkSitooKey } from "./access.ts";
import type { Bench } from "./bench.ts";
import { type Finding, skipped, warn } from "./finding.ts";
import { checkCollisions, checkIds, checkOtherConnector } from "./id_checks.ts";
import { checkClock, checkLimitsSeen, checkRates } from "./limit_checks.ts";
import { checkProducts } from "./product_check.ts";
import { checkReceipts } from "./receipt_check.ts";
import { checkFields, checkPageSize, checkPlaces, checkSettings } from "./sitoo_checks.ts";
import { checkEvents, checkWebhook } from "./webhook_checks.ts";

/** Calls that an examination makes at most, with three sites: to each API, retries after a 429 apart. */
export const MOST_CALLS = { sitoo: 25, ometria: 45 } as const;

/** What an examination is told beside its bench. */
export interface ExamineOptions {
  /** Where the server is reached, if that is known. */
  readonly publicUrl?: string | undefined;
  /** Told what is looked at next, as it follows "Looks at". */
  readonly onCheck?: (what: string) => void;
}

/** What has to work before a check makes sense. */
type Need = "sitoo" | "ometria";

interface Check {
  /** Stable name of its finding, where it cannot be made. */
  readonly name: string;
  /** As it follows "Looks at". */
  readonly what: string;
  readonly needs: readonly Need[];
  run(bench: Bench, signal: AbortSignal): Promise<readonly Finding[]>;
}

/**
 * Looks at everything that a pipeline needs outside itself, and gives what it finds as it finds it. Only reads,
 * but for an empty list of events that the server itself is sent.
 *
 * @throws the signal's reason when it is stopped
 */
export async function* examine(
  bench: Bench,
  options: ExamineOptions,
  signal: AbortSignal,
): AsyncGenerator<Finding, void, undefined> {
  const working = new Set<Need>();
  const look = (what: string): void => options.onCheck?.(what);
  look("Sitoo's key");
  const { finding: sitoo } = await checkSitooKey(bench.probe, signal);
  yield sitoo;
  if (sitoo.level === "ok") working.add("sitoo");
  look("Ometria's key");
  const ometria = await checkOmetriaKey(bench.probe, signal);
  yield ometria;
  if (ometria.level === "ok") working.add("ometria");
  for (const check of checks(options.publicUrl)) {
    look(check.what);
    const lacking = check.needs.filter((need) => !working.has(need));
    if (lacking.length > 0) yield skipped(check.name, notMade(check, lacking));
    else yield* await findingsOf(check, bench, signal);
  }
}

function checks(publicUrl: string | undefined): readonly Check[] {
  const sitoo = ["sitoo"] as const;
  const both = ["sitoo", "ometria"] as const;
  return [
    { name: "sitoo-fields", what: "the fields of orders", needs: sitoo, run: checkFields },
    { name: "sitoo-page-size", what: "the pages of orders", needs: sitoo, run: checkPageSize },
    { name: "sitoo-settings", what: "the sites' settings", needs: sitoo, run: checkSettings },
    { name: "sitoo-stores", what: "stores and warehouses", needs: sitoo, run: checkPlaces },
    { name: "ids", what: "the ids of delivered orders", needs: [], run: checkIds },
    { name: "namespace", what: "ids at Ometria", needs: both, run: checkCollisions },
    {
      name: "other-connector",
      what: "what else sends these orders",
      needs: both,
      run: checkOtherConnector,
    },
    { name: "products", what: "products at Ometria", needs: both, run: checkProducts },
    {
      name: "ometria-errors",
      what: "validation errors",
      needs: ["ometria"],
      run: async ({ probe }, signal) => [await checkPushErrors(probe, signal)],
    },
    { name: "receipts", what: "receipts", needs: [], run: checkReceipts },
    { name: "webhook", what: "the webhook", needs: [], run: checkWebhook(publicUrl) },
    { name: "events", what: "live orders", needs: sitoo, run: checkEvents },
    { name: "rates", what: "the configured rates", needs: [], run: checkRates },
    { name: "limits", what: "limits", needs: [], run: checkLimitsSeen },
    { name: "clock", what: "the clock", needs: [], run: checkClock },
  ];
}

function notMade({ what }: Check, lacking: readonly Need[]): string {
  const names = lacking.map((need) => need === "sitoo" ? "Sitoo" : "Ometria").join(" and ");
  return `Did not look at ${what}, since ${names} cannot be read`;
}

/** A check that fails by itself is a finding, too: the others go on. */
async function findingsOf(
  check: Check,
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    return await check.run(bench, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return [
      warn(
        check.name,
        `Could not look at ${check.what}: ${message}`,
        error instanceof ApiError
          ? "Try again in a few minutes; if it stays, look whether the address is right"
          : "Check the stages of the pipeline with deno task validate --tests",
      ),
    ];
  }
}
