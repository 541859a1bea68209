import jsonata from "jsonata";
import * as z from "zod";

/** A JSONata expression that has been checked. */
export interface Expression {
  readonly text: string;
  /** Throws `ExpressionError`, whose message holds nothing of the input. */
  evaluate(input: unknown): Promise<unknown>;
}

/** An expression that could not be evaluated for a record. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/** What would give another result for the same order, or could hide such a call. */
const refused: readonly string[] = ["now", "millis", "random", "shuffle", "eval"];

/** Guards against expressions without an end: ms, depth of calls. */
const limits = { timeout: 5_000, stack: 500 };

/** What the commoner codes of JSONata mean, without the values its own messages carry. */
const meanings: Readonly<Record<string, string>> = {
  D1011: "calls are nested too deeply",
  D1012: "it takes too long",
  D3030: "a value cannot be read as a number",
  D3137: "$error was called",
  D3141: "$assert failed",
  T0410: "an argument of a function has the wrong type",
  T1006: "what is called is no function",
  T2001: "the left side is no number",
  T2002: "the right side is no number",
  T2009: "values of different types are compared",
  T2010: "what is compared is no number or text",
};

/** JSONata text in a pipeline file → the same text, after a check. */
export function expressionText(): z.ZodType<string, string> {
  const expected = "Expected a JSONata expression";
  return z.string({ error: (issue) => issue.input === undefined ? undefined : expected })
    .superRefine((text, context) => {
      const problem = problemOfExpression(text);
      if (problem !== undefined) context.addIssue(`${expected}\n${problem}`);
    })
    .meta({ description: "A JSONata expression", examples: ['sitoo.currencycode = "SEK"'] });
}

/** Prepares an expression. Throws `SyntaxError` for one that {@linkcode problemOfExpression} refuses. */
export function compileExpression(text: string): Expression {
  const problem = problemOfExpression(text);
  if (problem !== undefined) throw new SyntaxError(`Cannot use the expression: ${problem}`);
  const compiled = jsonata(text, limits);
  return { text, evaluate };

  async function evaluate(input: unknown): Promise<unknown> {
    try {
      const result: unknown = await compiled.evaluate(input);
      return result;
    } catch (error) {
      throw new ExpressionError(describeFailure(error));
    }
  }
}

/** What is wrong with an expression, or `undefined`. */
export function problemOfExpression(text: string): string | undefined {
  try {
    const names = variablesIn(jsonata(text).ast());
    const bad = refused.find((name) => names.has(name));
    return bad === undefined
      ? undefined
      : `$${bad} is refused: the same order must always give the same result`;
  } catch (error) {
    const { message, position } = readFailure(error);
    return position === undefined ? message : `${message}, at character ${position}`;
  }
}

/** Every variable and function that is named anywhere in an expression, without its `$`. */
function variablesIn(root: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    if (
      "type" in node && node.type === "variable" && "value" in node &&
      typeof node.value === "string"
    ) names.add(node.value);
    open.push(...Object.values(node));
  }
  return names;
}

function describeFailure(error: unknown): string {
  const { code, position } = readFailure(error);
  const what = meanings[code] ?? "it does not fit this record";
  const where = position === undefined ? "" : `, at character ${position}`;
  return `Cannot evaluate the expression: ${what} (JSONata ${code || "error"})${where}`;
}

/** JSONata throws plain objects, not errors. */
function readFailure(error: unknown): { code: string; message: string; position?: number } {
  if (typeof error !== "object" || error === null) return { code: "", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const message = "message" in error && typeof error.message === "string"
    ? error.message
    : "It cannot be read";
  return "position" in error && typeof error.position === "number"
    ? { code, message, position: error.position }
    : { code, message };
}
