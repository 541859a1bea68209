import { docsOf } from "./codes.ts";
import { printable } from "./code_frame.ts";
import type { Diagnostic } from "./diagnostic.ts";

/**
 * The same diagnostics as workflow commands of GitHub Actions, one a line: printed by a step, they are shown
 * beside the lines of a change.
 */
export function toAnnotations(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, severity, message, hint, file, span }) => {
    const properties = {
      file: file.replaceAll("\\", "/").replace(/^\.\//, ""),
      line: span.line,
      endLine: span.line,
      col: span.column,
      // GitHub includes the last column.
      endColumn: span.column + span.length - 1,
      title: code,
    };
    const listed = Object.entries(properties)
      .map(([key, value]) => `${key}=${property(String(value))}`).join(",");
    const lines = [message, hint ?? [], `See ${docsOf(code)}`].flat().map(printable);
    return `::${severity} ${listed}::${data(lines.join("\n"))}`;
  });
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
