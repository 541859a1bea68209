/**
 * Takes the pictures of the operator pages and of the default receipt that the guides show: `deno task screenshots`. What they show is made
 * up: a day of trade, an outage in it, and some orders that could not be sent.
 *
 * @module
 */
import { startSandbox } from "../../src/sandbox/mod.ts";
import { openStore } from "../../src/store/open.ts";
import { delay } from "../../src/std/async.ts";
import type { OutboxRow } from "../../src/store/rows.ts";
import type { BatchCommit, PipelineStore } from "../../src/store/store.ts";
import { type Clock, systemClock } from "../../src/time/clock.ts";
import { composeOn, root, type System, unlimited } from "../support/system.ts";
import { findChromium, launch, type Look, openPage } from "./browser.ts";
import { takeReceiptPictures } from "./receipt_pictures.ts";
import { bringHistory, bury, pipelineName, serve } from "./site.ts";

interface Picture {
  readonly file: string;
  readonly path: string;
  readonly look: Look;
}

const pipeline = `/pipelines/${pipelineName}`;
const wide = { width: 1080, height: 760 };
const pictures: readonly Picture[] = [
  { file: "overview.png", path: "/", look: { viewport: wide } },
  { file: "overview_dark.png", path: "/", look: { viewport: wide, colorScheme: "dark" } },
  {
    file: "dead_letters_phone.png",
    path: `${pipeline}/dead?reason=unexpected-currency`,
    look: { viewport: { width: 380, height: 760 } },
  },
  { file: "order.png", path: "/orders/50211", look: { viewport: { width: 1080, height: 760 } } },
  { file: "pipeline.png", path: pipeline, look: { viewport: { width: 1080, height: 620 } } },
];

const minute = 60_000;
const slot = 5 * minute;
const day = 24 * 60 * minute;

if (import.meta.main) {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("Pictures need Debian's chromium: install it");
  await using system = await furnished();
  await using site = serve(system);
  site.work();
  // Sales that took a refund up are sent once more.
  while ((await system.context.store.inboxSummary(100)).due > 0) await delay(100);
  const folder = new URL("docs/pages/", root);
  await Deno.mkdir(folder, { recursive: true });
  const browser = await launch(executablePath);
  for (const { file, path, look } of pictures) {
    const { page, context } = await openPage(browser, site.url, look);
    await page.goto(path);
    await page.locator("#content").waitFor();
    await Deno.writeFile(new URL(file, folder), await page.screenshot());
    await context.close();
  }
  await takeReceiptPictures(browser, folder);
  await browser.close();
}

/** A system with something to look at. */
async function furnished(): Promise<System> {
  await using stack = new AsyncDisposableStack();
  const clock = shiftedClock();
  const sandbox = stack.use(await startSandbox({ orders: 600, seed: 3 }));
  const store = stack.use(await openStore(":memory:", { clock, random: Math.random }));
  const context = await composeOn(sandbox, store, unlimited);
  clock.moveTo(systemClock.now() - day - 60 * minute);
  await bringHistory(context);
  clock.moveTo(undefined);
  await trade(context.store, clock);
  await bury(context, [
    { orderId: 50188, reason: "money-mismatch", detail: "Lines 1,249.00, total 1,199.00 SEK" },
    ...[50301, 50302, 50307, 50311, 50340].map((orderId) => ({
      orderId,
      reason: "unexpected-currency",
      detail: "NOK is not among SEK, EUR",
    })),
  ]);
  await context.store.arrive({ pointers: [], receipts: receipts(clock.now()), quarantine: [] });
  const owned = stack.move();
  return { sandbox, store, context, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A day of sales: quiet at night, most at noon and after work; for 40 minutes Ometria was away. */
async function trade(store: PipelineStore, clock: ShiftedClock): Promise<void> {
  const start = Math.floor(clock.now() / slot) * slot - day + slot;
  let orderId = 1_000;
  for (let at = start; at < start + day - slot; at += slot) {
    clock.moveTo(at + minute);
    const hour = new Date(at).getUTCHours() + new Date(at).getUTCMinutes() / 60;
    const sinceOutage = Math.round((at - (start + day / 2)) / slot);
    const isAway = sinceOutage >= 0 && sinceOutage < 8;
    const orders = isAway ? 0 : sales(hour) + (sinceOutage === 8 ? 120 : 0);
    const lag = sinceOutage === 8 ? 41 * minute : 1_500 + (orderId % 7) * 900;
    const hold = await store.acquireLane("pictures", "f");
    if (hold === undefined) throw new Error("The lane is not free");
    const ids = Array.from({ length: orders }, () => orderId++);
    for (let from = 0; from < ids.length; from += 100) {
      await store.commit(hold, batchOf(ids.slice(from, from + 100), { at: clock.now(), lag }));
    }
    await store.releaseLane(hold);
  }
  clock.moveTo(undefined);
}

/** Orders in five minutes. */
function sales(hour: number): number {
  const bump = (top: number, width: number): number => Math.exp(-(((hour - top) / width) ** 2));
  return Math.round(4 + 90 * bump(12, 2.2) + 130 * bump(16.5, 1.8) + 6 * Math.sin(hour * 9));
}

function batchOf(
  ids: readonly number[],
  { at, lag }: { readonly at: number; readonly lag: number },
): BatchCommit {
  return {
    before: new Map(),
    ledger: ids.map((orderId) => ({
      orderId,
      outcome: "delivered",
      at,
      acceptedAt: at,
      confirmedAt: at,
      steps: [],
    })),
    done: ids.slice(0, 1).map((orderId) => ({
      key: ["none", orderId],
      orderId,
      origin: "live",
      dueAt: at - lag,
      receivedAt: at - lag,
      attempts: 0,
    })),
    dead: [],
    links: [],
    pointers: [],
    receipts: [],
    missedWindow: 0,
  };
}

function receipts(now: number): OutboxRow[] {
  return Array.from({ length: 240 }, (_, index) => ({
    id: `event-${index}`,
    orderId: 50_100 + index,
    state: index < 2 ? "unknown" : index % 11 === 0 ? "no-address" : "sent",
    askedAt: now - index * minute,
    dueAt: now,
    attempts: 0,
    at: now,
    ...(index < 2 ? { detail: "The connection was cut before Ometria's answer" } : {}),
  }));
}

interface ShiftedClock extends Clock {
  /** From then on it is this time; without one it is the machine's again. */
  moveTo(time: number | undefined): void;
}

function shiftedClock(): ShiftedClock {
  let fixed: number | undefined;
  return {
    now: () => fixed ?? systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    moveTo: (time) => {
      fixed = time;
    },
  };
}
