import type { Cut } from "./shared_limit.ts";

/** Options of {@linkcode readBody}. */
export interface ReadBodyOptions {
  /** Bytes, at most. */
  readonly limit: number;
  /** Ends the reading of a body that comes too slowly. */
  readonly cut: Cut;
}

/** Thrown when a body is larger than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a request's body as text, never holding more than `limit` bytes of it.
 *
 * @throws {BodyTooLargeError} as soon as it is known to be too large
 * @throws {SyntaxError} when it is no UTF-8
 */
export async function readBody(request: Request, options: ReadBodyOptions): Promise<string> {
  const bytes = await readBytes(request, options);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Body is no UTF-8", { cause });
  }
}

/**
 * Reads a request's body, never holding more than `limit` bytes of it.
 *
 * @throws {BodyTooLargeError} as soon as it is known to be too large
 */
export function readBytes(request: Request, options: ReadBodyOptions): Promise<Bytes> {
  const announced = Number(request.headers.get("content-length") ?? NaN);
  if (announced > options.limit) return Promise.reject(new BodyTooLargeError("Body is too large"));
  // HTTP itself lets no body be longer than announced, so that one can be taken as a whole.
  return announced <= options.limit ? whole(request, options) : collect(request.body, options);
}

type Bytes = Uint8Array<ArrayBuffer>;

async function whole(request: Request, { cut, limit }: ReadBodyOptions): Promise<Bytes> {
  if (cut.reason !== undefined) throw cut.reason;
  const bytes = await new Promise<Bytes>((resolve, reject) => {
    cut.onCut(reject);
    request.bytes().then(resolve, reject);
  });
  cut.onCut(undefined);
  if (bytes.length > limit) throw new BodyTooLargeError("Body is too large");
  return bytes;
}

async function collect(
  body: ReadableStream<Uint8Array> | null,
  { cut, limit }: ReadBodyOptions,
): Promise<Bytes> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const stop = (reason: unknown): void => void reader.cancel(reason).catch(() => {});
  cut.onCut(stop);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      if (cut.reason !== undefined) throw cut.reason;
      const { done, value } = await reader.read();
      if (cut.reason !== undefined) throw cut.reason;
      if (done) return join(chunks, size);
      size += value.length;
      if (size > limit) {
        const error = new BodyTooLargeError("Body is too large");
        stop(error);
        throw error;
      }
      chunks.push(value);
    }
  } finally {
    cut.onCut(undefined);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Bytes {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
