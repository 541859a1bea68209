import { isAbsolute, toFileUrl } from "../std/path.ts";
import { diagnosticCodes, docsOf } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** The program that found the problems, as a log names it. */
export interface SarifTool {
  readonly name: string;
  readonly version: string;
}

/**
 * The same diagnostics as a log in SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.
 * Files keep the names they were given: relative ones are relative to the root of the checkout.
 */
export function toSarif(
  diagnostics: readonly Diagnostic[],
  tool: SarifTool,
): Readonly<Record<string, unknown>> {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema:
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          ...tool,
          semanticVersion: tool.version,
          rules: codes.map((code) => ({
            id: code,
            shortDescription: { text: diagnosticCodes[code] },
            help: { text: `See ${docsOf(code)}`, markdown: `[${code}](${docsOf(code)})` },
          })),
        },
      },
      columnKind: "utf16CodeUnits",
      results: diagnostics.map((diagnostic) => ({
        ruleId: diagnostic.code,
        ruleIndex: codes.indexOf(diagnostic.code),
        level: diagnostic.severity,
        message: { text: [diagnostic.message, diagnostic.hint ?? []].flat().join("\n") },
        locations: [{ physicalLocation: location(diagnostic) }],
      })),
    }],
  };
}

function location({ file, span }: Diagnostic): Readonly<Record<string, unknown>> {
  const { line, column, length } = span;
  return {
    artifactLocation: isAbsolute(file)
      ? { uri: toFileUrl(file).href }
      : { uri: relativeUri(file), uriBaseId: "%SRCROOT%" },
    region: { startLine: line, startColumn: column, endLine: line, endColumn: column + length },
  };
}

function relativeUri(file: string): string {
  return file.replaceAll("\\", "/").replace(/^\.\//, "").split("/").map(encodeURIComponent)
    .join("/");
}
