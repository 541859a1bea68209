import { runBackfill } from "../../runtime/backfill.ts";
import { readPipelineStatus } from "../../runtime/status.ts";
import { count } from "../../server/figures.ts";
import type { Checkpoint } from "../../store/rows.ts";
import { BackfillProgress } from "../backfill_progress.ts";
import type { Host } from "../host.ts";
import { readLeft } from "../rest.ts";
import { SANDBOX_WEBHOOK } from "../sandbox_overrides.ts";
import { until } from "../waiting.ts";
import type { DemoStage } from "./stage.ts";

/** New orders a second: lively, and far below what the APIs take. */
const ORDERS_PER_SECOND = 3;
/** ms between two looks at the figures. */
const LOOK_EVERY = 300;
/** ms ahead in which a row that falls due is still waited for. */
const SOON = 15_000;

/** Brings the history of the fake Sitoo, with its progress. */
export async function playHistory(
  stage: DemoStage,
  host: Host,
  signal: AbortSignal,
): Promise<Checkpoint> {
  const { terminal, clock } = host;
  const progress = new BackfillProgress({ pipeline: "history", terminal, clock, json: false });
  try {
    const result = await runBackfill(
      stage.context,
      { onProgress: (run) => progress.show(run) },
      signal,
    );
    signal.throwIfAborted();
    return result.checkpoint;
  } finally {
    terminal.endLive();
  }
}

/** Keeps the tills busy until the signal aborts, with the figures; returns how many orders they made. */
export async function playLive(
  stage: DemoStage,
  host: Host,
  signal: AbortSignal,
): Promise<number> {
  const { context, sandbox, serving } = stage;
  const { name } = context.pipeline.definition;
  await sandbox.sender.start({ baseUrl: `${serving.url}/hooks/${name}`, ...SANDBOX_WEBHOOK });
  const trading = sandbox.live(
    { ordersPerSecond: ORDERS_PER_SECOND, refunds: 0.1, receipts: 0.4 },
    signal,
  );
  await until(async () => {
    host.terminal.live(await liveLine(stage));
    return false;
  }, { clock: host.clock, signal, every: LOOK_EVERY, within: Number.POSITIVE_INFINITY });
  host.terminal.endLive();
  return await trading;
}

/** Waits until everything that was sold has been worked off; false when that takes too long. */
export async function waitForRest(
  stage: DemoStage,
  host: Host,
  options: { readonly within: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const done = await until(async () => {
    host.terminal.live(await liveLine(stage));
    return await isIdle(stage);
  }, { ...options, clock: host.clock, every: LOOK_EVERY });
  host.terminal.endLive();
  return done;
}

async function isIdle({ sandbox, context }: DemoStage): Promise<boolean> {
  if (sandbox.sender.queued > 0) return false;
  await sandbox.sender.drained();
  const { orders, receipts, reserved } = await readLeft(context, SOON);
  return orders + receipts + reserved === 0;
}

async function liveLine({ context, sandbox }: DemoStage): Promise<string> {
  const { due, delivered, linked, receipts, lagSeconds } = await readPipelineStatus(context);
  const { sender } = sandbox.counters();
  return [
    `events ${count(sender.delivered)}`,
    `delivered ${count(delivered)}`,
    `refunds linked ${count(linked)}`,
    `receipts sent ${count(receipts["sent"] ?? 0)}`,
    `due ${count(due)}`,
    `lag ${lagSeconds} s`,
  ].join("  ");
}
