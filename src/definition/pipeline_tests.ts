import * as z from "zod";
import type { FieldPath } from "./definition.ts";
import type { Diagnostic, Span } from "./diagnostic.ts";
import { parseSource } from "./document.ts";
import { expectation } from "./expectation.ts";
import { FieldSchemas } from "./field_schemas.ts";
import { reportIssues } from "./issues.ts";
import type { PipelineSource } from "./load.ts";
import { isMap, valueAt } from "./plain.ts";
import { ProblemList } from "./report.ts";
import { dateOrInstant, duration } from "./scalars.ts";

/** JSON as it goes over the wire; what it means is not this schema's business. */
const json = z.record(z.string(), z.unknown());

const orderId = z.string().regex(/^\d+$/, "Expected an order id");

const orderIds = z.array(z.int().positive());

/** How one order is to end. */
const outcome = {
  record: json.optional().meta({ description: "The record that Ometria holds, all of it" }),
  records: z.array(json).min(2).optional()
    .meta({ description: "The records, where the order makes two" }),
  matches: json.optional().meta({
    description: "Some fields of the record that Ometria holds; null: not there",
  }),
  skipped: z.string().optional().meta({ description: "The rule by which it is skipped" }),
  waiting: z.string().optional().meta({ description: "Why it is looked at again later" }),
  linked: z.int().positive().optional()
    .meta({ description: "The order that this refund went into" }),
  dead: z.union([
    z.string(),
    z.strictObject({ reason: z.string(), detail: z.string().optional() }),
  ]).optional().meta({ description: "The reason, or reason and a part of its detail" }),
  pushes: z.int().nonnegative().optional()
    .meta({ description: "How often it was pushed to Ometria" }),
} as const;

const receipt = z.strictObject({
  order: z.int().positive().optional(),
  state: z.enum(["sent", "refused", "unknown", "expired", "no-address", "skipped", "asked"]),
  detail: z.string().optional().meta({ description: "A part of why it was not sent" }),
  email: json.optional().meta({ description: "Some fields of the email that was sent" }),
});

const expected = z.strictObject({
  ...outcome,
  orders: z.record(orderId, z.strictObject(outcome)).optional()
    .meta({ description: "Each order's end by its Sitoo id, where there are several" }),
  contacts: z.array(json).default([])
    .meta({ description: "The contacts that Ometria holds; an id may be left out" }),
  receipts: z.array(receipt).default([]).meta({ description: "How each receipt ended" }),
}).superRefine((value, context) => {
  const own = outcomeKeys.filter((key) => value[key] !== undefined);
  if (value.orders === undefined && own.length === 0) {
    context.addIssue(
      "Expected an outcome\nWrite record:, matches:, skipped:, dead:, waiting: or linked:",
    );
  }
  if (value.orders !== undefined && own.length > 0) {
    context.addIssue(`Expected either orders or ${own.join(", ")}, not both`);
  }
});

const outcomeKeys = [
  "record",
  "records",
  "matches",
  "skipped",
  "waiting",
  "linked",
  "dead",
  "pushes",
] as const;

const step = {
  order: json.optional().meta({ description: "An order as Sitoo answers it, or file: NAME" }),
  orders: z.array(json).optional().meta({ description: "Several orders, each as under order" }),
  gone: orderIds.optional().meta({ description: "Orders that Sitoo does not answer any more" }),
  wait: duration().optional().meta({ description: "How much time passes first" }),
  origin: z.enum(["live", "history", "sweep", "replay"]).optional()
    .meta({ description: "How the orders come in; live, where the pipeline has a webhook" }),
  events: z.array(z.union([
    z.enum(["add", "update", "email-receipt", "ready-for-pickup", "pickup-rejected"]),
    json,
  ])).optional().meta({
    description:
      "Events as Sitoo posts them, or their order_event_type alone; one update an order without it",
  }),
} as const;

/** Where the world around the pipeline differs from an empty one. */
const world = {
  sitoo: z.strictObject({
    orders: z.array(json).optional()
      .meta({ description: "Orders that Sitoo has and sends no event for" }),
    stores: z.array(z.strictObject({
      storeid: z.int(),
      name: z.string(),
      externalid: z.string().optional(),
    })).optional(),
    warehouses: z.array(z.strictObject({
      warehouseid: z.int(),
      storeid: z.int().optional(),
      name: z.string().default(""),
    })).optional(),
    settings: z.array(z.strictObject({
      eshopid: z.int(),
      currencycode: z.string().optional(),
      timezone: z.string().optional(),
    })).optional(),
  }).optional(),
  ometria: z.strictObject({
    profiles: z.record(z.string(), z.enum(["none", "opted-in", "opted-out", "unclear", "failing"]))
      .optional().meta({ description: "What a look-up says of each address" }),
    products: z.array(z.strictObject({
      id: z.string(),
      sku: z.string().optional(),
      variant: z.boolean().default(false),
      parent: z.string().optional(),
    })).optional(),
    rejects: z.array(z.string()).optional().meta({ description: "Ids that Ometria refuses" }),
  }).optional(),
  forgotten: z.array(z.string()).optional()
    .meta({ description: "Addresses of people who asked to be forgotten" }),
} as const;

