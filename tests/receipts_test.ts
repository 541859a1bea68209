/** Receipts of whole programs: what crashes, outages and second instances make of them. */
import type { PipelineDefinition } from "../src/definition/definition.ts";
import { loadDefinition } from "../src/definition/load.ts";
import type { OmetriaApi } from "../src/ometria/api.ts";
import { createMemoryOmetria, type MemoryOmetria } from "../src/ometria/memory.ts";
import { sitooOrder } from "../src/records/testing.ts";
import { startSandbox } from "../src/sandbox/mod.ts";
import { createMemorySitoo } from "../src/sitoo/memory.ts";
import { registry } from "../src/stages/registry.ts";
import { encodeBase64 } from "../src/std/encoding.ts";
import { assert, assertEquals, assertLessOrEqual } from "../src/std/assert.ts";
import { KvStore } from "../src/store/kv_store.ts";
import { MemoryKv } from "../src/store/memory_kv.ts";
import { openStore } from "../src/store/open.ts";
import type { PipelineStore } from "../src/store/store.ts";
import { systemClock } from "../src/time/clock.ts";
import { failed } from "./model/ometria.ts";
import { type Fate, Program } from "./model/program.ts";
import { SimClock } from "./model/sim_clock.ts";
import { command, commandEnv, eventually } from "./support/system.ts";

const start = Date.parse("2026-01-15T12:00:00Z");
const firstId = 1_000;
const text = `version: 1
name: model
connections:
  sitoo: { account_url: "https://api.mysitoo.com/v2/accounts/4711", api_id: id, api_key: key }
  ometria: { api_key: key, email_api_key: other }
sources:
  - use: sitoo-webhook
    with: { username: till, password: password, sweep: { new: 2d } }
transforms:
  - use: map
    with: { timezone: UTC }
sinks:
  - use: ometria-orders
  - use: ometria-email
    with:
      enabled: true
      from_name: Example Store
      from_address: receipts@example.com
      subject: Your receipt
      stream: receipts
      max_age: MAX_AGE
`;

