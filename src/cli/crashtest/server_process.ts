import { fromFileUrl } from "../../std/path.ts";
import type { Host } from "../host.ts";
import { until } from "../waiting.ts";
import { SERVER_SETTINGS } from "./server_settings.ts";

/** ms in which a server has to answer after its start. */
const READY_WITHIN = 30_000;
const main = fromFileUrl(new URL("../main.ts", import.meta.url));

/** A server in a process of its own, which can be treated as badly as a machine treats it. */
export interface ServerProcess {
  readonly url: string;
  /** Neither stopped nor dead. */
  readonly isRunning: boolean;
  readonly isAlive: boolean;
  /** `kill -9`. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP, and SIGCONT after `ms` or when the signal aborts. */
  freeze(ms: number, signal: AbortSignal): Promise<void>;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number>;
}

/** Options of {@linkcode startServerProcess}. */
export interface ServerProcessOptions {
  /** The file that {@linkcode SERVER_SETTINGS} names. */
  readonly settingsFile: string;
  /** Gets what the process says on standard error, line ends included. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/** Starts a server and waits until it answers. Throws when it does not. */
export async function startServerProcess(
  options: ServerProcessOptions,
  { clock }: Pick<Host, "clock">,
): Promise<ServerProcess> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=loopback", main, "crashtest"],
    env: {
      [SERVER_SETTINGS]: options.settingsFile,
      HOST: "127.0.0.1",
      PORT: String(port),
      PUBLIC_URL: "",
      NO_COLOR: "1",
      OTEL_DENO: "false",
      DENO_NO_UPDATE_CHECK: "1",
      NO_PROXY: "127.0.0.1,localhost,::1",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = await Deno.open(options.log, { create: true, append: true });
  const output = child.stderr.pipeTo(log.writable).catch(() => {});
  let state: "running" | "stopped" | "dead" = "running";
  const gone = child.status.then(({ code }) => {
    state = "dead";
    return code;
  });
  const isUp = await until(async () => state === "dead" || await answers(url), {
    clock,
    signal: options.signal,
    every: 20,
    within: READY_WITHIN,
  });
  if (options.signal.aborted || !isUp || isGone()) {
    if (!isGone()) child.kill("SIGKILL");
    await Promise.all([gone, output]);
    options.signal.throwIfAborted();
    throw new Error(`Cannot start a server for the crash test: see ${options.log}`);
  }
  return {
    url,
    get isRunning() {
      return state === "running";
    },
    get isAlive() {
      return state !== "dead";
    },
    async kill(): Promise<void> {
      if (!isGone()) child.kill("SIGKILL");
      await Promise.all([gone, output]);
    },
    async freeze(ms, signal): Promise<void> {
      if (state !== "running") return;
      child.kill("SIGSTOP");
      state = "stopped";
      await clock.sleep(ms, signal).catch(() => {});
      if (isGone()) return;
      child.kill("SIGCONT");
      state = "running";
    },
    async stop(): Promise<number> {
      if (!isGone()) child.kill("SIGTERM");
      const [code] = await Promise.all([gone, output]);
      return code;
    },
  };

  function isGone(): boolean {
    return state === "dead";
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
