import { runBackfill } from "../../runtime/backfill.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { composeFromUser } from "../installation.ts";
import { COMMANDS } from "../main.ts";
import { readOptions } from "../options.ts";
import { runCommand } from "../run.ts";
import { sandboxVariables } from "../sandbox_env.ts";
import { type FakeHost, fakeHost } from "../testing.ts";
import { reconcile } from "./reconcile.ts";
import { systemClock } from "../../time/clock.ts";

const shipped = (await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url)))
  .replace(/(push|read)_rate: .*/g, "$1_rate: off")
  .replace(/gap: .*/, "gap: 0ms")
  .replace("use: ometria-orders", "use: ometria-orders\n    with: { settle: 100ms }");

/** What a call on a sandbox of 200 orders comes to; `brought`: after their history was brought. */
async function called(
  { brought, args }: { readonly brought: boolean; readonly args: readonly string[] },
): Promise<{ readonly code: number; readonly folder: string; readonly fake: FakeHost }> {
  const rates = { push: Infinity, read: Infinity, email: Infinity };
  await using sandbox = await startSandbox({ orders: 200, days: 3, seed: 6, rates });
  const folder = await Deno.makeTempDir();
  const env = {
    ...sandboxVariables(sandbox),
    TILLPIPE_STORE: `${folder}/store.sqlite3`,
    INIT_CWD: folder,
  };
  const host = (): FakeHost => {
    const fake = fakeHost({ env, files: { "pipeline.yaml": shipped } });
    return { ...fake, host: { ...fake.host, clock: systemClock } };
  };
  await using installation = await composeFromUser(readOptions([], reconcile), host().host, {
    storeUse: "make",
  });
  if (brought) {
    const [context] = installation.contexts;
    assert(context !== undefined);
    await runBackfill(context, { onProgress: () => {} }, new AbortController().signal);
    await sandbox.ometria.settled();
  }
  const fake = host();
  const days = ["--from", new Date(Date.now() - 4 * 86_400_000).toISOString().slice(0, 10)];
  const today = ["--to", new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)];
  const code = await runCommand(["reconcile", ...days, ...today, ...args], COMMANDS, fake.host);
  return { code, folder, fake };
}

Deno.test("reconcile ends with 0 when all is explained, tells the cost first, and writes what was asked for", async () => {
  const args = ["--csv", "r.csv", "--html", "r.html", "--ids", "ids.csv", "--verify", "10"];
  const { code, folder, fake } = await called({ brought: true, args });
  assertEquals(code, 0, fake.err() + fake.out());
  assertStringIncludes(
    fake.err(),
    "about 200 orders to read, at least 3 calls to Sitoo and 10 to Ometria",
  );
  assertStringIncludes(fake.out(), "Every order is explained");
  assertStringIncludes(fake.out(), "Read back from Ometria: 10 orders, all as they should be");
  const files = ["r.csv", "r.html", "ids.csv"].map((name) =>
    Deno.readTextFile(`${folder}/${name}`)
  );
  const [csv = "", page = "", ids = ""] = await Promise.all(files);
  assertStringIncludes(csv, "sitoo-to-ometria");
  assertStringIncludes(page, "<svg");
  assertEquals(ids.split("\r\n").length, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("reconcile ends with 1 when orders are missing, and --json has each of them", async () => {
  const { code, folder, fake } = await called({ brought: false, args: ["--json", "--fix"] });
  assertEquals(code, 1, fake.err());
  const { pipelines } = JSON.parse(fake.out());
  const report = pipelines["sitoo-to-ometria"];
  assertEquals(report.agrees, false);
  assertEquals(report.causes[0].cause, "history-not-brought");
  assertEquals(report.fixed, report.causes[0].fixable);
  assert(report.fixed > 100);
  assert(!/@|namefirst/.test(fake.out()));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("reconcile --estimate reads nothing but the number of orders", async () => {
  const { code, folder, fake } = await called({ brought: false, args: ["--estimate"] });
  assertEquals(code, 0, fake.err());
  assertStringIncludes(fake.out(), "about 200 orders to read, at least 2 calls to Sitoo and none");
  await Deno.remove(folder, { recursive: true });
});

const wrong: readonly (readonly [readonly string[], string])[] = [
  [["--from", "2025-02-30"], 'Cannot read "2025-02-30" as a day'],
  [["--from", "2025-03-02", "--to", "2025-03-01"], "The range ends before it begins"],
  [["--verify", "some"], "--verify takes a whole number"],
  [["--verify", "0"], "--verify takes a whole number"],
  [["--html", "no/such/folder/r.html"], 'Cannot write to "no/such/folder/r.html"'],
];
for (const [args, message] of wrong) {
  Deno.test(`reconcile ${args.join(" ")} exits 2 and says what is wrong`, async () => {
    const accounts = {
      sitoo: { accountUrl: "http://127.0.0.1:9/v2/accounts/4711", apiId: "1", apiKey: "k" },
      ometria: { apiUrl: "http://127.0.0.1:9/v2", apiKey: "k", emailApiKey: "e" },
    };
    const env = { ...sandboxVariables(accounts), TILLPIPE_STORE: ":memory:" };
    const text = shipped.replace(
      "with:\n      channel",
      "with:\n      timezone: UTC\n      channel",
    );
    const fake = fakeHost({ env, files: { "pipeline.yaml": text } });
    assertEquals(await runCommand(["reconcile", ...args], COMMANDS, fake.host), 2);
    assertStringIncludes(fake.err(), message);
    assertEquals(fake.out(), "");
  });
}
