/** One stage, as under `sources`, `transforms` or `sinks` of a pipeline file. */
export interface StageInput {
  /** Name of the stage: `map`, `sitoo-webhook`, … */
  readonly use: string;
  /** Name of this use of the stage, where it may stand more than once. */
  readonly name?: string;
  /** Options of the stage, as the reference has them. */
  readonly with?: Readonly<Record<string, unknown>>;
}

/** `connections.sitoo` of a pipeline file. */
export interface SitooInput {
  /** Address of the account: `https://api140.mysitoo.com/v2/accounts/4711`. */
  readonly account_url: string;
  /** API id. */
  readonly api_id: string;
  /** Password of the API id. */
  readonly api_key: string;
  /** Pause between two requests. @default "250ms" */
  readonly gap?: string;
}

/** `connections.ometria` of a pipeline file. */
export interface OmetriaInput {
  /** Your own label for the account; what was delivered is kept for each label. @default "default" */
  readonly account?: string;
  /** Address of the API. @default "https://api.ometria.com/v2" */
  readonly api_url?: string;
  /** Key for the Data and Push API. */
  readonly api_key: string;
  /** Key for transactional email. @default the same key */
  readonly email_api_key?: string;
  /** Push calls a second. @default "3/s" */
  readonly push_rate?: string;
  /** Read calls a second. @default "2/s" */
  readonly read_rate?: string;
  /** Email calls a second. @default "10/s" */
  readonly email_rate?: string;
}

/** A pipeline with the keys and values of `pipeline.yaml`; `${NAME}` in a text is filled in as there. */
export interface PipelineInput {
  /** Version of the format: 1. */
  readonly version: 1;
  /** 1 to 32 of a-z, 0-9 and -; part of every stored key and of the webhook's URL. */
  readonly name: string;
  /** The two accounts that orders go between. */
  readonly connections: { readonly sitoo: SitooInput; readonly ometria: OmetriaInput };
  /** Where orders come from; at least one. */
  readonly sources: readonly StageInput[];
  /** What is done with an order, in this order. @default none */
  readonly transforms?: readonly StageInput[];
  /** Where orders and receipts go; at least one. */
  readonly sinks: readonly StageInput[];
  /** Who is told when something needs a person. */
  readonly alerts?: { readonly url?: string };
}
