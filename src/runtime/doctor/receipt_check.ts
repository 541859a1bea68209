import { checkEmailKey } from "./access.ts";
import type { Bench } from "./bench.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** What stands in the shipped file until somebody puts in something of their own. */
const examples: Readonly<Record<string, (value: unknown) => boolean>> = {
  template_id: (value) => value === 1567,
  from_address: (value) => typeof value === "string" && /@([\w-]+\.)*example\.\w+$/.test(value),
  from_name: (value) => value === "Example Store",
};

/** Whether receipts could go out, as far as it shows without sending one. */
export async function checkReceipts(
  bench: Bench,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const options = bench.options("ometria-email");
  const { apiKey, emailApiKey } = bench.definition.connections.ometria;
  const isOwn = apiKey.reveal() !== emailApiKey.reveal();
  if (options["enabled"] !== true) {
    const off = ok("receipts", "Receipts are not enabled");
    if (!isOwn) return [off];
    const key = await checkEmailKey(bench.probe, signal);
    // Nothing needs it yet.
    return [key.level === "fail" ? { ...key, level: "warn" } : key, off];
  }
  const key = await checkEmailKey(bench.probe, signal);
  const left = Object.entries(examples).filter(([field, isExample]) => isExample(options[field]));
  if (left.length > 0) {
    return [
      key,
      warn(
        "receipts",
        `Receipts are enabled with values of the example: ${
          left.map(([field]) => field).join(", ")
        }`,
        "Put in the sender, and the number of the template at Ometria",
      ),
    ];
  }
  const template = options["template_id"];
  if (typeof template !== "number") {
    return [key, ok("receipts", "Receipts bring their own content")];
  }
  return [
    key,
    ok(
      "receipts",
      `Receipts use template ${template}; whether it is there shows only when one is sent (${
        options["to_override"] === undefined
          ? "set to_override to get the first ones yourself"
          : "all go to to_override"
      })`,
    ),
  ];
}
