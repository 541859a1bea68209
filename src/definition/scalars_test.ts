import * as z from "zod";
import fc from "fast-check";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import {
  clockTime,
  dateOrInstant,
  duration,
  emailAddress,
  rate,
  secret,
  secrets,
  siteList,
  streamName,
  timeZone,
} from "./scalars.ts";
import { Secret } from "./secret.ts";

interface Case {
  readonly name: string;
  readonly type: z.ZodType;
  readonly good: readonly (readonly [input: unknown, output: unknown])[];
  readonly bad: readonly unknown[];
}

const cases: readonly Case[] = [
  {
    name: "duration",
    type: duration(),
    good: [
      ["0ms", 0],
      ["250ms", 250],
      ["1.5s", 1_500],
      ["10m", 600_000],
      ["4h", 14_400_000],
      ["7d", 604_800_000],
    ],
    bad: [250, "250", "10 m", "-1s", "", "1w", "1e3s", null, true, ["1s"], "9999999999d"],
  },
  {
    name: "rate",
    type: rate(),
    good: [["3/s", 3], ["0.5/s", 0.5], ["1000/s", 1_000], ["off", Number.POSITIVE_INFINITY]],
    bad: [3, "3", "0/s", "1001/s", "3/m", "/s", "-1/s", "Off", "", false],
  },
  {
    name: "clockTime",
    type: clockTime(),
    good: [["00:00", "00:00"], ["03:30", "03:30"], ["23:59", "23:59"]],
    bad: ["24:00", "3:30", "03:60", "0330", 330, ""],
  },
  {
    name: "dateOrInstant",
    type: dateOrInstant(),
    good: [
      ["2024-01-01", "2024-01-01"],
      ["2024-02-29", "2024-02-29"],
      ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
      ["2024-01-01T00:00:00.5+01:00", "2024-01-01T00:00:00.5+01:00"],
    ],
    bad: [
      "2024-02-30",
      "2023-02-29T10:00:00Z",
      "2024-13-01",
      "2024-01-01T00:00:00",
      "2024-1-1",
      "24-01-01",
      2024,
      "yesterday",
      "2024-01-01T25:00:00Z",
      "2024-01-01T10:00:00+99:00",
    ],
  },
  {
    name: "timeZone",
    type: timeZone(),
    good: [["Europe/Stockholm", "Europe/Stockholm"], ["UTC", "UTC"]],
    bad: ["Mars/Olympus", "+01:00", "", 1, "Europe/Stockholm "],
  },
  {
    name: "streamName",
    type: streamName(),
    good: [["receipts", "receipts"], ["till-2_uk", "till-2_uk"]],
    bad: ["Receipts", "my receipts", "", "réceipts", 7],
  },
  {
    name: "emailAddress",
    type: emailAddress(),
    good: [["receipts@example.com", "receipts@example.com"]],
    bad: ["receipts", "a@b", "Shop <a@example.com>", "a@@example.com", "a b@example.com", "a@.com"],
  },
  {
    name: "siteList",
    type: siteList(),
    good: [[[], []], [[2, 3], [2, 3]]],
    bad: [2, [0], [-1], [1.5], ["2"], "2"],
  },
];

for (const { name, type, good, bad } of cases) {
  Deno.test(`${name}() takes what is meant and gives its value`, () => {
    for (const [input, output] of good) assertEquals(type.parse(input), output, String(input));
  });

  Deno.test(`${name}() refuses everything else and repeats nothing of it`, () => {
    for (const input of bad) {
      const result = type.safeParse(input);
      assert(!result.success, `Accepted ${JSON.stringify(input)}`);
      const [issue] = result.error.issues;
      assert(issue !== undefined && issue.message !== "", String(input));
    }
  });

  Deno.test(`${name}() has a JSON Schema with a description that agrees with it`, () => {
    const schema = z.toJSONSchema(type, { target: "draft-7", io: "input" });
    assert(typeof schema.description === "string" && schema.description.length > 5);
    if (schema.pattern === undefined) return;
    const pattern = new RegExp(schema.pattern, "u");
    for (const [input] of good) assert(pattern.test(String(input)), String(input));
  });
}

Deno.test("duration() says how to write a number without a unit", () => {
  const issue = duration().safeParse(250).error?.issues[0];
  assertStringIncludes(issue?.message ?? "", "\nWrite a number and its unit");
});

Deno.test("duration() never throws, and gives whole ms that are not negative", () => {
  fc.assert(fc.property(fc.anything(), (input) => {
    const result = duration().safeParse(input);
    if (result.success) assert(Number.isInteger(result.data) && result.data >= 0);
  }));
});

Deno.test("secret() gives a Secret, of text or of a Secret", () => {
  assertEquals(secret().parse("k1").reveal(), "k1");
  assertEquals(secret().parse(new Secret("k1")).reveal(), "k1");
});

Deno.test("secret() refuses what is empty, no text, or copied with a space", () => {
  const broken = ["", 5, null, " k1", "k1\n", "k\u0001k", ["k1"], new Secret("")];
  for (const input of broken) {
    const result = secret().safeParse(input);
    assert(!result.success);
    assert(!JSON.stringify(result.error.issues).includes("k1"));
  }
});

Deno.test("secrets() takes one or many, drops empty ones, and wants one left", () => {
  const read = (input: unknown): string[] => secrets().parse(input).map((one) => one.reveal());
  assertEquals(read("a1"), ["a1"]);
  assertEquals(read(["a1", "", "b2"]), ["a1", "b2"]);
  assertEquals(read([new Secret("a1"), "b2"]), ["a1", "b2"]);
  assertEquals(read(new Secret("a1")), ["a1"]);
  for (const input of ["", [], [""], [new Secret("")], 5, {}]) {
    assert(!secrets().safeParse(input).success);
  }
});

Deno.test("secret() and secrets() mark their JSON Schema as secret", () => {
  const schema = z.toJSONSchema(z.strictObject({ a: secret(), b: secrets().optional() }), {
    target: "draft-7",
    io: "input",
  });
  const properties = JSON.stringify(schema.properties);
  assertEquals(properties.match(/"secret":true/g)?.length, 2);
  assertEquals(schema.required, ["a"]);
});
