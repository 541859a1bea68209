/** How products are named at Ometria. */
export type SkuMatch = "sku" | "product-id" | "catalogue";

/** What goes into the pipeline file; the keys go into `.env`. */
export interface PipelineAnswers {
  /** `name:` of the pipeline. */
  readonly name: string;
  /** Stands before the names of the pipeline's own variables: `OUTLET_`. */
  readonly prefix: string;
  /** Label of the Ometria account. */
  readonly account: string;
  readonly startDate: string;
  readonly history: boolean;
  readonly optIn: boolean;
  readonly namespace: string;
  readonly skuMatch: SkuMatch;
  readonly email: EmailAnswers;
}

/** What is asked about receipts. */
export interface EmailAnswers {
  readonly enabled: boolean;
  readonly fromName: string;
  readonly fromAddress: string;
  readonly subject: string;
  readonly stream: string;
  readonly templateId: number;
}

/** The answers that the shipped `pipeline.yaml` was made from. */
export const SHIPPED: PipelineAnswers = {
  name: "sitoo-to-ometria",
  prefix: "",
  account: "default",
  startDate: "2024-01-01",
  history: true,
  optIn: false,
  namespace: "till",
  skuMatch: "sku",
  email: {
    enabled: false,
    fromName: "Example Store",
    fromAddress: "receipts@example.com",
    subject: "Your receipt!",
    stream: "receipts",
    templateId: 1567,
  },
};
