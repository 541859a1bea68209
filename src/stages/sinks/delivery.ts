import { ApiError } from "../../http/error.ts";
import type { Priority } from "../../http/rate_limiter.ts";
import type { OmetriaApi } from "../../ometria/api.ts";

/** How one record fared in a push. */
export type RecordResult =
  | { readonly kind: "accepted"; readonly at: number }
  | { readonly kind: "rejected"; readonly detail: string }
  /** `unsure`: its call was made, and may have been taken all the same. */
  | { readonly kind: "failed"; readonly error: ApiError; readonly unsure: boolean };

/** Options of {@linkcode pushRecords}. */
export interface PushRecordsOptions {
  readonly ometria: Pick<OmetriaApi, "push">;
  /** Records in one push, at most. */
  readonly size: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Awaited before every push. */
  readonly beforePush?: () => Promise<void>;
  readonly priority?: Priority;
}

/**
 * Pushes records of one type and says how each fared. A refused push is halved until the refused record
 * stands alone, so it costs the others nothing. The first call that fails ends it: what has not been
 * accepted by then is `failed`. Only an abort and `beforePush` reject.
 */
export async function pushRecords(
  bodies: readonly string[],
  options: PushRecordsOptions,
): Promise<readonly RecordResult[]> {
  const results: RecordResult[] = [];
  const { priority = "live" } = options;
  const parts = chunks(bodies, options.size).reverse();
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    await options.beforePush?.();
    try {
      const answer = await options.ometria.push(part, options.signal, { priority });
      if (answer.kind === "accepted") {
        const at = options.now();
        results.push(...part.map((): RecordResult => ({ kind: "accepted", at })));
      } else if (part.length === 1) {
        results.push({ kind: "rejected", detail: `${answer.status}: ${answer.detail}` });
      } else {
        const half = Math.ceil(part.length / 2);
        parts.push(part.slice(half), part.slice(0, half));
      }
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof ApiError)) throw error;
      const unsure = mayBeTaken(error);
      results.push(...part.map((): RecordResult => ({ kind: "failed", error, unsure })));
      const left = parts.flat();
      return [
        ...results,
        ...left.map((): RecordResult => ({ kind: "failed", error, unsure: false })),
      ];
    }
  }
  return results;
}

function chunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += size) {
    parts.push(items.slice(start, start + size));
  }
  return parts;
}

/** Whether a push that failed may have had its effect. An API that says 4xx, or 503, did nothing. */
function mayBeTaken({ reached, status }: ApiError): boolean {
  return reached && (status === undefined || status < 400 || (status >= 500 && status !== 503));
}
