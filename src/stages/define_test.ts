import * as z from "zod";
import { type RecordType } from "../records/record_type.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { sitooOrderType } from "../records/sitoo_order.ts";
import { eraseTransform } from "./erase.ts";
import { defineReceiptSink, defineTransform } from "./define.ts";
import { perRecord, pipe } from "./chain.ts";
import type { Transform, Verdict } from "./contract.ts";
import { input, TestServices } from "./testing.ts";

const signal = new AbortController().signal;
const numbers: RecordType<number> = {
  name: "number",
  is: (value): value is number => typeof value === "number",
};
const texts: RecordType<string> = {
  name: "text",
  is: (value): value is string => typeof value === "string",
};

/** Doubles; small numbers are skipped, and zero throws. */
const double = perRecord({ takes: numbers, gives: numbers }, ({ record }): Verdict<number> => {
  if (record === 0) throw new Error("nothing to double");
  if (record < 10) return { kind: "skip", rule: "small" };
  return { kind: "pass", record: record * 2, links: [{ original: record, refund: 1, lines: [] }] };
});
const write = perRecord({ takes: numbers, gives: texts }, ({ record }): Verdict<string> => ({
  kind: "pass",
  record: String(record),
  unusable: [{ refund: 2, reason: "odd", detail: "" }],
}));

Deno.test("perRecord makes only the record dead that fails", async () => {
  assertEquals(await double.apply([input(0), input(3)], signal), [
    { kind: "dead", reason: "stage-failed", detail: "nothing to double" },
    { kind: "skip", rule: "small" },
  ]);
});

Deno.test("pipe hands on what passes, in its place, with all that was found beside it", async () => {
  const both = pipe(double, write);
  assertEquals([both.takes.name, both.gives.name], ["number", "text"]);
  assertEquals(await both.apply([input(3), input(10), input(0), input(20)], signal), [
    { kind: "skip", rule: "small" },
    {
      kind: "pass",
      record: "20",
      links: [{ original: 10, refund: 1, lines: [] }],
      unusable: [{ refund: 2, reason: "odd", detail: "" }],
    },
    { kind: "dead", reason: "stage-failed", detail: "nothing to double" },
    {
      kind: "pass",
      record: "40",
      links: [{ original: 20, refund: 1, lines: [] }],
      unusable: [{ refund: 2, reason: "odd", detail: "" }],
    },
  ]);
});

Deno.test("pipe keeps what a stage found of the account's products, whatever comes behind it", async () => {
  const products = { hits: 1, misses: ["A"] };
  const look = perRecord({ takes: numbers, gives: numbers }, ({ record }): Verdict<number> => ({
    kind: "pass",
    record,
    products,
  }));
  const plain = perRecord({ takes: numbers, gives: texts }, ({ record }): Verdict<string> => ({
    kind: "pass",
    record: String(record),
  }));
  for (const last of [plain, write]) {
    const [verdict] = await pipe(look, last).apply([input(10)], signal);
    assert(verdict?.kind === "pass");
    assertEquals(verdict.products, products);
  }
});

Deno.test("pipe refuses a stage that answers fewer records than it was given", async () => {
  const silent: Transform<number, string> = { takes: numbers, gives: texts, apply: () => [] };
  await assertRejects(
    async () => await pipe(double, silent).apply([input(10)], signal),
    Error,
    "fewer records",
  );
});

Deno.test("pipe makes both stages ready, in order, and keeps the zone", async () => {
  const calls: string[] = [];
  const named = (name: string): Transform<number, number> => ({
    ...double,
    ready: (): Promise<void> => {
      calls.push(name);
      return Promise.resolve();
    },
  });
  const zoned = { ...double, zone: (): Promise<string> => Promise.resolve("Europe/Stockholm") };
  const all = pipe(pipe(named("first"), zoned), named("second"));
  await all.ready?.(signal);
  assertEquals(calls, ["first", "second"]);
  assertEquals(await all.zone?.(2, signal), "Europe/Stockholm");
  const plain = pipe(double, write);
  assertEquals([plain.ready, plain.zone], [undefined, undefined]);
});

Deno.test("defineTransform hands over the options, the services and the name", async () => {
  const seen: unknown[] = [];
  const spec = defineTransform({
    use: "probe",
    summary: "Probes",
    description: "",
    schema: z.strictObject({ size: z.int().default(5) }),
    takes: numbers,
    gives: numbers,
    create(options, services, name): Transform<number, number> {
      seen.push(options, services, name);
      return double;
    },
  });
  const services = new TestServices();
  const stage = spec.create({}, services, "mine");
  assertEquals(seen, [{ size: 5 }, services, "mine"]);
  assert(!("repeatable" in spec));
  await assertRejects(async () => await stage.apply([input("no number")], signal), TypeError);
});

Deno.test("what a transform keeps its ids by, and what a sink reads, is told where there is any", () => {
  const erased = (transform: Transform<number, number>): unknown => eraseTransform(transform).ids;
  assertEquals([erased({ ...double, ids: "till-" }), erased(double)], ["till-", undefined]);
  assertEquals("ids" in eraseTransform(double), false);
  const schema = z.strictObject({});
  const sink = { use: "x", summary: "x", description: "x", schema, takes: sitooOrderType };
  const create = (): undefined => undefined;
  const reading = defineReceiptSink({ ...sink, create, reads: () => ["comment"] });
  assertEquals(reading.reads?.({}), ["comment"]);
  assertEquals("reads" in defineReceiptSink({ ...sink, create }), false);
});
