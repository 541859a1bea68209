import { assertEquals } from "../../src/std/assert.ts";
import { Coverage, ran } from "./coverage.ts";

Deno.test("the innermost stretch around a place tells whether it ran", () => {
  const reach = new Map([["a.ts", [[0, 100, true], [20, 60, false], [30, 40, true]] as const]]);
  const places = [10, 25, 35, 50, 70, 100];
  assertEquals(places.map((at) => ran(reach, "a.ts", at)), [true, false, true, false, true, false]);
  assertEquals(ran(reach, "b.ts", 10), false);
});

Deno.test("what ran is told once", async () => {
  using coverage = new Coverage(["src/records"]);
  const { normaliseEmail } = await import("../../src/records/email.ts");
  await coverage.take();
  normaliseEmail("maja@example.com");
  assertEquals([...(await coverage.take()).keys()], ["src/records/email.ts"]);
  assertEquals([...(await coverage.take()).keys()], []);
});