function definition(maxAge: string): PipelineDefinition {
  const source = { file: "pipeline.yaml", text: text.replace("MAX_AGE", maxAge) };
  const loaded = loadDefinition(source, { catalog: registry, env: () => undefined, now: start });
  if (loaded.definition === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.definition;
}

/** Requests for the receipts of so many orders, ten in a body, as Sitoo sends them. */
function requests(receipts: number, type = "email-receipt"): readonly string[] {
  const events = Array.from({ length: receipts }, (_, index) => ({
    event_id: `event-${type}-${index}`,
    event_type: "order",
    event_date: start / 1000,
    account_id: 4711,
    data: { eshop_id: 2, order_id: firstId + index, order_event_type: type },
  }));
  const bodies: string[] = [];
  for (let at = 0; at < events.length; at += 10) {
    bodies.push(JSON.stringify(events.slice(at, at + 10)));
  }
  return bodies;
}

/** A database and both accounts, on which programs come and go. */
class World {
  readonly clock = new SimClock(start);
  readonly ometria: MemoryOmetria = createMemoryOmetria();
  readonly #kv = new MemoryKv();
  readonly #receipts: number;

  readonly #maxAge: string;

  constructor(receipts: number, maxAge = "24h") {
    this.#receipts = receipts;
    this.#maxAge = maxAge;
  }

  program(ometria: Partial<OmetriaApi> = {}, fate?: Fate): Program {
    const orders = Array.from({ length: this.#receipts }, (_, index) =>
      sitooOrder({
        orderid: firstId + index,
        orderdate: start / 1000,
        email: `person${index}@example.com`,
        additionaldata: {},
      }));
    return new Program({
      definition: definition(this.#maxAge),
      kv: this.#kv,
      clock: this.clock,
      random: half,
      sitoo: createMemorySitoo(orders),
      ometria: { ...this.ometria, ...ometria },
    }, fate);
  }

  async store(): Promise<PipelineStore> {
    const all = await new KvStore(this.#kv, { clock: this.clock, random: half }).open();
    return all.pipeline("model", "default");
  }

  /** Hands a body to programs at once; time goes on, since one may wait for the other. */
  async tell(body: string, ...programs: readonly Program[]): Promise<void> {
    const taken = Promise.all(programs.map((program) => program.take(body)));
    await this.clock.pass(1_000);
    assert((await taken).every((one) => one));
  }

  /** Receipts by state, and how many emails went to each address, most first. */
  async outcome(): Promise<
    { readonly states: Readonly<Record<string, number>>; readonly copies: readonly number[] }
  > {
    const { receipts } = await (await this.store()).counters();
    const grouped = Map.groupBy(this.ometria.emails, ({ to }) => to.email);
    const copies = [...grouped.values()].map((emails) => emails.length);
    return { states: receipts, copies: copies.toSorted((left, right) => right - left) };
  }
}

Deno.test("with orders held up for an hour, every receipt goes out at once", async () => {
  const world = new World(200);
  const down = { push: () => Promise.reject(failed("ometria", "unavailable")) };
  const program = world.program(down);
  await program.start();
  for (const body of requests(200, "update")) assert(await program.take(body));
  for (const [index, body] of requests(200).entries()) {
    assert(await program.take(body));
    await world.clock.pass(180_000);
    assertEquals(world.ometria.emails.length, (index + 1) * 10);
  }
  assertEquals([world.clock.now() - start, world.ometria.held.size], [3_600_000, 0]);
  assertEquals((await world.outcome()).states, { sent: 200 });
  await program.stop(1_000);
});

const crashes: readonly (readonly [string, Fate, number])[] = [
  ["between reservation and call", { kind: "killed", step: "before sendEmail" }, 0],
  ["between call and record", { kind: "killed", step: "after sendEmail" }, 1],
];
for (const [when, fate, emails] of crashes) {
  Deno.test(`a crash ${when} leaves one receipt unknown, and sends the others once`, async () => {
    const world = new World(5);
    const first = world.program();
    await first.start();
    first.meet(fate);
    for (const body of requests(5)) await first.take(body);
    await world.clock.pass(5_000);
    assert(first.isDead);
    assertEquals(world.ometria.emails.length, emails);
    const second = world.program();
    await second.start();
    await world.clock.pass(200_000);
    assertEquals(await world.outcome(), {
      states: { unknown: 1, sent: 4 },
      copies: Array.from({ length: 4 + emails }, () => 1),
    });
    await second.stop(1_000);
  });
}

Deno.test("wherever a program dies, each receipt comes to one end and goes out once at most", async () => {
  let survived = 0;
  for (let step = 1; survived === 0; step++) {
    const world = new World(3);
    const first = world.program();
    await first.start();
    first.meet({ kind: "killed", step });
    // Whoever gets no answer sends the events again.
    const acked = Promise.all(requests(3).map((body) => first.take(body)));
    acked.catch(() => {});
    await world.clock.pass(1_500);
    if (!first.isDead) survived = step;
    const second = world.program();
    await second.start();
    for (const body of requests(3)) await world.tell(body, second);
    await world.clock.pass(124_000);
    const { states, copies } = await world.outcome();
    const { sent = 0, unknown = 0, ...others } = states;
    assertEquals([sent + unknown, others], [3, {}], `killed at step ${step}`);
    assertLessOrEqual(unknown, 1);
    assertEquals(copies[0], 1);
    assert(copies.length >= sent && copies.length <= sent + unknown);
    if (!first.isDead) await first.stop(1_000);
    await second.stop(1_000);
  }
  assert(survived > 20, `only ${survived} steps were tried`);
});

Deno.test("an answer that never comes leaves unknown, and nobody sends again", async () => {
  const world = new World(3);
  const never: Partial<OmetriaApi> = {
    // Taken, and then the line is dead.
    sendEmail: async (receipt, signal) => {
      await world.ometria.sendEmail(receipt, signal);
      return await new Promise(() => {});
    },
  };
  const first = world.program(never);
  const second = world.program();
  await first.start();
  for (const body of requests(3)) await first.take(body);
  await world.clock.pass(1_000);
  await second.start();
  await world.clock.pass(300_000);
  assertEquals(await world.outcome(), { states: { unknown: 1, sent: 2 }, copies: [1, 1, 1] });
  first.kill();
  await second.stop(1_000);
});

Deno.test("two instances that take the same events send each receipt once", async () => {
  const world = new World(100);
  const programs = [world.program(), world.program()];
  for (const program of programs) await program.start();
  for (const body of requests(100)) {
    await world.tell(body, ...programs);
  }
  await world.clock.pass(60_000);
  assertEquals(await world.outcome(), {
    states: { sent: 100 },
    copies: Array.from({ length: 100 }, () => 1),
  });
  for (const program of programs) await program.stop(1_000);
});

Deno.test("what surely was not taken is tried again until it is too old", async () => {
  const world = new World(1, "30m");
  const busy: Partial<OmetriaApi> = {
    sendEmail: () => Promise.resolve({ kind: "retry", detail: "429" }),
  };
  const first = world.program(busy);
  await first.start();
  for (const body of requests(1)) await first.take(body);
  await world.clock.pass(600_000);
  const [row] = await (await world.store()).receipts(1);
  assert(row?.state === "asked" && row.attempts > 3);
  await world.clock.pass(1_800_000);
  assertEquals(await world.outcome(), { states: { expired: 1 }, copies: [] });
  await first.stop(1_000);
});

Deno.test("a burst of 500 receipts and a SIGKILL leave at most one unknown, and none twice", async () => {
  await using sandbox = await startSandbox({ orders: 10, seed: 8, rates: { email: 10_000 } });
  const folder = await Deno.makeTempDir();
  try {
    const shipped = await Deno.readTextFile("pipeline.yaml");
    const pipeline = shipped.replace(/(use: ometria-email[\s\S]*?enabled: )false/, "$1true")
      .replace("email_rate: 10/s", "email_rate: off").replace("gap: 250ms", "gap: 0ms");
    await Deno.writeTextFile(`${folder}/pipeline.yaml`, pipeline);
    const file = `${folder}/store.sqlite3`;
    const sold = Array.from(
      { length: 500 },
      (_, index) => sandbox.sitoo.sell({ email: `person${index}@example.com`, events: false }),
    );
    const account = Number(sandbox.sitoo.accountId);
    const env = commandEnv(sandbox, { TILLPIPE_STORE: file });
    const args = ["serve", "--pipeline", `${folder}/pipeline.yaml`];
    const burst = await serve(args, env);
    for (let at = 0; at < sold.length; at += 10) {
      await post(burst.url, sold.slice(at, at + 10), account);
    }
    await eventually(() => sandbox.ometria.emails.length >= 100, 30_000, "100 receipts are out");
    await burst.end("SIGKILL");
    const second = await serve(args, env);
    await eventually(async () => await open(second.url) <= 1, 60_000, "the burst is worked off");
    await second.end("SIGTERM");
    const addresses = sandbox.ometria.emails.map(({ to }) => to);
    assertEquals(new Set(addresses).size, addresses.length, "no receipt went out twice");
    await using store = await openStore(file, { clock: systemClock, random: Math.random });
    const { receipts } = await store.pipeline("sitoo-to-ometria", "default").counters();
    const { sent = 0, reserved = 0, unknown = 0, ...others } = receipts;
    // What a killed process had reserved is taken for unknown two minutes later.
    assertEquals([sent + reserved + unknown, others], [500, {}]);
    assertLessOrEqual(reserved + unknown, 1);
    assert(addresses.length >= sent && addresses.length <= 500);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

interface Server {
  readonly url: string;
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

async function serve(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const child = command(args, { ...env, PORT: String(port) }).spawn();
  const output = Promise.all([child.stdout.text(), child.stderr.text()]);
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => answers(url), 20_000, "the server is ready");
  return {
    url,
    end: async (signal) => {
      child.kill(signal);
      await child.status;
      await output;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Receipts on their way. */
async function open(url: string): Promise<number> {
  const status = await (await fetch(`${url}/status.json`)).json();
  const { asked = 0, reserved = 0 } = status.pipelines["sitoo-to-ometria"].receipts;
  return asked + reserved;
}

async function post(url: string, orders: readonly number[], account: number): Promise<void> {
  const events = orders.map((orderId) => ({
    event_id: crypto.randomUUID().replaceAll("-", ""),
    event_type: "order",
    event_date: Math.floor(Date.now() / 1000),
    account_id: account,
    data: { order_id: orderId, order_event_type: "email-receipt" },
  }));
  const response = await fetch(`${url}/hooks/sitoo-to-ometria/events`, {
    method: "POST",
    headers: { authorization: `Basic ${encodeBase64("till:a-long-webhook-password")}` },
    body: JSON.stringify(events),
  });
  await response.body?.cancel();
  assertEquals(response.status, 200);
}

function half(): number {
  return 0.5;
}
