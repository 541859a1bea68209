import * as z from "zod";

/** A mutant, and the tests that may notice it, in the order in which to ask them. */
export const question = z.strictObject({
  file: z.string(),
  text: z.string(),
  tests: z.array(z.strictObject({ file: z.string(), name: z.string() })),
});

/** What a probe says: a test begins, or how it ended with the mutant. */
export const answer = z.union([
  z.strictObject({ begins: z.string() }),
  z.strictObject({ noticed: z.string() }),
  z.strictObject({ survived: z.literal(true) }),
  /** The test fails on sound code, too: what it says of the mutant is worth nothing. */
  z.strictObject({ unsound: z.string() }),
]);

export type Question = z.infer<typeof question>;

export type Answer = z.infer<typeof answer>;
