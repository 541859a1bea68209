/** Options of {@linkcode readBody}. */
export interface ReadBodyOptions {
  /** Bytes, at most. */
  readonly limit: number;
  /** Ends the reading of a body that comes too slowly. */
  readonly signal: AbortSignal;
}

/** Thrown when a body is larger than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/**
 * Reads a request's body as text, never holding more than `limit` bytes of it.
 *
 * @throws {BodyTooLargeError} as soon as it is known to be too large
 * @throws {SyntaxError} when it is no UTF-8
 */
export async function readBody(request: Request, options: ReadBodyOptions): Promise<string> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > options.limit) throw new BodyTooLargeError("Body is too large");
  const bytes = await collect(request.body, options);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Body is no UTF-8", { cause });
  }
}

async function collect(
  body: ReadableStream<Uint8Array> | null,
  options: ReadBodyOptions,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  options.signal.throwIfAborted();
  const reader = body.getReader();
  const stop = (): void => void reader.cancel(options.signal.reason).catch(() => {});
  options.signal.addEventListener("abort", stop, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      options.signal.throwIfAborted();
      if (done) return join(chunks, size);
      size += value.length;
      if (size > options.limit) {
        stop();
        throw new BodyTooLargeError("Body is too large");
      }
      chunks.push(value);
    }
  } finally {
    options.signal.removeEventListener("abort", stop);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
