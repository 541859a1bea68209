import { getLogger } from "@logtape/logtape";
import fc from "fast-check";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { isLogField } from "./log_fields.ts";
import { setUpLogging } from "./logging.ts";

/** What is written of a message, as JSON and as text. */
async function written(message: string, fields: Record<string, unknown>): Promise<string> {
  const lines: string[] = [];
  for (const json of [true, false]) {
    await using _logging = await setUpLogging({
      json,
      color: false,
      write: (line) => lines.push(line),
    });
    getLogger(["tillpipe", "test"]).info(message, fields);
  }
  return lines.join("");
}

const kinds: readonly (readonly [name: string, value: unknown, shown: boolean])[] = [
  ["orderId", 50211, true],
  ["orderId", "50211 of Maja Ek", false],
  ["state", "no-address", true],
  ["state", "Stockholms lan", false],
  ["pipeline", "sitoo-to-ometria", true],
  ["api", "ometriaEmail", true],
  ["from", "2026-03-01", true],
  ["to", { email: "Maja", name: "Ek" }, false],
  ["reason", "Cannot read orders: Sitoo answered 503", true],
  ["detail", ["Maja"], false],
  ["namefirst", "Maja", false],
  ["order", { namefirst: "Maja" }, false],
];
for (const [name, value, shown] of kinds) {
  Deno.test(`the log ${shown ? "shows" : "hides"} ${JSON.stringify(value)} as ${name}`, async () => {
    const line = await written(`It is {${name}}`, { [name]: value });
    assertEquals(line.includes("[hidden]"), !shown, line);
    assertEquals(line.includes("Maja"), false, line);
    if (shown) assertStringIncludes(line, String(value));
  });
}

Deno.test("the log writes an error's message, and braces that are no field", async () => {
  const line = await written("{{kept}} Failed: {error}", { error: new TypeError("Row is odd") });
  assertStringIncludes(line, "{kept} Failed");
  assertStringIncludes(line, "Row is odd");
});

Deno.test("the log lets nothing out under a name that it does not know, whatever the name and message", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 })
    .filter((text) => !isLogField(text.trim()) && text !== "__proto__");
  const planted = "Maja-Planted-7731";
  await fc.assert(
    fc.asyncProperty(name, fc.boolean(), async (field, nested) => {
      const value = nested ? { [field]: [planted] } : planted;
      const line = await written(`Told {${field}} and {*}`, { [field]: value });
      assert(!line.includes(planted), line);
    }),
    { numRuns: 60 },
  );
});
