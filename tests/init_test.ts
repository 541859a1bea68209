import * as z from "zod";
import { type Sandbox, startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../src/std/assert.ts";
import { commandEnv, root } from "./support/system.ts";

/** What a clone needs to run commands. */
const parts = [
  "src",
  "deno.json",
  "deno.lock",
  "pipeline.yaml",
  "pipeline.schema.json",
  ".gitignore",
];

/** The project as somebody has just cloned it, in a folder of its own. */
interface Clone extends AsyncDisposable {
  readonly folder: string;
  read(file: string): Promise<string>;
  /** Runs a task's command there, with the permissions of that task. */
  run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended>;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function clone(): Promise<Clone> {
  const folder = await Deno.makeTempDir();
  for (const part of parts) await copy(new URL(part, root), `${folder}/${part}`);
  return {
    folder,
    read: (file) => Deno.readTextFile(`${folder}/${file}`),
    run: (args, env) => runTask(folder, args, env),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function copy(from: URL, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    if (!/_test\.tsx?$/.test(name)) await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}

async function runTask(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", ...args],
    cwd: folder,
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** An environment in which nothing is set up. */
function bare(sandbox: Sandbox): Record<string, string> {
  const ours = /^(SITOO|OMETRIA|WEBHOOK|TILLPIPE)_/;
  return Object.fromEntries(
    Object.entries(commandEnv(sandbox)).filter(([name]) => !ours.test(name)),
  );
}

/** The accounts of a sandbox as options. */
function accounts({ sitoo, ometria }: Sandbox): readonly string[] {
  return [
    ...["--sitoo-account-url", sitoo.accountUrl, "--sitoo-api-id", sitoo.apiId],
    ...["--sitoo-api-key", sitoo.apiKey, "--start-date", "2024-01-01"],
    ...["--ometria-api-url", ometria.apiUrl, "--ometria-api-key", ometria.apiKey],
    ...["--ometria-email-api-key", ometria.emailApiKey],
  ];
}

Deno.test("init sets a fresh clone up by options alone, and what it wrote is valid without a warning", async () => {
  await using sandbox = await startSandbox({ orders: 50, seed: 3 });
  await using project = await clone();
  const env = bare(sandbox);
  const lacking = await project.run(["init"], env);
  assertEquals(lacking.code, 2);
  assertStringIncludes(lacking.err, "--sitoo-account-url URL, or the variable SITOO_ACCOUNT_URL");
  assertEquals((await project.run(["validate"], env)).code, 2);

  const dry = await project.run(["init", ...accounts(sandbox), "--email", "no", "--dry-run"], env);
  assertEquals(dry.code, 0, dry.err);
  assert(!dry.out.includes(sandbox.sitoo.apiKey) && !dry.out.includes(sandbox.ometria.apiKey));
  assertEquals(await Deno.stat(`${project.folder}/.env`).catch(() => "none"), "none");

  const done = await project.run(["init", ...accounts(sandbox), "--namespace", "pos"], env);
  assertEquals(done.code, 0, done.err);
  assertStringIncludes(done.err, "Sitoo takes the key and has 50 orders");
  assertStringIncludes(done.err, "Wrote pipeline.yaml, where now stands: value: pos");
  assertStringIncludes(done.out, "deno task doctor");
  for (const text of [done.out, done.err]) assert(!text.includes(sandbox.ometria.apiKey));
  if (Deno.build.os !== "windows") {
    assertEquals(((await Deno.stat(`${project.folder}/.env`)).mode ?? 0) & 0o777, 0o600);
  }
  assertStringIncludes(await project.read("pipeline.yaml"), "      value: pos\n");
  const valid = await project.run(["validate"], env);
  assertEquals([valid.code, valid.out], [0, "Valid: pipeline.yaml\n"], valid.err);

  const brought = await project.run(["backfill"], env);
  assertEquals(brought.code, 0, brought.err);
  await sandbox.ometria.settled();
  const { orders } = sandbox.ometria;
  assert(orders.size > 30 && [...orders.keys()].every((id) => id.startsWith("pos-")), brought.err);
});

Deno.test("init leaves an edited pipeline and the keys in .env alone unless it is told otherwise", async () => {
  await using sandbox = await startSandbox({ orders: 20, seed: 4 });
  await using project = await clone();
  const env = bare(sandbox);
  await project.run(["init", ...accounts(sandbox)], env);
  const [pipeline, variables] = [await project.read("pipeline.yaml"), await project.read(".env")];
  const edited = pipeline.replace("channel: in store", "channel: till");
  await Deno.writeTextFile(`${project.folder}/pipeline.yaml`, edited);

  const refused = await project.run(["init"], env);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, '"pipeline.yaml" has been edited');
  const dry = await project.run(["init", "--dry-run", "--no-check"], env);
  assertEquals(dry.code, 0, dry.err);
  assertStringIncludes(dry.err, "without --dry-run, init would refuse to overwrite it");
  assertEquals(await project.read("pipeline.yaml"), edited);
  const kept = await project.run(["init", "--keep"], env);
  assertEquals(kept.code, 0, kept.err);
  assertEquals([await project.read("pipeline.yaml"), await project.read(".env")], [
    edited,
    variables,
  ]);
  const forced = await project.run(["init", "--force", "--history", "no", "--no-check"], env);
  assertEquals(forced.code, 0, forced.err);
  assertStringIncludes(await project.read("pipeline.yaml"), "channel: in store");
  assertStringIncludes(
    await project.read("pipeline.yaml"),
    'enabled: false                           # "Do you',
  );
});

Deno.test("init refuses a wrong key with its remedy, and writes nothing", async () => {
  await using sandbox = await startSandbox({ orders: 20, seed: 5 });
  await using project = await clone();
  const env = { ...bare(sandbox), OMETRIA_API_KEY: "another-key" };
  const given = accounts(sandbox);
  const without = given.filter((_, index) => !/^--ometria-api-key$/.test(given[index & ~1] ?? ""));
  const { code, err } = await project.run(["init", ...without], env);
  assertEquals(code, 2);
  assertStringIncludes(err, "Ometria refuses the key for orders (403)");
  assertStringIncludes(err, "--no-check");
  assert(!err.includes("another-key"));
  assertEquals(await Deno.stat(`${project.folder}/.env`).catch(() => "none"), "none");
});

Deno.test("init sets a second pipeline up beside the first, with variables of its own", async () => {
  await using sandbox = await startSandbox({ orders: 20, seed: 6 });
  await using project = await clone();
  const env = bare(sandbox);
  await project.run(["init", ...accounts(sandbox)], env);
  const file = "pipelines/outlet.yaml";
  const { code, err } = await project.run(["init", ...accounts(sandbox), "--output", file], env);
  assertEquals(code, 0, err);
  assertStringIncludes(await project.read(".env"), "OUTLET_SITOO_API_KEY=");
  const both = ["validate", "--pipeline", "pipeline.yaml", "--pipeline", file];
  const valid = await project.run(both, env);
  assertEquals([valid.code, valid.out], [0, `Valid: pipeline.yaml\nValid: ${file}\n`], valid.err);
});

/** What `doctor --json` writes. */
const reportSchema = z.object({
  ok: z.boolean(),
  installation: z.array(z.looseObject({ check: z.string(), level: z.string() })),
  pipelines: z.record(
    z.string(),
    z.array(z.looseObject({
      check: z.string(),
      level: z.string(),
      text: z.string(),
      remedy: z.string().optional(),
    })),
  ),
  calls: z.object({ sitoo: z.number(), ometria: z.number() }),
});

async function examine(
  project: Clone,
  env: Readonly<Record<string, string>>,
): Promise<
  { readonly code: number; readonly levels: ReadonlyMap<string, string>; readonly err: string }
> {
  const { code, out, err } = await project.run(["doctor", "--json"], env);
  const report = reportSchema.parse(JSON.parse(out));
  const findings = [...report.installation, ...report.pipelines["sitoo-to-ometria"] ?? []];
  return { code, err, levels: new Map(findings.map(({ check, level }) => [check, level])) };
}

Deno.test("doctor finds nothing broken in what init has just set up, and changes nothing", async () => {
  await using sandbox = await startSandbox({ orders: 40, seed: 8 });
  await using project = await clone();
  const env = bare(sandbox);
  const nothing = await project.run(["doctor"], env);
  assertEquals(nothing.code, 2);
  assertStringIncludes(nothing.err, "deno task init asks for them and writes .env");

  await project.run(["init", ...accounts(sandbox), "--sku-match", "catalogue"], env);
  const { code, levels, err } = await examine(project, env);
  assertEquals([code, err], [0, ""]);
  for (
    const check of [
      "store",
      "secret",
      "env-file",
      "sitoo-key",
      "ometria-key",
      "namespace",
      "products",
    ]
  ) {
    assertEquals(levels.get(check), "ok", check);
  }
  assertEquals(levels.get("webhook"), "skipped");
  assertEquals(await Deno.stat(`${project.folder}/.tillpipe`).catch(() => "none"), "none");
  assertEquals(sandbox.ometria.orders.size, 0);
});

Deno.test("doctor says what is broken by its exit code, shows no key, and does not touch the project", async () => {
  await using sandbox = await startSandbox({ orders: 40, seed: 9 });
  await using project = await clone();
  const env = bare(sandbox);
  await project.run(["init", ...accounts(sandbox), "--sku-match", "catalogue"], env);
  const before = await project.read(".env");
  if (Deno.build.os !== "windows") await Deno.chmod(`${project.folder}/.env`, 0o644);
  const wrong = { ...env, SITOO_API_KEY: "a-wrong-key", TILLPIPE_STORE: "pipeline.yaml/store" };
  const { code, out, err } = await project.run(["doctor"], wrong);
  assertEquals([code, err], [1, ""]);
  for (
    const part of [
      "✗ Sitoo refuses the API id with this key (401)",
      "    Compare SITOO_API_ID",
      "✗ The store cannot be made",
      ...(Deno.build.os === "windows" ? [] : ["! Others on this machine can read .env"]),
      "✓ Ometria takes the key for orders",
      "– Did not look at products at Ometria, since Sitoo cannot be read",
      "1 call to Sitoo and",
    ]
  ) assertStringIncludes(out, part);
  for (const key of ["a-wrong-key", sandbox.ometria.apiKey]) assert(!out.includes(key));
  assertEquals(await project.read(".env"), before);
});
