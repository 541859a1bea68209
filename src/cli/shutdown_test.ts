import { assertEquals } from "../std/assert.ts";
import { createStopSignal } from "./shutdown.ts";

interface Fake {
  readonly exits: number[];
  readonly names: Deno.Signal[];
  readonly stopSignal: () => AbortSignal;
  readonly time: { now: number };
  send(name: Deno.Signal): void;
}

function fake(os: string): Fake {
  const listeners = new Map<Deno.Signal, () => void>();
  const exits: number[] = [];
  const names: Deno.Signal[] = [];
  const time = { now: 0 };
  const stopSignal = createStopSignal({
    listen: (name, listener) => {
      names.push(name);
      listeners.set(name, listener);
    },
    exit: (code) => void exits.push(code),
    monotonic: () => time.now,
  }, os);
  return { exits, names, time, stopSignal, send: (name) => listeners.get(name)?.() };
}

Deno.test("createStopSignal() aborts on the first signal and exits on the second", () => {
  const { exits, stopSignal, time, send } = fake("linux");
  const signal = stopSignal();
  assertEquals(signal.aborted, false);
  send("SIGTERM");
  assertEquals([signal.aborted, exits], [true, []]);
  time.now = 600;
  send("SIGINT");
  assertEquals(exits, [130]);
});

Deno.test("createStopSignal() listens only once somebody cares, and once", () => {
  const { names, stopSignal } = fake("linux");
  assertEquals(names, []);
  assertEquals(stopSignal(), stopSignal());
  assertEquals(names, ["SIGINT", "SIGTERM"]);
});

Deno.test("createStopSignal() uses the signals that Windows has", () => {
  const { names, stopSignal } = fake("windows");
  stopSignal();
  assertEquals(names, ["SIGINT", "SIGBREAK"]);
});

Deno.test("createStopSignal() takes a Ctrl-C that arrives twice, as deno task hands it on, for one", () => {
  const { exits, stopSignal, time, send } = fake("linux");
  const signal = stopSignal();
  time.now = 1_000;
  send("SIGINT");
  time.now = 1_004;
  send("SIGINT");
  assertEquals([signal.aborted, exits], [true, []]);
});
