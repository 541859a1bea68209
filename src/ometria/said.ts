import { redact } from "./redact.ts";

/** Keys under which APIs say what is wrong. Ometria's error bodies are not documented. */
const messageKeys = [
  "error",
  "message",
  "error_message",
  "errortext",
  "detail",
  "errors",
  "rejected_items",
];

/** What an answer says of a refusal, without anything personal; `no reason given` when it says nothing. */
export function reasonOf(body: unknown, personal: Iterable<string>): string {
  const said = messagesIn(body, 0).slice(0, 3).join("; ");
  const reason = redact(said, personal);
  return reason === "" ? "no reason given" : reason;
}

/** The texts about persons in records that were sent: names, addresses, customer ids. */
export function personalTexts(value: unknown, under?: string): readonly string[] {
  if (typeof value === "string") {
    return under !== undefined && personalKey.test(under) ? [value] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const inPerson = under !== undefined && personalKey.test(under);
    return personalTexts(inner, inPerson ? under : key);
  });
}

/** A key whose value, with all that is below it, is about a person. */
const personalKey =
  /^(?:email|name|(?:first|middle|last|sur)name|phone.*|customer.*|contact.*|to|data|.*address)$/i;

function messagesIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === "string") return [value];
  if (depth > 3 || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => messagesIn(one, depth + 1));
  return Object.entries(value)
    .filter(([key]) => messageKeys.includes(key))
    .flatMap(([, inner]) => messagesIn(inner, depth + 1));
}
