/** Enough to tell an address from what people type to get on: one @, a dotted host, no blanks. */
const pattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*@(?:[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]*[a-z0-9\u0080-\uffff])?\.)+[a-z\u0080-\uffff][a-z0-9\u0080-\uffff-]*$/;

/**
 * The address as it is sent and hashed: trimmed and in lower case. Nothing when it cannot be one; an
 * address is never mended or made up.
 */
export function normaliseEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return email.length <= 254 && pattern.test(email) ? email : undefined;
}
