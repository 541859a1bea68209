import type { Scenario } from "../lib/scenario.ts";
import { acks } from "./acks.ts";
import { backfill } from "./backfill.ts";
import { disk } from "./disk.ts";
import { drain } from "./drain.ts";
import { latency } from "./latency.ts";
import { longHistory } from "./long_history.ts";
import { pages } from "./pages.ts";
import { startup } from "./startup.ts";
import { validate } from "./validate.ts";

/** Everything the harness can measure, in the order in which it does. */
export const scenarios: readonly Scenario[] = [
  disk,
  startup,
  acks,
  drain,
  backfill,
  longHistory,
  latency,
  pages,
  validate,
];
