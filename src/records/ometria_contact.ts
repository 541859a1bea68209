/** A contact listing as `POST /push` takes it. Only ever an opt-in, never forced, never an opt-out. */
export interface OmetriaContact {
  readonly "@type": "contact";
  readonly "@collection": string;
  readonly "@merge": true;
  /** A keyed hash of the address: no personal data, the same in every run. */
  readonly id: string;
  readonly email: string;
  readonly customer_id?: string;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly marketing_optin: "EXPLICITLY_OPTEDIN";
  /** UTC, `YYYY-MM-DDThh:mm:ssZ`: when the order was placed. */
  readonly timestamp_subscribed: string;
}
