import type { StageSpec } from "./contract.ts";
import { ometriaEmail } from "./sinks/ometria_email.ts";
import { ometriaOrders } from "./sinks/ometria_orders.ts";
import { sitooHistory } from "./sources/sitoo_history.ts";
import { sitooWebhook } from "./sources/sitoo_webhook.ts";
import { custom } from "./transforms/custom.ts";
import { filter } from "./transforms/filter.ts";
import { map } from "./transforms/map.ts";
import { namespace } from "./transforms/namespace.ts";
import { optIn } from "./transforms/opt_in.ts";
import { skuMatch } from "./transforms/sku_match.ts";

/** Every stage that a pipeline file can use. A new stage is its file and one entry here. */
export const registry: readonly StageSpec[] = [
  sitooWebhook,
  sitooHistory,
  map,
  namespace,
  skuMatch,
  optIn,
  filter,
  custom,
  ometriaOrders,
  ometriaEmail,
];
