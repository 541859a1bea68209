/**
 * A type of record that flows between stages, known at compile time (`T`) and at run time (`name`,
 * `is`). Stages say what they take and give with it, so that TypeScript refuses a wrong composition in
 * code and the compiler refuses it in a pipeline file.
 */
export interface RecordType<T> {
  /** As shown in messages: `sitoo-order`. */
  readonly name: string;
  /** A cheap check, used where stages of different types are chained at run time. */
  is(value: unknown): value is T;
}

/** Whatever comes: for stages that pass on what they are given. */
export const anyRecordType: RecordType<unknown> = {
  name: "any",
  is: (_value): _value is unknown => true,
};
