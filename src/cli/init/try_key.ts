import { ometriaConnection, sitooConnection } from "../../definition/connections.ts";
import { createRateLimiter } from "../../http/rate_limiter.ts";
import { createSlot } from "../../http/slot.ts";
import { checkEmailKey, checkOmetriaKey, checkSitooKey } from "../../runtime/doctor/access.ts";
import type { Finding } from "../../runtime/doctor/finding.ts";
import { Probe } from "../../runtime/doctor/probe.ts";
import { Sightings } from "../../runtime/doctor/sightings.ts";
import type { Clock } from "../../time/clock.ts";
import type { Tried } from "./interview.ts";
import type { Given } from "./questions.ts";

/** ms that a call may take: somebody waits for it. */
const patience = 10_000;

/** Tries one key at the API that it belongs to, with a reading call. Nothing is written or sent. */
export async function tryKey(
  tried: Tried,
  given: Given,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Finding | undefined> {
  const emailKey = given.get("ometria-email-api-key") ?? "";
  if (tried === "ometriaEmail" && emailKey === "") return undefined;
  const sightings = new Sightings();
  const probe = new Probe(connections(given), {
    clock,
    slot: createSlot({ gap: 250, clock }),
    read: createRateLimiter({ rate: 2, clock }),
    sightings,
    timeout: patience,
  });
  switch (tried) {
    case "sitoo":
      return (await checkSitooKey(probe, signal)).finding;
    case "ometria":
      return await checkOmetriaKey(probe, signal);
    case "ometriaEmail":
      return await checkEmailKey(probe, signal);
  }
}

/** Every answer that is used here has been checked, so what is missing has not been asked yet. */
function connections(given: Given): ConstructorParameters<typeof Probe>[0] {
  const sitoo = sitooConnection({ allowInsecureHosts: true }).safeParse({
    account_url: given.get("sitoo-account-url"),
    api_id: given.get("sitoo-api-id"),
    api_key: given.get("sitoo-api-key"),
  });
  const emailKey = given.get("ometria-email-api-key") ?? "";
  const ometria = ometriaConnection({ allowInsecureHosts: true }).safeParse({
    api_url: given.get("ometria-api-url"),
    api_key: given.get("ometria-api-key"),
    ...(emailKey === "" ? {} : { email_api_key: emailKey }),
  });
  return {
    ...(sitoo.success ? { sitoo: sitoo.data } : {}),
    ...(ometria.success ? { ometria: ometria.data } : {}),
  };
}
