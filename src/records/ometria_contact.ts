/** A contact listing as `POST /push` takes it. Only ever an opt-in, never forced, never an opt-out. */
export interface OmetriaContact {
  /** Says that this is a contact. */
  readonly "@type": "contact";
  /** The listing it belongs to: one per source, so that none blanks what another wrote. */
  readonly "@collection": string;
  /** Keeps what other pushes set and this one leaves out. */
  readonly "@merge": true;
  /** A keyed hash of the address: no personal data, the same in every run. */
  readonly id: string;
  /** The normalised address. */
  readonly email: string;
  /** The account-wide id, only where the retailer confirmed that it is the web shop's. */
  readonly customer_id?: string;
  /** As the till has it, trimmed. */
  readonly firstname?: string;
  /** As the till has it, trimmed. */
  readonly lastname?: string;
  /** The only value that is ever sent. */
  readonly marketing_optin: "EXPLICITLY_OPTEDIN";
  /** UTC, `YYYY-MM-DDThh:mm:ssZ`: when the order was placed. */
  readonly timestamp_subscribed: string;
}
