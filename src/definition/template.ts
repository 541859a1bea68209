/** A piece of a text with variables. */
export type TemplatePart =
  | { readonly text: string }
  | { readonly variable: string; readonly fallback?: string; readonly source: string };

/** The pieces, or what cannot be read as a variable and why. */
export type ParsedTemplate =
  | { readonly parts: readonly TemplatePart[] }
  | { readonly invalid: string; readonly message: string; readonly hint: string };

const howTo = "Write ${NAME} or ${NAME:-default}; $${ stands for the two characters themselves";

/** Whether there is anything to fill in or to unescape. */
export function isTemplate(text: string): boolean {
  return text.includes("${");
}

/**
 * Cuts `${NAME}` and `${NAME:-default}` out of a text. `$${` stands for `${` itself. A default goes up to
 * the first `}` and holds no further variable.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("${", at);
    if (start === -1) break;
    if (text[start - 1] === "$" && start > at) {
      parts.push({ text: `${text.slice(at, start - 1)}\${` });
      at = start + 2;
      continue;
    }
    const match = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/.exec(text.slice(start));
    if (match === null) return explain(text.slice(start));
    const [source, variable = "", fallback] = match;
    if (fallback !== undefined && isTemplate(fallback)) {
      return {
        invalid: source,
        message: "A default cannot hold another variable",
        hint: "Put the other variable outside, or write the value itself",
      };
    }
    parts.push({ text: text.slice(at, start) });
    parts.push({ variable, source, ...(fallback === undefined ? {} : { fallback }) });
    at = start + source.length;
  }
  parts.push({ text: text.slice(at) });
  return { parts: parts.filter((part) => !("text" in part) || part.text !== "") };
}

function explain(rest: string): ParsedTemplate {
  const end = rest.indexOf("}");
  if (end === -1) {
    return { invalid: rest, message: "A variable that opens here is never closed", hint: howTo };
  }
  const invalid = rest.slice(0, end + 1);
  return { invalid, message: "This is no variable", hint: howTo };
}
