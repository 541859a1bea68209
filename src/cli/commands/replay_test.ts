import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openStore } from "../../store/open.ts";
import type { PipelineStore } from "../../store/store.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { sandboxVariables } from "../sandbox_env.ts";
import { fakeHost } from "../testing.ts";

const accounts = {
  sitoo: { accountUrl: "http://127.0.0.1:9/v2/accounts/4711", apiId: "1", apiKey: "sitoo-key" },
  ometria: { apiUrl: "http://127.0.0.1:9/v2", apiKey: "ometria-key", emailApiKey: "email-key" },
};
const shipped = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));

/** What a call of `replay` comes to, on a store with three dead orders. */
async function replay(...args: readonly string[]): Promise<{
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly due: readonly number[];
  readonly dead: readonly number[];
}> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/store.sqlite3`;
    await withStore(file, bury);
    const env = { ...sandboxVariables(accounts), TILLPIPE_STORE: file };
    const fake = fakeHost({ env, files: { "pipeline.yaml": shipped } });
    const code = await runCommand(["replay", ...args], COMMANDS, fake.host);
    const after = await withStore(file, async (store) => ({
      due: (await store.due(10)).map(({ orderId }) => orderId).toSorted(),
      dead: (await store.deadLetters(10)).map(({ orderId }) => orderId).toSorted(),
    }));
    return { code, out: fake.out(), err: fake.err(), ...after };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function withStore<T>(file: string, use: (store: PipelineStore) => Promise<T>): Promise<T> {
  await using all = await openStore(file, { clock: new ManualClock(), random: () => 0.5 });
  return await use(all.pipeline("sitoo-to-ometria", "default"));
}

async function bury(store: PipelineStore): Promise<void> {
  const hold = await store.acquireLane("test", "f");
  if (hold === undefined) throw new Error("The lane is taken");
  const reasons: readonly (readonly [number, string])[] = [
    [1, "not-found"],
    [2, "not-found"],
    [3, "money-mismatch"],
  ];
  await store.commit(hold, {
    before: new Map(),
    ledger: reasons.map(([orderId, rule]) => ({
      orderId,
      outcome: "dead",
      rule,
      at: 1,
      steps: [],
    })),
    dead: reasons.map(([orderId, reason]) => ({
      orderId,
      reason,
      detail: "why",
      at: 1,
      attempts: 0,
    })),
    links: [],
    pointers: [],
    done: [],
    receipts: [],
    missedWindow: 0,
  });
  await store.releaseLane(hold);
}

Deno.test("replay without a choice lists what is dead and changes nothing", async () => {
  const { code, out, due, dead } = await replay();
  assertEquals([code, due, dead], [0, [], [1, 2, 3]]);
  for (const part of ["money-mismatch", "not-found", "why"]) assertStringIncludes(out, part);
  const json = JSON.parse((await replay("--json")).out);
  assertEquals(json.dead[0], {
    pipeline: "sitoo-to-ometria",
    orderId: 3,
    reason: "money-mismatch",
    detail: "why",
    at: 1,
    attempts: 0,
  });
});

Deno.test("replay makes the orders that were chosen due again", async () => {
  const all = [1, 2, 3];
  const cases: readonly (readonly [readonly string[], readonly number[]])[] = [
    [["--id", "2"], [2]],
    [["--reason", "not-found"], [1, 2]],
    [["--reason", "not-found", "--id", "3"], all],
    [["--all"], all],
    [["--reason", "crashed"], []],
  ];
  for (const [args, due] of cases) {
    const done = await replay(...args);
    assertEquals([done.code, done.due, done.dead], [0, due, all], args.join(" "));
  }
});

Deno.test("replay --discard takes letters away and sends nothing", async () => {
  const { code, due, dead } = await replay("--reason", "not-found", "--discard");
  assertEquals([code, due, dead], [0, [], [3]]);
});

Deno.test("replay refuses what makes no sense, and changes nothing", async () => {
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [["--discard"], 2, "--discard needs"],
    [["--all", "--id", "1"], 2, "--all goes with neither"],
    [["--id", "first"], 2, "--id takes an order id"],
    [["--id", "9"], 1, "No dead order has the id 9"],
  ];
  for (const [args, code, message] of cases) {
    const done = await replay(...args);
    assertEquals([done.code, done.due, done.dead], [code, [], [1, 2, 3]], args.join(" "));
    assertStringIncludes(done.err, message);
  }
});

Deno.test("replay refuses a reason that does not exist, with the one that was meant", async () => {
  const { code, err, dead } = await replay("--reason", "money-mismatsch", "--discard");
  assertEquals([code, dead.length], [2, 3]);
  assertStringIncludes(err, 'There is no reason "money-mismatsch"');
  assertStringIncludes(err, "Did you mean money-mismatch?");
  assertStringIncludes(err, "Orders are dead for: money-mismatch, not-found");
});

Deno.test("replay takes a reason that no order is dead for at the moment", async () => {
  const { code, out, due } = await replay("--reason", "rejected-by-ometria");
  assertEquals([code, due], [0, []]);
  assertStringIncludes(out, "0 orders are due again");
});

Deno.test("replay of one order speaks of one", async () => {
  assertStringIncludes((await replay("--id", "3")).out, "1 order is due again");
  assertStringIncludes((await replay("--id", "3", "--discard")).out, "1 letter is gone");
});
