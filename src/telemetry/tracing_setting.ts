/** The settings of the runtime under which Tillpipe's spans are sent, and none of the runtime's own. */
export const OWN_SPANS_ONLY: Readonly<Record<string, string>> = {
  OTEL_TRACES_SAMPLER: "parentbased_always_off",
  OTEL_PROPAGATORS: "none",
};

/**
 * What of traces leaves the process: nothing, Tillpipe's own spans, or the runtime's, too. The latter hold
 * whole addresses: the password of a webhook where it is in the path, and the email address of a customer
 * whose opt-in is looked up at Ometria. They cannot be changed, but a sampler that leaves all spans
 * without a sampled parent out leaves them out, if no sender can hand in such a parent.
 *
 * @param env the process's environment; what `.env` says comes too late for the runtime
 */
export function tracingBy(
  env: (name: string) => string | undefined,
): "off" | "own-spans" | "whole-addresses" {
  const isOn = ["true", "1"].includes(env("OTEL_DENO") ?? "");
  if (!isOn || env("OTEL_SDK_DISABLED") === "true" || env("OTEL_TRACES_SAMPLER") === "always_off") {
    return "off";
  }
  const isSafe = Object.entries(OWN_SPANS_ONLY).every(([name, value]) => env(name) === value);
  return isSafe ? "own-spans" : "whole-addresses";
}