const testSchema = z.strictObject({
  name: z.string().min(1).optional(),
  reference: z.string().optional().meta({ description: "What the rule rests on" }),
  why: z.string().optional().meta({ description: "The rule in one line" }),
  now: dateOrInstant().optional()
    .meta({ description: "The time; without it a minute after the newest order" }),
  options: z.record(z.string(), json).optional()
    .meta({ description: "Options of stages, by use or name, that differ from the pipeline's" }),
  transforms: z.array(z.looseObject({ use: z.string() })).optional()
    .meta({ description: "In place of the pipeline's transforms" }),
  ...world,
  ...step,
  steps: z.array(z.strictObject({ ...step, expect: expected.optional() })).min(1).optional()
    .meta({ description: "Several arrivals, one after another" }),
  expect: expected,
}).superRefine((test, context) => {
  const own = stepKeys.filter((key) => test[key] !== undefined);
  if (test.steps !== undefined && own.length > 0) {
    const message = `Expected either steps or ${own.join(", ")}, not both`;
    context.addIssue({ code: "custom", path: ["steps"], message });
  }
  if (test.steps === undefined && own.length === 0) {
    context.addIssue({ code: "custom", path: ["order"], message: "Expected an order" });
  }
});

const stepKeys = ["order", "orders", "gone", "wait", "origin", "events"] as const;

/** How one order is to end. */
export type ExpectedOutcome = Pick<z.output<typeof expected>, (typeof outcomeKeys)[number]>;

/** What has to hold at the end of a step, or of the test. */
export type Expected = z.output<typeof expected>;

/** One arrival, and what Sitoo answers from then on. */
export interface TestStep extends Omit<z.output<z.ZodObject<typeof step>>, "order" | "orders"> {
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  readonly expect?: Expected | undefined;
  /** Where `expect` stands in the file. */
  readonly expectPath: FieldPath;
}

/** One test of a pipeline, checked. */
export interface PipelineTest extends
  Pick<
    z.output<typeof testSchema>,
    "reference" | "why" | "now" | "options" | "transforms" | "sitoo" | "ometria" | "forgotten"
  > {
  readonly name: string;
  readonly file: string;
  readonly path: FieldPath;
  readonly span: Span;
  readonly steps: readonly TestStep[];
}

/** The tests of one file, and what is wrong with it. */
export interface ParsedTests {
  readonly tests: readonly PipelineTest[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A test file: a list under `tests:`, or one test by itself. */
const fileSchema = z.union([z.strictObject({ tests: z.array(testSchema) }), testSchema]);

/**
 * Reads the tests of a file: those under `tests:` of a pipeline (`within: "pipeline"`), whose other keys are not
 * looked at, or those of a file that holds nothing else. Variables are not filled in.
 */
export function parsePipelineTests(
  source: PipelineSource,
  within: "pipeline" | "file",
): ParsedTests {
  const problems = new ProblemList(source.file);
  // What is wrong with the YAML of a pipeline is said by whoever loads the pipeline.
  const { tree, places, failed, brokenFrom } = parseSource(
    source.text,
    within === "file" ? problems.add : ignore,
  );
  // What stands in broken YAML is a guess.
  if (Number.isFinite(brokenFrom)) return { tests: [], diagnostics: problems.sorted() };
  const listed = valueAt(tree, ["tests"]);
  if (within === "file" && !isMap(tree) && problems.sorted().length === 0) {
    const message = "The file has to be a map of keys and values";
    problems.add({ code: "wrong-type", message, span: places.span([]) });
  }
  const fields = new FieldSchemas(
    isMap(tree) && "tests" in tree ? z.looseObject({ tests: z.array(testSchema) }) : fileSchema,
    [],
    tree,
  );
  const filled = { tree, variables: new Map<string, readonly string[]>(), failed };
  const context = { filled, places, fields, report: problems.add };
  const found = candidates();
  const tests = found.flatMap(({ value, path }, index): PipelineTest[] => {
    const result = testSchema.safeParse(value, { error: expectation });
    if (!result.success) {
      reportIssues(result.error.issues, path, context);
      return [];
    }
    const fallback = found.length === 1 ? baseName(source.file) : `Test ${index + 1}`;
    const { name = fallback, ...test } = result.data;
    const { file } = source;
    return [{ ...test, name, file, path, span: places.span(path), steps: stepsOf(test, path) }];
  });
  return { tests, diagnostics: problems.sorted() };

  function candidates(): readonly { readonly value: unknown; readonly path: FieldPath }[] {
    if (Array.isArray(listed)) {
      return listed.map((value: unknown, index) => ({ value, path: ["tests", index] }));
    }
    if (within === "pipeline" || !isMap(tree)) return [];
    return [{ value: tree, path: [] }];
  }
}

function stepsOf(
  test: Omit<z.output<typeof testSchema>, "name">,
  path: FieldPath,
): readonly TestStep[] {
  const { steps } = test;
  if (steps === undefined) {
    const { order, orders, gone, wait, origin, events, expect } = test;
    const all = [...(order === undefined ? [] : [order]), ...(orders ?? [])];
    return [{ orders: all, gone, wait, origin, events, expect, expectPath: [...path, "expect"] }];
  }
  const last = { orders: [], expect: test.expect, expectPath: [...path, "expect"] };
  const made = steps.map(({ order, orders, ...rest }, index): TestStep => ({
    ...rest,
    orders: [...(order === undefined ? [] : [order]), ...(orders ?? [])],
    expectPath: [...path, "steps", index, "expect"],
  }));
  return [...made, last];
}

function baseName(file: string): string {
  return file.replace(/^.*[\\/]/, "").replace(/\.ya?ml$/, "").replaceAll("_", " ");
}

function ignore(): void {}
