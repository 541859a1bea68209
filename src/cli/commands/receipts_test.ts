import { startSandbox } from "../../sandbox/mod.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openStore } from "../../store/open.ts";
import type { OutboxRow, ReceiptState } from "../../store/rows.ts";
import type { PipelineStore } from "../../store/store.ts";
import { systemClock } from "../../time/clock.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { sandboxVariables } from "../sandbox_env.ts";
import { fakeHost } from "../testing.ts";

const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));
const sending = shipped.replace(/(use: ometria-email[\s\S]*?enabled: )false/, "$1true");

/** What a run came to, with what the outbox and the fake Ometria held afterwards. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An installation whose outbox holds one receipt that was sent, one unknown and one skipped. */
interface Installation extends AsyncDisposable {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ran>;
  states(): Promise<readonly string[]>;
  /** Addresses that emails went to. */
  sent(): readonly string[];
  /** An order of the history whose customer has an address. */
  readonly orderId: number;
}

async function install(pipeline = sending): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const sandbox = stack.use(await startSandbox({ orders: 60 }));
  const file = `${folder}/store.sqlite3`;
  const orderId = sandbox.sitoo.sell({ email: "maja.ek@example.com", store: "S-001" });
  await withStore(file, (store) => fill(store, orderId));
  const env = { ...sandboxVariables(sandbox), TILLPIPE_STORE: file, INIT_CWD: folder };
  const owned = stack.move();
  return {
    folder,
    orderId,
    run: async (...args) => {
      const { host, out, err } = fakeHost({ env, files: { "pipeline.yaml": pipeline } });
      const timed = { ...host, clock: systemClock };
      return {
        code: await runCommand(["receipts", ...args], COMMANDS, timed),
        out: out(),
        err: err(),
      };
    },
    states: () =>
      withStore(file, async (store) => {
        return (await store.receipts(10)).map(({ id, state }) => `${id} ${state}`).toSorted();
      }),
    sent: () => sandbox.ometria.emails.map(({ to }) => to),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function withStore<T>(file: string, use: (store: PipelineStore) => Promise<T>): Promise<T> {
  await using all = await openStore(file, { clock: systemClock, random: () => 0.5 });
  return await use(all.pipeline("sitoo-to-ometria", "default"));
}

async function fill(store: PipelineStore, orderId: number): Promise<void> {
  const ends: readonly ReceiptState[] = ["sent", "unknown", "skipped"];
  for (const [index, state] of ends.entries()) {
    const asked: OutboxRow = {
      id: `event-${state}`,
      orderId,
      state: "asked",
      askedAt: 1_000 + index,
      dueAt: 1_000,
      attempts: 0,
      at: 1_000,
    };
    await store.arrive({ pointers: [], receipts: [asked], quarantine: [] });
    const ended: OutboxRow = state === "skipped"
      ? { ...asked, state, reason: "data-failed", detail: "data.note: no number" }
      : { ...asked, state };
    await store.moveReceipt(asked, ended);
  }
}

Deno.test("receipts lists by state, with ids, ages and reasons", async () => {
  await using installation = await install();
  const all = await installation.run();
  assertEquals(all.code, 0, all.err);
  for (
    const part of [
      "event-unknown",
      "event-sent",
      "data-failed; data.note: no number",
      "1970-01-01",
      "--mark-sent ID",
      "1 sent, 1 unknown, 1 skipped",
    ]
  ) assertStringIncludes(all.out, part);
  const unknown = JSON.parse((await installation.run("--state", "unknown", "--json")).out);
  assertEquals(
    unknown.receipts.map(({ id, open }: { id: string; open: boolean }) => [id, open]),
    [["event-unknown", true]],
  );
});

Deno.test("receipts --mark-sent settles and sends nothing; --resend sends", async () => {
  await using installation = await install();
  const marked = await installation.run("--mark-sent", "event-unknown");
  assertEquals([marked.code, installation.sent()], [0, []], marked.err);
  const again = await installation.run("--resend", "event-unknown");
  assertEquals(again.code, 2);
  assertStringIncludes(again.err, "was sent already");
  const resent = await installation.run("--resend", "event-skipped");
  assertEquals([resent.code, installation.sent().length], [0, 1], resent.err);
  assertEquals(await installation.states(), [
    "event-sent sent",
    "event-skipped sent",
    "event-unknown sent",
  ]);
  assertStringIncludes((await installation.run()).out, "marked by an operator, was unknown");
});

Deno.test("receipts preview shows the email and writes a page; --send-to sends to that address alone", async () => {
  await using installation = await install();
  const before = await installation.states();
  const order = String(installation.orderId);
  const page = await installation.run("preview", order, "--html", "receipt.html");
  assertEquals(page.code, 0, page.err);
  const { template_id: template, data: { details } } = JSON.parse(page.out);
  assertEquals(template, 1567);
  // As the till's receipts are, which Sitoo knows.
  assertEquals(details.locale, details.currency === "GBP" ? "en-GB" : "sv-SE");
  assertStringIncludes(page.err, "Nothing was sent");
  assertStringIncludes(await Deno.readTextFile(`${installation.folder}/receipt.html`), "<table");
  assertEquals(installation.sent(), []);
  const trial = await installation.run("preview", order, "--send-to", "me@example.com");
  assertEquals([trial.code, installation.sent()], [0, ["me@example.com"]], trial.err);
  assertStringIncludes(trial.err, "Really sent");
  assertEquals(await installation.states(), before);
});

Deno.test("receipts refuses what makes no sense, and sends nothing", async () => {
  await using installation = await install();
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [["--state", "lost"], 2, "No receipt stands as"],
    [["preview"], 2, "ORDERID is missing"],
    [["preview", "S-1"], 1, 'No order is called "S-1"'],
    [["show", "1"], 2, 'Nothing is known to be done with "show"'],
    [["--html", "x.html"], 2, "goes with preview"],
    [["--send-to", "me@example.com"], 2, "goes with preview"],
    [["preview", "1", "--resend", "event-unknown"], 2, "goes with neither"],
    [["--resend", "event-unknown", "--mark-sent", "event-unknown"], 2, "one of them is enough"],
    [["--resend", "nowhere"], 1, "No receipt has the id nowhere"],
    [["preview", "999999999"], 1, "Sitoo has no order"],
    [["preview", String(installation.orderId), "--send-to", "me"], 2, "no email address"],
  ];
  for (const [args, code, message] of cases) {
    const ran = await installation.run(...args);
    assertEquals(ran.code, code, `${args.join(" ")}: ${ran.err}`);
    assertStringIncludes(ran.err, message);
  }
  assertEquals(installation.sent(), []);
  await using off = await install(shipped);
  assertStringIncludes((await off.run("preview", "50001")).err, "sends no receipts");
});
