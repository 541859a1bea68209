import { assertEquals, assertThrows } from "../../src/std/assert.ts";
import { Equivalents, Ledger, type Place } from "./ledger.ts";

const place: Place = { file: "src/a.ts", line: 3, before: "a < b", after: "a <= b" };
const list = `
- file: src/a.ts
  before: a < b
  after: [a <= b, a > b]
  why: they are never the same
`;

Deno.test("a known equivalent is known wherever its line moves to", () => {
  const known = Equivalents.read(list);
  assertEquals(known.has(place), true);
  assertEquals(known.has({ ...place, line: 70 }), true);
  assertEquals(known.has({ ...place, after: "a >= b" }), false);
  assertEquals(known.has({ ...place, file: "src/b.ts" }), false);
});

Deno.test("an entry that is no mutant any more is stale, if its file was looked at", () => {
  const known = Equivalents.read(list);
  assertEquals(known.stale([place], ["src/a.ts"]), ["src/a.ts\na < b\na > b"]);
  assertEquals(known.stale([place], ["src/b.ts"]), []);
});

Deno.test("an equivalent without a reason is refused", () => {
  assertThrows(() => Equivalents.read("- { file: a.ts, before: b, after: c }"));
});

Deno.test("a ledger keeps what was killed, and has survivors tried again", async () => {
  const file = await Deno.makeTempFile();
  try {
    const killed = { ...place, by: "a_test.ts: a is below b" };
    const alive = { ...place, after: "a >= b" };
    const first = await Ledger.open(file);
    await first.add(killed);
    await first.add(alive);
    const second = await Ledger.open(file);
    assertEquals(second.killed(place), killed);
    assertEquals(second.killed(alive), undefined);
  } finally {
    await Deno.remove(file);
  }
});
