import { parse } from "yaml";
import { isMap } from "../../definition/plain.ts";
import { isShipped } from "./pipeline_text.ts";

/**
 * The answers that an edited pipeline file stands for, by the flags of their questions, so that they are
 * offered again. A file that cannot be read, or is as it was shipped, gives none.
 */
export function answersIn(text: string): ReadonlyMap<string, string> {
  if (isShipped(text)) return new Map();
  const tree = parsed(text);
  const history = optionsOf(tree, "sources", "sitoo-history");
  const email = optionsOf(tree, "sinks", "ometria-email");
  const answers: readonly (readonly [flag: string, value: unknown])[] = [
    ["start-date", history["start_date"]],
    ["history", yesNo(history["enabled"])],
    ["opt-in", yesNo(optionsOf(tree, "transforms", "opt-in")["enabled"])],
    ["namespace", optionsOf(tree, "transforms", "namespace")["value"]],
    ["sku-match", optionsOf(tree, "transforms", "sku-match")["by"]],
    ["email", yesNo(email["enabled"])],
    ...(email["enabled"] === true
      ? ["from_name", "from_address", "subject", "stream", "template_id"].map((field) =>
        [field.replace("_", "-"), email[field]] as const
      )
      : []),
  ];
  return new Map(
    answers.flatMap(([flag, value]) =>
      typeof value === "string" || typeof value === "number" ? [[flag, String(value)]] : []
    ),
  );
}

/** `name:` and the account's label in a pipeline file, as far as they can be read. */
export function namesIn(text: string): { readonly name?: string; readonly account?: string } {
  const tree = asMap(parsed(text));
  const name = tree["name"];
  const account = asMap(asMap(tree["connections"])["ometria"])["account"];
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof account === "string" && !account.includes("${") ? { account } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function optionsOf(tree: unknown, section: string, use: string): Readonly<Record<string, unknown>> {
  const list = asMap(tree)[section];
  const stage = Array.isArray(list) ? list.find((one) => asMap(one)["use"] === use) : undefined;
  return asMap(asMap(stage)["with"]);
}

function yesNo(value: unknown): string | undefined {
  return typeof value === "boolean" ? (value ? "yes" : "no") : undefined;
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}
