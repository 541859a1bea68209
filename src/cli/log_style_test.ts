import { assertEquals } from "../std/assert.ts";
import { logStyle } from "./log_style.ts";

const rules: readonly [string, string[], Record<string, string>, ReturnType<typeof logStyle>][] = [
  ["a server leaves it to where its output goes", ["serve"], {}, { level: "info" }],
  ["a person is told of warnings, in text", ["backfill"], {}, { level: "warning", json: false }],
  ["--json means JSON in the log too", ["backfill", "--json"], {}, { level: "info", json: true }],
  ["TILLPIPE_LOG=json decides", ["status"], { TILLPIPE_LOG: "json" }, {
    level: "info",
    json: true,
  }],
  [
    "TILLPIPE_LOG=text decides, also for a server",
    ["serve"],
    { TILLPIPE_LOG: "text" },
    { level: "info", json: false },
  ],
  [
    "TILLPIPE_DEBUG=1 shows all",
    ["explain", "7"],
    { TILLPIPE_DEBUG: "1" },
    { level: "debug", json: false },
  ],
];
for (const [name, args, env, expected] of rules) {
  Deno.test(`logStyle(): ${name}`, () => {
    assertEquals(logStyle(args, (variable) => env[variable]), expected);
  });
}
