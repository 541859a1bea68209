import type { Cause } from "./report.ts";

/** What a cause means, and what to do about it. */
export interface CauseText {
  readonly means: string;
  readonly remedy: string;
}

const texts: Readonly<Record<Cause, CauseText>> = {
  "never-seen": {
    means: "Sitoo has it, and Tillpipe has not looked at it: its event was lost",
    remedy: "--fix makes it due; a running server finds it by itself with its sweep",
  },
  "history-not-brought": {
    means: "It belongs to history, and no backfill has come to it",
    remedy: "deno task backfill, or --fix for these orders alone",
  },
  "changed-since": {
    means: "It has changed at Sitoo since it was last read",
    remedy: "--fix makes it due; the sweep finds it in the night, if it is young enough",
  },
  "refund-not-joined": {
    means: "Its sale has not been sent since this refund",
    remedy: "--fix makes the sale due",
  },
  "money-differs": {
    means: "The pipeline as it is now makes another total of it than was sent",
    remedy: "--fix sends it again; backfill --restart after a change of the mapping",
  },
  "not-answered": {
    means: "Sitoo lists it, but does not give it when it is asked for",
    remedy: "Look the order up at Sitoo; --fix tries it again",
  },
  "dead": {
    means: "It could not be sent",
    remedy: "Mend the reason, then deno task replay --id ORDERID; --discard lets go of it",
  },
  "gone-at-sitoo": {
    means: "Ometria has it, and Sitoo does not answer it any more",
    remedy: "Look the order up at Sitoo; if it is gone, correct it at Ometria by hand",
  },
  "not-at-ometria": {
    means: "It was accepted, and Ometria does not have it",
    remedy: "--fix sends it again",
  },
  "differs-at-ometria": {
    means: "Ometria has it, but not as it should be",
    remedy: "--fix sends it again",
  },
};

/** The words for a cause. */
export function causeText(cause: Cause): CauseText {
  return texts[cause];
}
