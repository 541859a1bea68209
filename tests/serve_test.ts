import { encodeBase64 } from "../src/std/encoding.ts";
import { startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertLess, assertStringIncludes } from "../src/std/assert.ts";
import { command, commandEnv, eventually, freePort, isReady } from "./support/system.ts";

/** A server in a process of its own. */
interface Served extends AsyncDisposable {
  readonly url: string;
  /** Sends SIGTERM; resolves with the exit code and how long it took, in ms. */
  stop(): Promise<{ readonly code: number; readonly took: number }>;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
}

async function serve(env: Readonly<Record<string, string>>): Promise<Served> {
  const port = freePort();
  const child = command(["serve"], { ...env, PORT: String(port) }).spawn();
  const output = Promise.all([child.stdout.text(), child.stderr.text()]);
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => isReady(url), 20_000, "the server is ready");
  let stopped: Promise<{ code: number; took: number }> | undefined;
  return { url, stop, kill, [Symbol.asyncDispose]: async () => void await stop() };

  async function kill(): Promise<void> {
    child.kill("SIGKILL");
    const { code } = await child.status;
    await output;
    stopped = Promise.resolve({ code, took: 0 });
  }

  function stop(): Promise<{ code: number; took: number }> {
    stopped ??= end();
    return stopped;
  }

  async function end(): Promise<{ code: number; took: number }> {
    const start = performance.now();
    child.kill("SIGTERM");
    const { code } = await child.status;
    await output;
    return { code, took: performance.now() - start };
  }
}

function event(orderId: number, accountId: number, kind = "update"): unknown {
  return {
    event_id: crypto.randomUUID().replaceAll("-", ""),
    event_type: "order",
    event_date: Math.floor(Date.now() / 1000),
    account_id: accountId,
    data: { eshop_id: 2, order_id: orderId, order_event_type: kind, order_state_changed: "closed" },
  };
}

async function post(
  url: string,
  body: unknown,
  password = "a-long-webhook-password",
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}/hooks/sitoo-to-ometria/events`, {
    method: "POST",
    headers: { authorization: `Basic ${encodeBase64(`till:${password}`)}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

Deno.test("serve takes events, and the order is at Ometria within two seconds", async () => {
  await using sandbox = await startSandbox({ orders: 50, seed: 5 });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
    await using server = await serve(env);
    const account = Number(sandbox.sitoo.accountId);

    const sold = sandbox.sitoo.sell();
    const start = performance.now();
    const answer = await post(server.url, [event(sold, account, "add"), event(sold, account)]);
    assertEquals(answer, { status: 200, text: "" });
    await eventually(() => isHeld(sold), 2_000, "the order is at Ometria");
    assertLess(performance.now() - start, 2_000);

    assertEquals((await post(server.url, [event(sold, account)], "wrong")).status, 401);
    assertEquals((await post(server.url, { odd: true })).status, 200);

    const status = await (await fetch(`${server.url}/status.json`)).json();
    assertEquals(status.pipelines["sitoo-to-ometria"].delivered, 1);

    const { code, took } = await server.stop();
    assertEquals(code, 0);
    assertLess(took, 5_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }

  function isHeld(orderId: number): boolean {
    return sandbox.ometria.orders.has(`till-${orderId}`);
  }
});

Deno.test("serve delivers after a restart what was acked before it was killed", async () => {
  await using sandbox = await startSandbox({ orders: 50, seed: 6 });
  const folder = await Deno.makeTempDir();
  try {
    const env = commandEnv(sandbox, { TILLPIPE_STORE: `${folder}/store.sqlite3` });
    const account = Number(sandbox.sitoo.accountId);
    sandbox.sitoo.faults.set({ kind: "status", status: 503, rate: 1 });
    const sold: number[] = [];
    {
      await using server = await serve(env);
      for (let turn = 0; turn < 20; turn++) {
        const orderId = sandbox.sitoo.sell();
        const { status } = await post(server.url, [event(orderId, account)]);
        assertEquals(status, 200);
        sold.push(orderId);
      }
      assertEquals(sandbox.ometria.orders.size, 0);
      await server.kill();
    }
    sandbox.sitoo.faults.clear();
    await using _server = await serve(env);
    await eventually(
      () => sold.every((orderId) => sandbox.ometria.orders.has(`till-${orderId}`)),
      30_000,
      "all orders are at Ometria",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("validate shows every problem of a broken pipeline at once, with line, column and caret", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const broken = (await Deno.readTextFile("pipeline.yaml"))
      .replace("page_size: 100", "page_size: many")
      .replace("channel: in store", "chanel: in store")
      .replace("stream: receipts", "stream: My Stream")
      .replace("gap: 250ms", "gap: ${TILL_GAP}")
      .replace("- use: map", "- use: namespace2");
    await Deno.writeTextFile(`${folder}/pipeline.yaml`, broken);
    const env = { ...commandEnvOnly(), OMETRIA_API_KEY: "key" };
    const { code, stdout, stderr } = await command(
      ["validate", "--pipeline", `${folder}/pipeline.yaml`],
      env,
    ).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 2);
    for (const problem of ["page_size", "My Stream", "TILL_GAP", "namespace2", "SITOO_API_KEY"]) {
      assertStringIncludes(text, problem);
    }
    const places = [...text.matchAll(/pipeline\.yaml:\d+:\d+/g)];
    assert(places.length >= 5, text);
    assertStringIncludes(text, "^");
    assertEquals(/\bat .*\.ts:\d+/.test(text), false, "no stack trace");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function commandEnvOnly(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
