import { assert, assertEquals } from "../std/assert.ts";
import { encodeBase64 } from "../std/encoding.ts";
import { systemClock } from "../time/clock.ts";
import type { SitooEvent } from "./event.ts";
import { EventSender, type SenderOptions } from "./event_sender.ts";

function event(n: number): SitooEvent {
  return {
    event_id: String(n),
    event_type: "order",
    event_date: 1_757_153_700 + n,
    account_id: 4711,
    data: { eshop_id: 1, order_id: n, order_event_type: "add" },
  };
}

interface Receiver extends AsyncDisposable {
  readonly baseUrl: string;
  /** The event ids of every request, in order. */
  readonly got: string[][];
  readonly paths: string[];
  readonly authorizations: (string | null)[];
  /** Most requests at the same time. */
  readonly mostAtOnce: () => number;
}

/** A webhook receiver that answers as told, 200 when nothing is left to tell. */
function receive(answers: (number | "late")[] = []): Receiver {
  const got: string[][] = [];
  const paths: string[] = [];
  const authorizations: (string | null)[] = [];
  let atOnce = 0;
  let most = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      most = Math.max(most, ++atOnce);
      const events: SitooEvent[] = await request.json();
      got.push(events.map((one) => one.event_id));
      paths.push(new URL(request.url).pathname);
      authorizations.push(request.headers.get("authorization"));
      const answer = answers.shift() ?? 200;
      if (answer === "late") {
        await new Promise<void>((resolve) => {
          request.signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      atOnce--;
      const status = answer === "late" ? 200 : answer;
      const headers = status === 302 ? { location: "/elsewhere" } : {};
      return new Response(null, { status, headers });
    },
  );
  return {
    baseUrl: `http://127.0.0.1:${server.addr.port}/hooks/x`,
    got,
    paths,
    authorizations,
    mostAtOnce: () => most,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Sends `count` events, queued before the start, and waits until all are done with. */
async function send(
  receiver: Receiver,
  count: number,
  options: Partial<SenderOptions> = {},
): Promise<EventSender> {
  const sender = new EventSender({
    clock: systemClock,
    random: () => 0.5,
    scale: 1e-6,
    ...options,
  });
  for (let n = 1; n <= count; n++) sender.enqueue(event(n));
  await sender.start({ baseUrl: receiver.baseUrl, username: "till", password: "hörn" });
  await sender.drained();
  await sender.stop();
  return sender;
}

Deno.test("EventSender sends batches of at most ten, oldest first, with Basic credentials", async () => {
  await using receiver = receive();
  const sender = await send(receiver, 23);
  assertEquals(receiver.got.map((batch) => batch.length), [10, 10, 3]);
  assertEquals(receiver.got.flat(), Array.from({ length: 23 }, (_, n) => String(n + 1)));
  assertEquals(new Set(receiver.paths), new Set(["/hooks/x/events"]));
  assertEquals(receiver.authorizations[0], `Basic ${encodeBase64("till:hörn")}`);
  assertEquals(receiver.mostAtOnce(), 1);
  assertEquals(sender.counters.delivered, 23);
});

Deno.test("EventSender repeats a batch on 429, 503 and 504 while the others wait", async () => {
  await using receiver = receive([503, 429, 504, 200]);
  const sender = await send(receiver, 12);
  const first = Array.from({ length: 10 }, (_, n) => String(n + 1));
  assertEquals(receiver.got, [first, first, first, first, ["11", "12"]]);
  assertEquals(sender.counters.delivered, 12);
  assertEquals(sender.counters.retries, 3);
});

Deno.test("EventSender repeats a batch that is not answered in time, or not at all", async () => {
  await using receiver = receive(["late", 200]);
  const sender = await send(receiver, 2, { timeout: 30 });
  assertEquals(receiver.got, [["1", "2"], ["1", "2"]]);
  assertEquals(sender.counters.delivered, 2);
});

Deno.test("EventSender removes a batch for good on every other answer", async () => {
  for (const status of [201, 202, 204, 302, 400, 401, 404, 500, 502]) {
    await using receiver = receive([status]);
    const sender = await send(receiver, 11);
    assertEquals(receiver.got.map((batch) => batch.length), [10, 1], String(status));
    assertEquals(sender.counters.delivered, 1);
    assertEquals(sender.counters.droppedBy, { [status]: 10 });
  }
});

Deno.test("EventSender gives a batch up after 24 hours: ten retries in the first, then one an hour", async () => {
  await using receiver = receive(Array.from({ length: 500 }, () => 503));
  const sleeps: number[] = [];
  const clock = {
    ...systemClock,
    sleep(ms: number, signal: AbortSignal): Promise<void> {
      if (ms !== 15_000) sleeps.push(ms);
      return systemClock.sleep(ms === 15_000 ? ms : 0, signal);
    },
  };
  const sender = await send(receiver, 3, { clock, scale: 1 });
  assertEquals(sender.counters.droppedBy, { 0: 3 });
  const hour = 3_600_000;
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  assert(sum(sleeps.slice(0, 10)) <= hour);
  assertEquals(new Set(sleeps.slice(10)), new Set([hour]));
  assert(sum(sleeps) <= 24 * hour && sum(sleeps) > 23 * hour);
  assert(sleeps.length > 30);
});

Deno.test("EventSender sends some batches twice and holds some events back when told", async () => {
  await using receiver = receive();
  const rolls = [0, 0.3, 0];
  const sender = await send(receiver, 5, {
    duplicates: 0.01,
    reorder: 0.01,
    random: () => rolls.shift() ?? 0.9,
  });
  assertEquals(receiver.got, [["1", "3", "4", "5"], ["1", "3", "4", "5"], ["2"]]);
  assertEquals(sender.counters.duplicates, 1);
  assertEquals(sender.counters.delivered, 5);
});

Deno.test("EventSender keeps what it could not deliver when it is stopped, for the next start", async () => {
  await using down = receive(Array.from({ length: 9 }, () => 503));
  const sender = new EventSender({ clock: systemClock, random: () => 0.5 });
  for (let n = 1; n <= 12; n++) sender.enqueue(event(n));
  await sender.start({ baseUrl: down.baseUrl });
  while (down.got.length === 0) await systemClock.sleep(1, new AbortController().signal);
  await sender.stop();
  assertEquals(sender.queued, 12);
  await using up = receive();
  await sender.start({ baseUrl: up.baseUrl });
  await sender.drained();
  await sender.stop();
  assertEquals(up.got.flat().length, 12);
  assertEquals(up.authorizations[0], null);
});
