import * as z from "zod";
import { clockTime, duration, secrets, siteList } from "../../definition/scalars.ts";
import { sitooOrderType } from "../../records/sitoo_order.ts";
import { defineSource } from "../define.ts";
import type { WebhookSource } from "../contract.ts";

const sweepSchema = z.strictObject({
  new: duration().prefault("10m").meta({
    description: "How often new order ids are looked for at Sitoo",
    examples: ["10m"],
  }),
  changed_at: clockTime().prefault("03:30").meta({
    description:
      "When, once a day, recent orders are looked through for changes; in map's time zone",
    examples: ["03:30"],
  }),
  back: duration().prefault("7d").meta({
    description: "How far back that daily look goes, by order date",
    examples: ["7d", "30d"],
  }),
});

const schema = z.strictObject({
  sites: siteList().prefault([]).meta({
    description: "Eshop ids whose orders are taken; empty means all sites of the account",
    examples: [[2, 3]],
  }),
  username: z.string().min(1, "Expected a name that is not empty").meta({
    description: "User name of the HTTP Basic credentials in Sitoo's Events Subscriptions",
    examples: ["${WEBHOOK_USERNAME}"],
  }),
  password: secrets("Password of those credentials; two in a list while it is rotated")
    .meta({ examples: ["${WEBHOOK_PASSWORD}"] }),
  linger: duration().prefault("250ms").meta({
    description: "How long a batch that is not full waits for more orders",
    examples: ["250ms", "0ms"],
  }),
  sweep: sweepSchema.prefault({}).meta({
    description: "Finds what lost events left behind",
    examples: [{ new: "10m", changed_at: "03:30", back: "7d" }],
  }),
});

/** Takes orders from Sitoo's events, and sweeps for those whose event was lost. */
export const sitooWebhook = defineSource({
  use: "sitoo-webhook",
  summary: "Takes orders as Sitoo reports them",
  description: `Answers \`POST /hooks/{pipeline}/events\`, as Sitoo's Events Subscriptions call it.

An event only points at an order. The pointer is stored and only then answered with 200, so an event that
was answered is not lost; when the store cannot be written, the answer is 503 and Sitoo sends the event
again. The order itself is read from Sitoo when it is its turn. Duplicate and late events cost nothing: what is
sent is always the order's present state, and an unchanged order is not sent again.

Sitoo gives up on an event after about a day. The sweep finds such orders: new order ids every few minutes, and
once a day whatever has changed within \`back\`. A change to an older order whose event was lost is not found. It
has no turn while batches follow each other, as in a long backfill.`,
  schema,
  gives: sitooOrderType,
  create: (options): WebhookSource => ({
    source: "webhook",
    gives: sitooOrderType,
    sites: options.sites,
    linger: options.linger,
    username: options.username,
    passwords: options.password,
    sweep: {
      newEvery: options.sweep.new,
      changedAt: options.sweep.changed_at,
      back: options.sweep.back,
    },
  }),
});
