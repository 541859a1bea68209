import * as z from "zod";
import { mappedOrderType } from "../../records/ometria_order.ts";
import { anyRecordType } from "../../records/record_type.ts";
import { defineTransform } from "../define.ts";
import type { Input, Transform, Verdict } from "../contract.ts";
import {
  compileExpression,
  type Expression,
  ExpressionError,
  expressionText,
} from "../expression.ts";
import { orderFieldsNamed } from "./map/expression_names.ts";

const schema = z.strictObject({
  when: expressionText().meta({
    description:
      "JSONata expression; orders for which it is true go on, those for which it is false do not",
    examples: [
      "eshopid in [2, 3]",
      'order.store != "S-900"',
      '$not("staff" in $keys(sitoo.additionaldata))',
    ],
  }),
});

/** Lets through the orders for which an expression is true. */
export const filter = defineTransform({
  use: "filter",
  summary: "Lets through only some orders",
  description:
    `Before \`map\` the expression sees the order as read from Sitoo (\`eshopid\`, \`orderitems\`, …); after it
\`{ order, sitoo }\`: the Ometria order and the Sitoo order it was made from. Fields of the Sitoo order that it names
(\`comment\`, \`customerref\`, …) are read in addition, except a national id and payments, which stay at Sitoo.

What it drops is an outcome, not a loss: skipped, counted under the stage's \`name\` (\`filter\` without one). An order
that was delivered before and is dropped now stays at Ometria as it was. A result other than true or false makes
the order dead as \`filter-not-boolean\`, an expression that fails as \`filter-failed\`, so that a slip of the
pen drops nothing silently. \`$now\`, \`$millis\`, \`$random\`, \`$shuffle\` and \`$eval\` are refused, since the same
order must always have the same outcome.`,
  schema,
  repeatable: true,
  takes: anyRecordType,
  gives: anyRecordType,
  reads: ({ when }) => orderFieldsNamed(when),
  create(options, _services, name): Transform<unknown, unknown> {
    const when = compileExpression(options.when);
    const rule = name ?? "filter";
    return { takes: anyRecordType, gives: anyRecordType, apply };

    function apply(inputs: readonly Input<unknown>[]): Promise<readonly Verdict<unknown>[]> {
      return Promise.all(inputs.map((input) => decide(input.record, { when, rule })));
    }
  },
});

interface Condition {
  readonly when: Expression;
  readonly rule: string;
}

async function decide(
  record: unknown,
  { when, rule }: Condition,
): Promise<Verdict<unknown>> {
  try {
    const result = await when.evaluate(visible(record));
    if (result === true) return { kind: "pass", record };
    if (result === false) return { kind: "skip", rule };
    const detail = `${rule}: the result is ${nameOf(result)}, not true or false`;
    return { kind: "dead", reason: "filter-not-boolean", detail };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { kind: "dead", reason: "filter-failed", detail: `${rule}: ${error.message}` };
  }
}

/** What an expression is promised to see, whatever else goes along with the record. */
function visible(record: unknown): unknown {
  return mappedOrderType.is(record) ? { order: record.order, sitoo: record.sitoo } : record;
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
