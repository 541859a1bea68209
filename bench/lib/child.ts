/** A process that the harness has started. */
export interface Child {
  readonly pid: number;
  /** The first line it wrote; rejects with what it complained of when it ended before. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ readonly code: number; readonly complaints: string }>;
  /** Asks it to end, and waits; kills it when it does not. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** What a process has used so far. */
export interface Usage {
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  /** MB (10^6 bytes) now, and at most so far. */
  readonly memory: number;
  readonly peak: number;
}

/** How a process is started. */
export interface StartOptions {
  /** What runs. @default this Deno */
  readonly command?: string;
  readonly args: readonly string[];
  readonly cwd: URL | string;
  readonly env?: Readonly<Record<string, string>>;
}

/** ms that a process has to end by itself. */
const patience = 6_000;
/** The kernel counts in hundredths of a second, on every machine Deno runs on. */
const ticksPerSecond = 100;

/** Starts a process with an environment of its own: nothing of an account gets in. */
export function start(options: StartOptions): Child {
  const child = new Deno.Command(options.command ?? Deno.execPath(), {
    args: [...options.args],
    cwd: options.cwd,
    env: { ...kept(), ...options.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  promise.catch(() => {});
  const output = Promise.all([readFirstLine(child.stdout, resolve), child.stderr.text()]);
  const ended = Promise.all([child.status, output]).then(([{ code }, [, complaints]]) => {
    reject(new Error(`A process of the benchmark ended with ${code}: ${complaints}`));
    return { code, complaints };
  });
  const started: Child = { pid: child.pid, firstLine: promise, ended, stop, kill };
  alive.add(started);
  ended.finally(() => alive.delete(started));
  return started;

  async function stop(): Promise<void> {
    const killing = setTimeout(() => send("SIGKILL"), patience);
    send("SIGTERM");
    await ended;
    clearTimeout(killing);
  }

  async function kill(): Promise<void> {
    send("SIGKILL");
    await ended;
  }

  function send(signal: Deno.Signal): void {
    try {
      child.kill(signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** What runs now. */
const alive = new Set<Child>();

/** Ends everything that was started and still runs. */
export async function killAll(): Promise<void> {
  await Promise.all([...alive].map((child) => child.kill()));
}

/** What a process needs to run at all. */
function kept(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];
  const found = names.flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(found),
    NO_COLOR: "1",
    NO_PROXY: "127.0.0.1,localhost,::1",
    OTEL_DENO: "false",
    DENO_NO_UPDATE_CHECK: "1",
  };
}

async function readFirstLine(
  stream: ReadableStream<Uint8Array>,
  found: (line: string) => void,
): Promise<void> {
  let text = "";
  let isFound = false;
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    if (isFound) continue;
    text += part;
    const end = text.indexOf("\n");
    if (end < 0) continue;
    isFound = true;
    found(text.slice(0, end));
  }
}

/**
 * What a process has used, as Linux tells it; `undefined` where there is no such account, or no such process
 * any more. Through `cat`, since Deno lets nobody read `/proc` who may not do everything.
 */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { success, stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/stat`, `/proc/${pid}/status`],
    stderr: "null",
  }).output();
  if (!success) return undefined;
  return parseUsage(new TextDecoder().decode(stdout));
}

/** Reads `/proc/PID/stat` followed by `/proc/PID/status`. */
export function parseUsage(text: string): Usage | undefined {
  // The name in parentheses may hold anything; user and system time are the 12th and 13th after it.
  const [stat = ""] = text.split("\n");
  const [, ...after] = stat.slice(stat.lastIndexOf(")")).split(" ");
  const ticks = Number(after[11]) + Number(after[12]);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN);
  const [memory, peak] = [kilobytes("VmRSS") * 1.024e-3, kilobytes("VmHWM") * 1.024e-3];
  if (Number.isNaN(ticks + memory + peak)) return undefined;
  return { cpuSeconds: ticks / ticksPerSecond, memory, peak };
}
