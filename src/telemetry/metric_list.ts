/** A figure that is collected while it happens, or looked at whenever figures are sent (a gauge). */
export interface Metric {
  readonly name: string;
  /** As UCUM has it: `s`, or a word in braces for what is counted. */
  readonly unit: string;
  readonly description: string;
  /** Which attributes its values carry; none of them holds an id of an order or of a person. */
  readonly attributes: readonly string[];
  /** Upper bounds of a histogram's buckets; counters and gauges have none. */
  readonly buckets?: readonly number[];
}

/** How those are called within the program that tell how things stand. */
export type GaugeKey = "due" | "dueAge" | "deadNow" | "connections";

/** How those are called that count or measure what happens. */
export type MetricKey =
  | "events"
  | "orders"
  | "skipped"
  | "dead"
  | "lag"
  | "calls"
  | "waits"
  | "receipts";

/** The gauges among them. */
export const GAUGES: readonly GaugeKey[] = ["due", "dueAge", "deadNow", "connections"];

/** Every metric of Tillpipe. The dashboard and the operators' page on telemetry name the same. */
export const METRICS: Readonly<Record<MetricKey | GaugeKey, Metric>> = {
  events: {
    name: "tillpipe.webhook.events",
    unit: "{event}",
    description: "Events of webhook requests that were answered 200",
    attributes: ["tillpipe.pipeline", "tillpipe.outcome"],
  },
  orders: {
    name: "tillpipe.orders",
    unit: "{order}",
    description: "Orders that went through a batch, by what became of them",
    attributes: ["tillpipe.pipeline", "tillpipe.outcome"],
  },
  skipped: {
    name: "tillpipe.orders.skipped",
    unit: "{order}",
    description: "Orders that a rule left out",
    attributes: ["tillpipe.pipeline", "tillpipe.rule"],
  },
  dead: {
    name: "tillpipe.orders.dead",
    unit: "{order}",
    description: "Orders that were given up, by reason",
    attributes: ["tillpipe.pipeline", "tillpipe.reason"],
  },
  lag: {
    name: "tillpipe.order.lag",
    unit: "s",
    description: "From a live event to the order's acceptance by Ometria",
    attributes: ["tillpipe.pipeline"],
    // Ometria's automations ignore what is older than four hours.
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 7200, 14400, 86400],
  },
  calls: {
    name: "tillpipe.api.request.duration",
    unit: "s",
    description: "Calls to Sitoo and Ometria, without the wait for their turn",
    attributes: ["tillpipe.api", "tillpipe.operation", "tillpipe.outcome"],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  waits: {
    name: "tillpipe.rate.wait.duration",
    unit: "s",
    description: "How long calls waited for their turn within the rate budget",
    attributes: ["tillpipe.budget"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  receipts: {
    name: "tillpipe.receipts",
    unit: "{receipt}",
    description: "Receipts that came to their end, by state",
    attributes: ["tillpipe.pipeline", "tillpipe.receipt.state"],
  },
  due: {
    name: "tillpipe.orders.due",
    unit: "{order}",
    description: "Orders to be looked at now; counting stops at 10,000",
    attributes: ["tillpipe.pipeline"],
  },
  dueAge: {
    name: "tillpipe.orders.due.age",
    unit: "s",
    description: "Age of the oldest event that is due",
    attributes: ["tillpipe.pipeline"],
  },
  deadNow: {
    name: "tillpipe.orders.dead.current",
    unit: "{order}",
    description: "Orders that are dead",
    attributes: ["tillpipe.pipeline"],
  },
  connections: {
    name: "tillpipe.connection.up",
    unit: "{connection}",
    description: "1 while an API works, 0 while it is paused or down",
    attributes: ["tillpipe.pipeline", "tillpipe.api"],
  },
};
