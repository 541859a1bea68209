import { requestedRun } from "../src/engine/history_run.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals } from "../src/std/assert.ts";
import { openStore } from "../src/store/open.ts";
import { systemClock } from "../src/time/clock.ts";
import { commandEnv, eventually, root } from "./support/system.ts";

/** The Deno that Deno Deploy runs. */
const deployed = "deno@2.5.0";

/** An instance as Deno Deploy starts it. */
interface Instance extends AsyncDisposable {
  readonly url: string;
  /** One tick of the cron. */
  tick(): Promise<void>;
  /** Ends it without a word, as Deno Deploy may at any moment. */
  kill(): Promise<void>;
}

let fetched: Promise<string> | undefined;

/** Where that Deno is, fetched if need be: with the environment of the tests, which may name a proxy. */
function deployedDeno(): Promise<string> {
  return fetched ??= fetchDeno();
}

async function fetchDeno(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("npx", {
    args: ["--yes", deployed, "eval", "--no-config", "console.log(Deno.execPath())"],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${deployed} could not be fetched: ${text.decode(stderr)}`);
  return text.decode(stdout).trim();
}

async function start(
  store: string,
  env: Readonly<Record<string, string>>,
): Promise<Instance> {
  const child = new Deno.Command(await deployedDeno(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-all",
      "tests/support/deploy_harness.ts",
      store,
    ],
    cwd: root,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = child.stderr.text();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const input = child.stdin.getWriter();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await output.read();
    if (done) throw new Error(`The instance did not start: ${await errors}`);
    text += value;
  }
  let killed: Promise<void> | undefined;
  const encoder = new TextEncoder();
  return {
    url: `http://127.0.0.1:${/port (\d+)/.exec(text)?.[1]}`,
    tick: () => input.write(encoder.encode("tick\n")),
    kill,
    [Symbol.asyncDispose]: kill,
  };

  function kill(): Promise<void> {
    return killed ??= end();
  }

  async function end(): Promise<void> {
    child.kill("SIGKILL");
    await input.abort().catch(() => {});
    await child.status;
    await output.cancel();
    await errors;
  }
}

/** Events keep coming for a while, to this instance. */
async function trade(sandbox: Sandbox, url: string, ms: number): Promise<void> {
  await sandbox.sender.start({
    baseUrl: `${url}/hooks/sitoo-to-ometria`,
    username: "till",
    password: "a-long-webhook-password",
  });
  await sandbox.live({ ordersPerSecond: 20, refunds: 0.1, receipts: 0 }, AbortSignal.timeout(ms));
}

/** Asks for history in the store itself, as an operator's backfill does beside a server. */
async function askForHistory(path: string, fingerprint: string): Promise<void> {
  await using store = await openStore(path, { clock: systemClock, random: Math.random });
  const now = Date.now();
  const run = requestedRun({ next: 0, fingerprint, at: now });
  const isAsked = await store.pipeline("sitoo-to-ometria", "default").requestBackfill(run);
  assert(isAsked);
}

Deno.test("on Deno Deploy nothing acked is lost, however often the instance is killed", async () => {
  const sender = { scale: 0.001 };
  await using sandbox = await startSandbox({ orders: 300, seed: 11, sender });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { DENO_TIMELINE: "production" });
    const path = `${folder}/store.sqlite3`;
    await askForHistory(path, "any");
    for (let turn = 0; turn < 5; turn++) {
      await using instance = await start(path, env);
      await instance.tick();
      await trade(sandbox, instance.url, 1_500);
      await sandbox.sender.stop();
      await instance.kill();
    }
    await using instance = await start(path, env);
    await trade(sandbox, instance.url, 500);
    await sandbox.sender.drained();
    await instance.tick();
    const isSame = (): boolean => sandbox.truth.compare({ prefix: "till-" }).same;
    await eventually(isSame, 60_000, "every order is at Ometria as it is at Sitoo");
    assertEquals(sandbox.counters().sender.dropped, 0);
    await sandbox.sender.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a branch timeline on Deno Deploy takes events, and reads and sends nothing", async () => {
  await using sandbox = await startSandbox({ orders: 20, seed: 12 });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { DENO_TIMELINE: "git-branch/trial" });
    await using instance = await start(`${folder}/store.sqlite3`, env);
    await instance.tick();
    await trade(sandbox, instance.url, 1_000);
    await sandbox.sender.drained();
    await instance.tick();
    const { sitoo, ometria, sender } = sandbox.counters();
    assert(sender.delivered > 0);
    assertEquals([sitoo.requests, ometria.requests], [{}, {}]);
    await sandbox.sender.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
