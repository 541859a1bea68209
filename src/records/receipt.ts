/** An address with a display name, as Ometria's transactional email takes it. */
export interface Mailbox {
  readonly email: string;
  readonly name?: string;
}

/** One transactional email. Source: Ometria, `POST /transactional-email/send`. */
export interface Receipt {
  readonly to: Mailbox;
  readonly from: Mailbox;
  readonly reply_to?: Mailbox;
  readonly subject: string;
  /** A template at Ometria; either this or `content`. */
  readonly template_id?: number;
  readonly content?: { readonly html: string; readonly text: string };
  readonly stream: string;
  readonly transactional: true;
  readonly sandbox: boolean;
  /** Merge fields; money is preformatted text. */
  readonly data: Readonly<Record<string, unknown>>;
}
