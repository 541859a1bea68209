/** Thrown when an answer has more bytes than anything the API could mean to send. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/**
 * Reads a whole body as text, but never more than `limit` bytes.
 *
 * @throws {BodyTooLargeError}
 */
export async function readText(response: Response, limit: number): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > limit) throw new BodyTooLargeError(`Answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  const decoder = new TextDecoder();
  let text = "";
  for (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The JSON in a text, or `undefined` where there is none: errors often come as HTML or empty. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
