/**
 * Why a store takes no rows.
 *
 * - `full`: its disk is full
 * - `read-only`: its file or its disk may not be written to
 * - `locked`: another program has been writing all the time
 * - `broken`: the disk reports errors
 */
export type UnwritableReason = "full" | "read-only" | "locked" | "broken";

/** Thrown for a commit that the store's file or disk does not take. Nothing of it was written. */
export class StoreUnwritableError extends Error {
  override readonly name = "StoreUnwritableError";
  readonly reason: UnwritableReason;
  /** What to do about it, for users. */
  readonly remedy: string;

  constructor({ reason, cause }: { readonly reason: UnwritableReason; readonly cause?: unknown }) {
    super(MESSAGES[reason], { cause });
    this.reason = reason;
    this.remedy = `${REMEDIES[reason]}. Nothing is lost: what was not recorded is done again`;
  }
}

const MESSAGES: Readonly<Record<UnwritableReason, string>> = {
  full: "The store takes nothing more: its disk is full",
  "read-only": "The store takes nothing: its file, folder or disk is read-only",
  locked: "The store takes nothing: another program keeps its file locked",
  broken: "The store takes nothing: its disk reports errors",
};

const REMEDIES: Readonly<Record<UnwritableReason, string>> = {
  full:
    "Make room on the disk that TILLPIPE_STORE names; a running server goes on by itself then, " +
    "a backfill when it is run again",
  "read-only": "Let this user write to the file that TILLPIPE_STORE names and to its folder",
  locked: "See what else has the file that TILLPIPE_STORE names open, such as a backup or a " +
    "database tool, and end it",
  broken: "Look at the disk that TILLPIPE_STORE names; a full one can look like this too",
};

/** SQLite's words, by what they mean. */
const WORDS: readonly (readonly [RegExp, UnwritableReason])[] = [
  [/database or disk is full|no space left|disk quota exceeded/i, "full"],
  [/read-?only (?:database|file system)/i, "read-only"],
  [/database (?:table )?is (?:locked|busy)/i, "locked"],
  [/disk i\/o error|input\/output error/i, "broken"],
];

/** The error of a commit as a {@linkcode StoreUnwritableError}, if it is one. */
export function unwritable(cause: unknown): StoreUnwritableError | undefined {
  if (cause instanceof StoreUnwritableError) return cause;
  if (!(cause instanceof Error)) return undefined;
  const reason = WORDS.find(([words]) => words.test(cause.message))?.[1];
  return reason === undefined ? undefined : new StoreUnwritableError({ reason, cause });
}
