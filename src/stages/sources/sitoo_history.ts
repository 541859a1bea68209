import * as z from "zod";
import { dateOrInstant, duration, siteList } from "../../definition/scalars.ts";
import { sitooOrderType } from "../../records/sitoo_order.ts";
import { defineSource } from "../define.ts";
import type { HistorySource } from "../contract.ts";

const pageSizeExpected = "Expected a whole number from 1 to 500";

const schema = z.strictObject({
  sites: siteList().prefault([]).meta({
    description: "Eshop ids whose orders are read; empty means all sites of the account",
    examples: [[2, 3]],
  }),
  enabled: z.boolean().default(true).meta({
    description: "Whether history is synced at all",
    examples: [true, false],
  }),
  start_date: dateOrInstant().meta({
    description:
      "The oldest order this pipeline ever sends; a date begins at midnight in map's zone",
    examples: ["2024-01-01"],
  }),
  page_size: z.int(pageSizeExpected).min(1, pageSizeExpected).max(500, pageSizeExpected)
    .default(100).meta({
      description:
        "Orders read from Sitoo in one call; what is read goes on in batches of up to 100",
      examples: [100, 250],
    }),
  min_age: duration().prefault("4h").meta({
    description:
      "Younger orders are left to live and sweep, so that history triggers no automation at Ometria",
    examples: ["4h", "10d"],
  }),
});

/** Walks through the past orders of Sitoo. */
export const sitooHistory = defineSource({
  use: "sitoo-history",
  summary: "Reads past orders, page by page",
  description:
    `Reads Sitoo's orders by ascending order id, oldest first, through the same stages as live orders.
It starts with \`deno task backfill\`, never by itself.

The position moves on only when every order up to it has an outcome, so a run that was stopped or killed
continues where it was; orders of the page in hand may be pushed twice, which changes nothing at Ometria since
the order's id is the key. Live orders go first. Receipts are never sent for history.`,
  schema,
  gives: sitooOrderType,
  create: (options): HistorySource => ({
    source: "history",
    gives: sitooOrderType,
    sites: options.sites,
    enabled: options.enabled,
    startDate: options.start_date,
    pageSize: options.page_size,
    minAge: options.min_age,
  }),
});
