import { assertEquals } from "../std/assert.ts";
import { resolveFrom } from "./module_url.ts";

Deno.test("resolveFrom() starts paths at the pipeline's file, and leaves packages alone", () => {
  const resolve = resolveFrom(new URL("file:///shop/pipelines/till.yaml"));
  assertEquals(
    ["./mine.ts", "../shared.ts", "/opt/all.ts", "npm:slug@1", "@std/text"].map(resolve),
    [
      "file:///shop/pipelines/mine.ts",
      "file:///shop/shared.ts",
      "file:///opt/all.ts",
      "npm:slug@1",
      "@std/text",
    ],
  );
});
