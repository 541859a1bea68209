import type { Bench } from "./bench.ts";
import { fail, type Finding, ok, skipped, warn } from "./finding.ts";
import type { Side } from "./sightings.ts";
import { plural } from "../../definition/wording.ts";

/** ms that a clock may be off before somebody should know, and before it makes rules go wrong. */
const skewNoticed = 20_000;
const skewHarmful = 300_000;

/** Calls a second that Ometria documents for a whole account. */
const documented = { push: 8, read: 4, email: 30 } as const;

/** ms between two calls at Sitoo below which other programs hardly get a turn. */
const shortGap = 200;

const names: Readonly<Record<Side, string>> = { sitoo: "Sitoo", ometria: "Ometria" };

/** Whether the pipeline asks for more than what the APIs document. */
export function checkRates({ definition }: Bench): Promise<readonly Finding[]> {
  const { sitoo, ometria } = definition.connections;
  const given = { push: ometria.pushRate, read: ometria.readRate, email: ometria.emailRate };
  const above = (["push", "read", "email"] as const).filter((name) =>
    given[name] > documented[name]
  );
  const findings: Finding[] = above.length === 0
    ? [ok("rates", "The configured rates stay within what Ometria documents")]
    : [
      warn(
        "rates",
        `The configured rates are above what Ometria documents: ${
          above.map((name) => `${name}_rate ${rateText(given[name])} of ${documented[name]}/s`)
            .join(", ")
        }`,
        "The limits hold for the whole account, with everything else that calls it: stay well below them",
      ),
    ];
  if (sitoo.gap < shortGap) {
    findings.push(
      warn(
        "gap",
        `The pause between two calls at Sitoo is only ${sitoo.gap} ms`,
        "Sitoo takes one request at a time from all programs together: leave 250ms",
      ),
    );
  }
  return Promise.resolve(findings);
}

/** What was seen of limits during all other checks; made last. */
export function checkLimitsSeen({ sightings }: Bench): Promise<readonly Finding[]> {
  return Promise.resolve((["sitoo", "ometria"] as const).map((side): Finding => {
    const check = `${side}-limits`;
    const calls = sightings.calls[side];
    if (sightings.answers(side) === 0) return skipped(check, `${names[side]} gave no answer`);
    const refused = sightings.tooMany(side);
    if (refused > 0) {
      return warn(
        check,
        `${names[side]} refused ${refused} of ${plural(calls, "call")} as too many (429)`,
        side === "sitoo"
          ? "Another program calls Sitoo at the same moments; nothing is lost by it, but let that one leave pauses too"
          : "Other programs use the account's rate: lower push_rate and read_rate",
      );
    }
    const limits = sightings.limits(side);
    const said = limits.length === 0 ? "it names no limits" : `it names ${limits.join(", ")}`;
    return ok(
      check,
      `${names[side]} took ${calls} ${calls === 1 ? "call" : "calls"} without a refusal; ${said}`,
    );
  }));
}

/** Whether this machine's clock agrees with theirs. */
export function checkClock({ sightings }: Bench): Promise<readonly Finding[]> {
  const check = "clock";
  const seen = (["sitoo", "ometria"] as const).flatMap((side) => {
    const skew = sightings.skew(side);
    return skew === undefined ? [] : [{ side, skew }];
  });
  const worst = seen.toSorted((a, b) => Math.abs(b.skew) - Math.abs(a.skew)).at(0);
  if (worst === undefined) return Promise.resolve([skipped(check, "No answer told the time")]);
  const off = Math.abs(worst.skew);
  if (off < skewNoticed) {
    return Promise.resolve([ok(check, "The clock agrees with theirs to a few seconds")]);
  }
  const way = worst.skew > 0 ? "behind" : "ahead of";
  const text = `The clock of this machine is ${spanText(off)} ${way} that of ${names[worst.side]}`;
  const remedy =
    "Let the machine take its time from a time server: ages, the four-hour window and start dates count by it";
  return Promise.resolve([
    off >= skewHarmful ? fail(check, text, remedy) : warn(check, text, remedy),
  ]);
}

function rateText(rate: number): string {
  return rate === Infinity ? "off" : `${rate}/s`;
}

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes >= 120) return `${Math.round(minutes / 60)} hours`;
  return minutes >= 2 ? `${minutes} minutes` : `${Math.round(ms / 1000)} seconds`;
}
