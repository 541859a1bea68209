import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64;

/** HMAC-SHA-256 as lower-case hex: hides what was hashed from whoever lacks the key. */
export function keyedHash(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

/** {@linkcode keyedHash} with one key for very many texts: the key is worked in once, which halves the cost. */
export function keyedHasher(key: string): (text: string) => string {
  const bytes = new TextEncoder().encode(key);
  const block = new Uint8Array(BLOCK);
  block.set(bytes.length > BLOCK ? createHash("sha256").update(bytes).digest() : bytes);
  // RFC 2104: the key's block stands before the text, and before the hash of that.
  const inner = createHash("sha256").update(block.map((byte) => byte ^ 0x36));
  const outer = createHash("sha256").update(block.map((byte) => byte ^ 0x5c));
  return (text) => outer.copy().update(inner.copy().update(text).digest()).digest("hex");
}

/** SHA-256 as lower-case hex, for fingerprints of what is no secret. */
export function plainHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares two secrets in a time that tells nothing of either, not even their lengths. */
export function equalInConstantTime(left: string, right: string): boolean {
  const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * Compares what was given with a secret, without a hash: how long that takes depends on what was given and tells
 * nothing of the secret, not even its length.
 */
export function sameInConstantTime(given: string, secret: string): boolean {
  let difference = given.length ^ secret.length;
  for (let index = 0; index < given.length; index++) {
    difference |= given.charCodeAt(index) ^ secret.charCodeAt(index % secret.length);
  }
  return difference === 0;
}
