import * as z from "zod";
import { mappedOrderType } from "../../records/ometria_order.ts";
import { anyRecordType } from "../../records/record_type.ts";
import type { RecordType } from "../../records/record_type.ts";
import { sitooOrderType } from "../../records/sitoo_order.ts";
import { resolve, toFileUrl } from "../../std/path.ts";
import { defineTransform } from "../define.ts";
import type { Input, Transform, Verdict } from "../contract.ts";
import type { CustomResult, CustomTransform } from "../custom_transform.ts";
import { loadCustom } from "./custom_module.ts";

const schema = z.strictObject({
  module: z.string().regex(
    /^(\.{0,2}\/|[A-Za-z]:[\\/]).*\.m?[jt]s$/,
    "Expected the path of a module\nWrite it as seen from this file, such as ./my_transform.ts",
  ).meta({
    description: "A TypeScript or JavaScript module whose default export is a CustomTransform",
    examples: ["./my_transform.ts"],
  }),
});

/** Runs the integrator's own code on every order. */
export const custom = defineTransform({
  use: "custom",
  summary: "Runs a transform of your own",
  description:
    `The module's default export says what it takes, \`sitoo-order\` (before \`map\`) or \`ometria-order\` (after it), and
has a function \`apply\` that gives back the record, changed or not, or \`{ skip: rule }\`, or \`{ dead: reason }\`. Type it
with \`CustomTransform\`.

It runs once an order, one order after another, and again whenever the order is looked at again. The same order must
give the same record, or it is sent again each time. An \`apply\` that throws, or gives back something else, makes
only its order dead, as \`custom-failed\` with the error's message: put no personal data into messages.

A module that cannot be loaded stops the pipeline with a message and costs no order anything. A change to the module
takes effect at the next start. It runs with all permissions of Tillpipe.`,
  schema,
  repeatable: true,
  takes: anyRecordType,
  gives: anyRecordType,
  create(options, services): Transform<unknown, unknown> {
    const url = (services.resolve ?? fromWorkingDirectory)(options.module);
    let loading: Promise<CustomTransform> | undefined;
    return { takes: anyRecordType, gives: anyRecordType, apply, ready };

    async function apply(
      inputs: readonly Input<unknown>[],
      signal: AbortSignal,
    ): Promise<readonly Verdict<unknown>[]> {
      const transform = await load();
      const verdicts: Verdict<unknown>[] = [];
      for (const input of inputs) verdicts.push(await decide(input, { transform, signal }));
      return verdicts;
    }

    async function ready(): Promise<void> {
      await load();
    }

    function load(): Promise<CustomTransform> {
      return loading ??= loadCustom(options.module, url);
    }
  },
});

function fromWorkingDirectory(specifier: string): string {
  return toFileUrl(resolve(specifier)).href;
}

interface Running {
  readonly transform: CustomTransform;
  readonly signal: AbortSignal;
}

async function decide(
  { record, facts }: Input<unknown>,
  { transform, signal }: Running,
): Promise<Verdict<unknown>> {
  const context = { origin: facts.origin, signal };
  try {
    if (transform.takes === "sitoo-order") {
      if (!sitooOrderType.is(record)) return failed("It takes sitoo-order: put it before map");
      return verdictOf(await transform.apply(record, context), sitooOrderType);
    }
    if (!mappedOrderType.is(record)) return failed("It takes ometria-order: put it after map");
    return verdictOf(await transform.apply(record, context), mappedOrderType);
  } catch (error) {
    signal.throwIfAborted();
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function verdictOf<T>(result: CustomResult<T>, type: RecordType<T>): Verdict<unknown> {
  if (type.is(result)) return { kind: "pass", record: result };
  const given: unknown = result;
  if (typeof given === "object" && given !== null) {
    if ("skip" in given && isName(given.skip)) return { kind: "skip", rule: given.skip };
    if ("dead" in given && isName(given.dead)) {
      return { kind: "dead", reason: given.dead, detail: "decided by a custom transform" };
    }
  }
  return failed(
    `It gave back no ${type.name}, and no skip or dead with a name of lower-case words with hyphens`,
  );
}

/** Names are counted and shown, so they are kept short and free of data. */
function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,47}$/.test(value);
}

function failed(message: string): Verdict<unknown> {
  const anonymous = message.replaceAll(/\S+@\S+/g, "[address]");
  return { kind: "dead", reason: "custom-failed", detail: anonymous.slice(0, 200) };
}
