import { eventually, freePort } from "../../tests/support/waiting.ts";
import { burst } from "../lib/load.ts";
import { type Accounts, accountsOfNobody, startSandbox } from "../lib/sandbox.ts";
import { type Sample, scaled } from "../lib/scenario.ts";
import { type Installed, killed, peakOf, type Place, type Running, watch } from "./peer.ts";
import { sendLines } from "./lines.ts";

/** What a measurement works with. */
export interface PeerContext {
  /** This checkout: the fakes. */
  readonly home: URL;
  /** How much is done: 1 is a full run. */
  readonly scale: number;
  /** Where programs get a folder for a measurement. */
  readonly scratch: string;
}

const connections = 32;
/** Connections and events a request of the burst of live orders. */
const burstConnections = 8;
const perRequest = 10;
/** ms at least before acks count: what runs on Node is slow until then. */
const warmUp = 1_000;
/** ms that all orders may take. */
const within = 90_000;
/** ms without an arrival, after which what did not come counts as lost: longer than a lease of a killed process. */
const quiet = 25_000;

/** Webhooks answered a second while Sitoo is away, each an event: nothing for programs that answer none. */
export async function measureAcks(
  installed: Installed,
  context: PeerContext,
): Promise<readonly Sample[]> {
  const accounts = accountsOfNobody();
  return await atPlace({ accounts, context }, async (place) => {
    const running = await installed.live?.(place);
    if (running === undefined) return [];
    try {
      if (running.door?.kind !== "webhook") return [];
      const { target } = running.door;
      const ms = Math.max(250, 2_500 * context.scale);
      let id = 0;
      const send = (time: number): ReturnType<typeof burst> => {
        const end = performance.now() + time;
        const next = (): readonly number[] | undefined =>
          performance.now() < end ? [++id] : undefined;
        return burst(target, { connections, next });
      };
      await send(Math.max(warmUp, ms / 4));
      const { requests, seconds, p99 } = await send(ms);
      return [{ figure: "acks", value: requests / seconds }, { figure: "p99", value: p99 }];
    } finally {
      await killed(running);
    }
  });
}

/** Events of that many orders at once: orders a second from the first event to the last one accepted. */
export async function measureLive(
  installed: Installed,
  context: PeerContext,
): Promise<readonly Sample[]> {
  await using sandbox = await startSandbox(scaled(8_000, context, 500), 0, context.home);
  const { accounts } = sandbox;
  return await atPlace({ accounts, context }, async (place) => {
    const running = await installed.live?.(place);
    if (running === undefined) return [];
    try {
      const began = performance.now();
      const sending = send(running, accounts.ids, { connections: burstConnections });
      await arrived(sandbox, accounts.ids.length);
      const seconds = (performance.now() - began) / 1000;
      await sending;
      return [{ figure: "live", value: accounts.ids.length / seconds }, ...await memory(running)];
    } finally {
      await killed(running);
    }
  });
}

/** Orders of history a second, from the first page asked for to the last order accepted. */
export async function measureHistory(
  installed: Installed,
  context: PeerContext,
): Promise<readonly Sample[]> {
  await using sandbox = await startSandbox(scaled(20_000, context, 1_000), 0, context.home);
  const { accounts } = sandbox;
  return await atPlace({ accounts, context }, async (place) => {
    const running = await installed.history?.(place);
    if (running === undefined) return [];
    try {
      const alive = watch(running);
      let began: number | undefined;
      await eventually(
        async () => {
          alive();
          const { sitoo, ometria } = await sandbox.counters();
          if (sitoo.requests["GET /orders.json"] !== undefined) began ??= performance.now();
          return ometria.orders >= accounts.expected;
        },
        within,
        "all of history is accepted",
      );
      const seconds = (performance.now() - (began ?? 0)) / 1000;
      return [{ figure: "history", value: accounts.orders / seconds }, ...await memory(running)];
    } finally {
      await killed(running);
    }
  });
}

/**
 * Acknowledged events that never arrive when the program is killed in the middle of a burst, and started again
 * in the same place; for one that acknowledges nothing, events that were sent.
 */
export async function measureLoss(
  installed: Installed,
  context: PeerContext,
): Promise<readonly Sample[]> {
  await using sandbox = await startSandbox(scaled(6_000, context, 300), 0, context.home);
  const { accounts } = sandbox;
  return await atPlace({ accounts, context }, async (place) => {
    const first = await installed.live?.(place);
    if (first === undefined) return [];
    const acked: number[] = [];
    const half = accounts.ids.length / 2;
    let killing: Promise<void> | undefined;
    const onAck = (ids: readonly number[]): void => {
      acked.push(...ids);
      if (acked.length >= half) killing ??= killed(first);
    };
    // Its connections break when it is killed.
    await send(first, accounts.ids, { connections, onAck }).catch(() => {});
    await (killing ?? killed(first));
    const again = await installed.live?.(place);
    if (again === undefined) return [];
    try {
      const missing = new Set(acked.map((id) => `${id}`));
      let last = performance.now();
      while (missing.size > 0 && performance.now() - last < quiet) {
        const before = missing.size;
        for (const [id] of await sandbox.arrivals()) missing.delete(id.replace(/^till-/, ""));
        if (missing.size < before) last = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return [
        { figure: "sent", value: acked.length },
        { figure: "lost", value: missing.size },
      ];
    } finally {
      await killed(again);
    }
  });
}

interface Sending {
  readonly connections: number;
  readonly onAck?: (ids: readonly number[]) => void;
}

async function send(
  { door }: Running,
  ids: readonly number[],
  { connections, onAck }: Sending,
): Promise<void> {
  let from = 0;
  const next = (): readonly number[] | undefined => {
    const some = ids.slice(from, from + perRequest);
    from += perRequest;
    return some.length === 0 ? undefined : some;
  };
  const told = onAck === undefined ? {} : { onAck };
  if (door?.kind === "webhook") await burst(door.target, { connections, next, ...told });
  if (door?.kind === "lines") await sendLines(door, { next, ...told });
}

async function arrived(
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
  count: number,
): Promise<void> {
  await eventually(
    async () => (await sandbox.counters()).ometria.orders >= count,
    within,
    "all orders are accepted",
  );
}

async function memory(running: Running): Promise<readonly Sample[]> {
  const peak = await peakOf(running);
  return peak === undefined ? [] : [{ figure: "memory", value: peak }];
}

async function atPlace<T>(
  { accounts, context }: { readonly accounts: Accounts; readonly context: PeerContext },
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ dir: context.scratch });
  try {
    return await work({
      folder,
      accounts,
      ports: [freePort(), freePort(), freePort(), freePort()],
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
