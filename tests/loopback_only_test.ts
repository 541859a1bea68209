import * as z from "zod";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";

const root = new URL("../", import.meta.url);

const configSchema = z.object({
  permissions: z.record(z.string(), z.record(z.string(), z.unknown())),
  tasks: z.record(z.string(), z.object({ command: z.string() })),
});

/** Everything that would reach outside, if anything did. */
const outside: Readonly<Record<string, string>> = {
  SITOO_ACCOUNT_URL: "https://api.mysitoo.com/v2/accounts/4711",
  SITOO_API_ID: "4711-1",
  SITOO_API_KEY: "a-real-key",
  OMETRIA_API_URL: "https://192.0.2.1/v2",
  OMETRIA_API_KEY: "a-real-key",
  WEBHOOK_USERNAME: "till",
  WEBHOOK_PASSWORD: "a-real-password",
  ALERT_URL: "https://192.0.2.1/alert",
  TILLPIPE_STORE: "https://192.0.2.1/",
  PUBLIC_URL: "https://shop.example.com",
};

/** What a process needs to run at all. */
function bare(): Record<string, string> {
  const kept = ["PATH", "HOME", "DENO_DIR", "TMPDIR"].flatMap((name): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}

function environment(): Record<string, string> {
  return { ...bare(), ...outside };
}

/**
 * What the tasks say before `deno`. Net permissions bind the program, but not what Deno does by itself: it
 * sends calls to this machine through a proxy of the environment, its telemetry to wherever that says, and
 * asks whether there is a newer Deno.
 */
const guard =
  "NO_PROXY=$NO_PROXY,127.0.0.1,localhost,::1 OTEL_DENO=false DENO_NO_UPDATE_CHECK=1 deno ";

Deno.test("the tasks that need no account run where nothing but this machine can be reached", async () => {
  const config = configSchema.parse(
    JSON.parse(await Deno.readTextFile(new URL("deno.json", root))),
  );
  const loopback = ["127.0.0.1", "localhost", "[::1]"];
  for (const name of ["demo", "sandbox", "crashtest", "bench", "bench:peers", "test", "validate"]) {
    const task = config.tasks[name];
    if (task === undefined) continue;
    const set = /-P(?:=(\S+))?/.exec(task.command);
    assert(set !== null, `${name} names no permission set`);
    assertEquals(/\s-A\b|--allow|--env-file/.test(task.command), false, `${name} allows more`);
    // Without it a terminal would be asked to grant what is missing; tests have none.
    const command = task.command.replace("DENO_NO_PROMPT=1 ", "");
    assert(command.startsWith(guard), `${name} does not start with "${guard}"`);
    const { net, import: modules } = config.permissions[set[1] ?? "test"] ?? {};
    for (const hosts of [net, modules]) {
      assert(Array.isArray(hosts) && hosts.every((host) => loopback.includes(String(host))), name);
    }
  }
});

Deno.test("under the permission set of demo a call to the outside is refused before it is made", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, `await fetch("http://192.0.2.1/");`);
    const result = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=loopback", "--config", "deno.json", file],
      cwd: root,
      env: {
        ...environment(),
        HTTP_PROXY: "http://192.0.2.1:3128",
        HTTPS_PROXY: "http://192.0.2.1:3128",
      },
      clearEnv: true,
    }).output();
    assertEquals(result.code, 1);
    assertStringIncludes(new TextDecoder().decode(result.stderr), "NotCapable");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("demo ends well whatever the environment says, since it uses none of it", async () => {
  const reached: string[] = [];
  const trap = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, (request) => {
    reached.push(`${request.method} ${request.url}`);
    return new Response("from outside", { status: 502 });
  });
  try {
    const url = `http://127.0.0.1:${trap.addr.port}`;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "demo", "--once", "--orders", "60", "--seconds", "2"],
      cwd: root,
      env: {
        ...environment(),
        HTTP_PROXY: url,
        HTTPS_PROXY: url,
        ALL_PROXY: url,
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
      },
      clearEnv: true,
      // Through the trap nothing arrives, and a demo of which nothing arrives does not end.
      signal: AbortSignal.timeout(60_000),
    }).output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(reached, []);
    assertEquals(code, 0, output);
    assertStringIncludes(output, "Everything that was sold has arrived");
  } finally {
    await trap.shutdown();
  }
});

Deno.test("demo reads no .env: one that names the outside changes nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const lines = Object.entries(outside).map(([name, value]) => `${name}=${value}\n`);
    await Deno.writeTextFile(`${folder}/.env`, lines.join(""));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-P=loopback",
        `--config=${new URL("deno.json", root).pathname}`,
        new URL("src/cli/main.ts", root).pathname,
        "demo",
        "--once",
        "--orders=30",
        "--seconds=1",
        `--pipeline=${new URL("pipeline.yaml", root).pathname}`,
      ],
      cwd: folder,
      env: bare(),
      clearEnv: true,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
