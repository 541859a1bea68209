import { type Document, isNode, isScalar, parseDocument, visit } from "yaml";
import type { Range } from "./places.ts";
import { isTemplate } from "./template.ts";

/** Names under which people keep what is not to be shown, in options that no schema describes too. */
export function isSecretName(key: string): boolean {
  return /key$|password|secret|token|api_id|credential|^alerts$/i.test(key);
}

/**
 * The text of a pipeline file with every secret that is written into it covered by stars, so that lines of
 * it can be shown. Variables stay, and so does every position.
 */
export function maskSecrets(text: string): string {
  const ranges = secretRanges(text).sort(([a], [b]) => a - b);
  let result = "";
  let at = 0;
  for (const [start, end] of ranges) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    result += text.slice(at, from) + stars(text.slice(from, end));
    at = end;
  }
  return result + text.slice(at);
}

function secretRanges(text: string): Range[] {
  try {
    const doc = parseDocument(text, { logLevel: "silent", prettyErrors: false });
    const byNode = rangesByNode(doc);
    return doc.errors.length === 0 ? byNode : [...byNode, ...rangesByLine(text)];
  } catch {
    return rangesByLine(text); // Nested too deeply to be read as YAML.
  }
}

/** Every value under a key with such a name; names below it tell nothing. */
function rangesByNode(doc: Document): Range[] {
  const found: Range[] = [];
  const cover = (node: unknown): void => {
    if (!isNode(node)) return;
    visit(node, {
      Scalar: (place, { range, source = "" }) => {
        if (place !== "key" && range && !isTemplate(source)) found.push([range[0], range[1]]);
      },
    });
  };
  visit(doc, {
    Pair: (_key, { key, value }) => {
      if (isScalar(key) && isSecretName(String(key.value))) cover(value);
    },
  });
  return found;
}

/** The same by lines, for files whose YAML is broken. */
function rangesByLine(text: string): Range[] {
  const pattern = /(?<![\w-])([\w-]+)["']?[ \t]*:[ \t]+([^\s#&*!|>{[][^\n]*)/g;
  return [...text.matchAll(pattern)].flatMap(({ 0: all, 1: key = "", 2: value = "", index }) => {
    const end = index + all.length;
    const range: Range = [end - value.length, end];
    return isSecretName(key) && !isTemplate(value) ? [range] : [];
  });
}

function stars(text: string): string {
  return text.replaceAll(/[^\s]/g, "*");
}
