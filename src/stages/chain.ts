import type { RecordType } from "../records/record_type.ts";
import type { Input, Passed, Transform, Verdict } from "./contract.ts";

/** A transform that decides record by record; one that throws makes only its record dead. */
export function perRecord<In, Out>(
  types: { readonly takes: RecordType<In>; readonly gives: RecordType<Out> },
  decide: (input: Input<In>) => Verdict<Out>,
): Transform<In, Out> {
  return { ...types, apply: (inputs) => inputs.map(decideSafely) };

  function decideSafely(input: Input<In>): Verdict<Out> {
    try {
      return decide(input);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { kind: "dead", reason: "stage-failed", detail };
    }
  }
}

/** Chains two transforms; TypeScript refuses types that do not meet. */
export function pipe<A, B, C>(first: Transform<A, B>, second: Transform<B, C>): Transform<A, C> {
  return { takes: first.takes, gives: second.gives, apply: applyBoth, ...aboutBoth(first, second) };

  async function applyBoth(
    inputs: readonly Input<A>[],
    signal: AbortSignal,
  ): Promise<readonly Verdict<C>[]> {
    const verdicts = await first.apply(inputs, signal);
    const passed: { index: number; input: Input<B>; verdict: Passed<B> }[] = [];
    const results: (Verdict<C> | undefined)[] = verdicts.map((verdict, index) => {
      const input = inputs[index];
      if (verdict.kind !== "pass") return verdict;
      if (input !== undefined) {
        passed.push({ index, input: { record: verdict.record, facts: input.facts }, verdict });
      }
      return undefined;
    });
    const next = await second.apply(passed.map((entry) => entry.input), signal);
    passed.forEach(({ index, verdict: before }, position) => {
      const verdict = next[position];
      if (verdict !== undefined) results[index] = carryOn(before, verdict);
    });
    return results.map((verdict) => {
      if (verdict === undefined) throw new Error("Stage answered fewer records than it was given");
      return verdict;
    });
  }
}

/** What two stages know and need apart from their records. */
function aboutBoth<A, B, C>(
  first: Transform<A, B>,
  second: Transform<B, C>,
): Pick<Transform<A, C>, "ids" | "zone" | "places" | "ready"> {
  const owner = first.zone === undefined ? second : first;
  const places = first.places ?? second.places;
  const ids = [first.ids, second.ids].filter((part) => part !== undefined).join("\n");
  return {
    ...(ids === "" ? {} : { ids }),
    ...(owner.zone === undefined ? {} : { zone: owner.zone.bind(owner) }),
    ...(places === undefined ? {} : { places }),
    ...(first.ready === undefined && second.ready === undefined ? {} : { ready: readyBoth }),
  };

  async function readyBoth(signal: AbortSignal): Promise<void> {
    await first.ready?.(signal);
    await second.ready?.(signal);
  }
}

/** What an earlier stage found beside the record stays with it. */
function carryOn<T>(before: Passed<unknown>, verdict: Verdict<T>): Verdict<T> {
  if (verdict.kind !== "pass") return verdict;
  if (
    before.links === undefined && before.unusable === undefined && before.products === undefined
  ) {
    return verdict;
  }
  const products = verdict.products ?? before.products;
  const found = products === undefined ? {} : { products };
  if (before.links === undefined && before.unusable === undefined) return { ...verdict, ...found };
  return {
    ...verdict,
    ...found,
    links: [...(before.links ?? []), ...(verdict.links ?? [])],
    unusable: [...(before.unusable ?? []), ...(verdict.unusable ?? [])],
  };
}
