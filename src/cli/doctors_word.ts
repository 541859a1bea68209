import type { ApiError } from "../http/error.ts";
import { createRateLimiter } from "../http/rate_limiter.ts";
import { createSlot } from "../http/slot.ts";
import type { PipelineContext } from "../runtime/context.ts";
import { checkOmetriaKey, checkSitooKey } from "../runtime/doctor/access.ts";
import type { Finding } from "../runtime/doctor/finding.ts";
import { Probe } from "../runtime/doctor/probe.ts";
import { Sightings } from "../runtime/doctor/sightings.ts";
import type { Clock } from "../time/clock.ts";
import { CommandError } from "./failure.ts";

/** ms that a call may take: somebody waits for it. */
const patience = 10_000;

/** Ends a command over an API that fails, in the words that `doctor` has for it. */
export async function doctorsWord(
  error: ApiError,
  { pipeline }: Pick<PipelineContext, "pipeline">,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<CommandError> {
  const probe = new Probe(pipeline.definition.connections, {
    clock,
    slot: createSlot({ gap: 250, clock }),
    read: createRateLimiter({ rate: 2, clock }),
    sightings: new Sightings(),
    timeout: patience,
  });
  const finding: Finding = error.api === "sitoo"
    ? (await checkSitooKey(probe, signal)).finding
    : await checkOmetriaKey(probe, signal);
  const doctor = "deno task doctor looks at everything around it";
  if (finding.level !== "fail") {
    return new CommandError(error.message, { exitCode: 1, hint: doctor, cause: error });
  }
  const hint = finding.remedy === undefined ? doctor : `${finding.remedy}\n${doctor}`;
  return new CommandError(finding.text, { exitCode: 1, hint, cause: error });
}
