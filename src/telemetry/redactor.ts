/** Shorter secrets are not looked for: they would make ordinary words unreadable. */
const SHORTEST = 4;

/** A name part of at most 64 characters, as RFC 5321 has it; bounded, so that no text is slow to search. */
const ADDRESS =
  /[^\s"'`<>()[\]{},;:=@/\\]{1,64}(?:@|%40)(?:[\p{L}\d-]{1,63}\.){1,8}[\p{L}]{2,24}(?![\p{L}\d])/gu;
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w+/=.~-]{4,}/gi;
/** The form of the webhook URL that carries the password in its path. */
const PASSWORD_PATH = /(\/hooks\/[^/\s"']{1,64}\/)(?!events(?:[/?#\s"'.,)]|$))[^/\s"'?#]+/g;

/**
 * Takes out of a text what must not be read by others: the secrets this process knows, email
 * addresses, `Authorization` values, and the password in a webhook URL's path.
 */
export class Redactor {
  #variants: readonly string[] = [];

  constructor(secrets: Iterable<string> = []) {
    for (const secret of secrets) this.add(secret);
  }

  /** From now on this is taken out too, in every spelling it may have in a log line or URL. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const spellings = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
    ];
    const all = new Set([...this.#variants, ...spellings]);
    // The longest first: a secret may be part of another one.
    this.#variants = [...all].toSorted((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let clean = text;
    for (const variant of this.#variants) clean = clean.replaceAll(variant, "[secret]");
    return clean
      .replace(PASSWORD_PATH, "$1[secret]")
      .replace(CREDENTIALS, "$1 [secret]")
      .replace(ADDRESS, "[address]");
  }
}
