import { isMap, isSeq, parseDocument, stringify } from "yaml";
import { isMap as isTree, valueAt } from "../../definition/plain.ts";
import { RefusalError } from "../refusal.ts";

/** A case as plain YAML. */
export type CaseTree = Readonly<Record<string, unknown>>;

/** The text of a new file with this case alone. */
export function newTestsFile(test: CaseTree): string {
  return `tests:\n${listEntry(test, "  ")}`;
}

/**
 * The text of a file of tests with one more at the end of its list. Whatever stands there, comments
 * too, stays as it is written. Throws `RefusalError` for a file to which nothing can be added.
 */
export function appendTest(text: string, test: CaseTree, file: string): string {
  if (text.trim() === "") return newTestsFile(test);
  const doc = parseDocument(text, { merge: true });
  if (doc.errors.length > 0) {
    throw new RefusalError(
      `Cannot add to "${file}": it is no YAML`,
      "deno task validate says where",
    );
  }
  const list = isMap(doc.contents) ? doc.get("tests", true) : undefined;
  if (list === undefined || list === null) {
    throw new RefusalError(
      `Cannot add to "${file}": it has no list under tests:`,
      "Put what is in it under tests:, as the first entry of a list, or name another --output FILE",
    );
  }
  const before: unknown = doc.toJS();
  const wanted = [...listed(before), test];
  const atEnd = appended(text, test);
  if (atEnd !== undefined) {
    const after: unknown = parseDocument(atEnd, { merge: true }).toJS();
    if (JSON.stringify(listed(after)) === JSON.stringify(wanted)) return atEnd;
  }
  if (isSeq(list)) {
    list.flow = false;
    list.add(doc.createNode(test));
  } else doc.set("tests", doc.createNode([test]));
  return doc.toString({ lineWidth: 0 });
}

/** Names of the tests that a file has. */
export function testNames(text: string): readonly string[] {
  const tree: unknown = parseDocument(text, { merge: true, logLevel: "silent" }).toJS();
  return listed(tree).flatMap((test) =>
    isTree(test) && typeof test["name"] === "string" ? [test["name"]] : []
  );
}

/** The text with the case behind its last line, indented as the entries before it are. */
function appended(text: string, test: CaseTree): string | undefined {
  const indent = /^tests:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*([ \t]*)- /m.exec(text)?.[1];
  return indent === undefined ? undefined : `${text.trimEnd()}\n\n${listEntry(test, indent)}`;
}

function listEntry(test: CaseTree, indent: string): string {
  return stringify([test], { lineWidth: 0 }).trimEnd().split("\n")
    .map((line) => line === "" ? "" : indent + line).join("\n") + "\n";
}

function listed(tree: unknown): readonly unknown[] {
  const tests = valueAt(tree, ["tests"]);
  return Array.isArray(tests) ? tests : [];
}
