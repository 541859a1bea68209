/** One event as Sitoo sends it: a pointer to an order. Source: Sitoo events SPI, OrderData. */
export interface SitooEvent {
  /** UUID without dashes. */
  readonly event_id: string;
  readonly event_type: string;
  /** Unix seconds. */
  readonly event_date: number;
  readonly account_id: number;
  readonly data: {
    readonly eshop_id: number;
    readonly order_id: number;
    readonly warehouse_id?: number;
    readonly order_event_type: OrderEventType;
    readonly order_state_changed?: "open" | "closed" | "cancelled";
  };
}

/** What happened to an order. */
export type OrderEventType =
  | "add"
  | "update"
  | "ready-for-pickup"
  | "pickup-rejected"
  | "email-receipt";
