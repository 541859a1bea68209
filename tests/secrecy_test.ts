import { parseDocument } from "yaml";
import { encodeBase64 } from "../src/std/encoding.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/mod.ts";
import { assert, assertEquals } from "../src/std/assert.ts";
import { command, commandEnv, eventually, freePort, isReady, root } from "./support/system.ts";

const secrets = {
  WEBHOOK_PASSWORD: "webhook-password-that-nobody-may-see",
  TILLPIPE_SECRET: "hash-secret-that-nobody-may-see-0123456789",
  TILLPIPE_ADMIN_PASSWORD: "operator-password-that-nobody-may-see",
};
const planted = "planted.person@example.com";
const forgotten = "forgotten.person@example.com";

/** Bytes as a text in which each is one letter, so that they can be searched. */
function letters(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Every form in which a value can stand in a file: as it is, in small letters, for URLs, in two-byte strings. */
function formsOf(value: string): readonly string[] {
  const texts = [value, value.toLowerCase(), encodeURIComponent(value), encodeBase64(value)];
  return [...new Set(texts)].flatMap((text) => [
    letters(new TextEncoder().encode(text)),
    letters(Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff)),
    letters(new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer)),
  ]);
}

/** Which of the values stand in the bytes, in whatever form. */
function found(bytes: Uint8Array, values: Iterable<string>): readonly string[] {
  const text = letters(bytes);
  return [...values].filter((value) => formsOf(value).some((form) => text.includes(form)));
}

/** Whatever tells who somebody is, of every order that the fake Sitoo holds. */
async function peopleOf({ sitoo }: Sandbox): Promise<ReadonlySet<string>> {
  const fields = "orderid,email,namefirst,namelast,phone,delivery_address,invoice_address";
  const people = new Set<string>();
  for (let start = 0;; start += 100) {
    const url = `${sitoo.accountUrl}/orders.json?num=100&start=${start}&fields=${fields}`;
    const response = await fetch(url, {
      headers: { authorization: `Basic ${encodeBase64(`${sitoo.apiId}:${sitoo.apiKey}`)}` },
    });
    assertEquals(response.status, 200);
    const { items } = await response.json();
    for (const { orderid: _id, ...order } of items) {
      for (const value of Object.values(order)) {
        // Shorter names are part of other words.
        if (typeof value === "string" && value.trim().length >= 6) people.add(value.trim());
      }
    }
    if (items.length < 100) return people;
  }
}

/** The shipped pipeline with receipts and opt-ins. */
async function everythingOn(folder: string): Promise<string> {
  const document = parseDocument(await Deno.readTextFile(new URL("pipeline.yaml", root)));
  document.setIn(["connections", "ometria", "read_rate"], "off");
  document.setIn(["transforms", 3, "with", "enabled"], true);
  document.setIn(["sinks", 0, "with"], { settle: "100ms" });
  document.setIn(["sinks", 1, "with", "enabled"], true);
  document.setIn(["sources", 1, "with", "min_age"], "0ms");
  const path = `${folder}/pipeline.yaml`;
  await Deno.writeTextFile(path, document.toString());
  return path;
}

/** Runs a command to its end, and answers everything that it said. */
async function said(args: readonly string[], env: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await command(args, env).output();
  return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
}

Deno.test("nothing that tells who somebody is, and no secret, gets into store, logs, errors, status or pages", async () => {
  await using sandbox = await startSandbox({ orders: 150, seed: 11, applyDelay: 0, rates: {} });
  const folder = await Deno.makeTempDir();
  try {
    const pipeline = await everythingOn(folder);
    const port = freePort();
    const env = commandEnv(sandbox, {
      ...secrets,
      TILLPIPE_STORE: `${folder}/store/store.sqlite3`,
      TILLPIPE_DEBUG: "1",
      PORT: String(port),
    });
    await Deno.mkdir(`${folder}/store`);
    const child = command(["serve", "--pipeline", pipeline], env).spawn();
    const output = Promise.all([child.stdout.text(), child.stderr.text()]);
    const url = `http://127.0.0.1:${port}`;
    const password = { authorization: `Bearer ${secrets.TILLPIPE_ADMIN_PASSWORD}` };
    const basic = {
      authorization: `Basic ${encodeBase64(`o:${secrets.TILLPIPE_ADMIN_PASSWORD}`)}`,
    };
    const pages: string[] = [];
    try {
      await eventually(() => isReady(url), 20_000, "the server is ready");
      const hook = `${url}/hooks/sitoo-to-ometria`;
      await sandbox.sender.start({
        baseUrl: hook,
        username: "till",
        password: secrets.WEBHOOK_PASSWORD,
      });
      await makeTrade(sandbox);
      await sendOddThings(hook);
      await eventually(
        async () => {
          const status = await statusOf(url, { ...password, ...basic });
          return /"dead":[1-9]/.test(status) && sandbox.ometria.emails.length > 0;
        },
        30_000,
        "an order is dead, and a receipt went out",
      );
      await sandbox.sender.drained();
      for (const path of ["/", "/status.json", "/readyz", "/healthz", "/nowhere"]) {
        for (const headers of [password, basic, { authorization: "Basic d3Jvbmc6d3Jvbmc=" }]) {
          const response = await fetch(url + path, { headers, redirect: "manual" });
          pages.push(JSON.stringify([...response.headers]), await response.text());
        }
      }
    } finally {
      await sandbox.sender.stop();
      child.kill("SIGTERM");
      await child.status;
    }
    const commands = [
      ["backfill", "--pipeline", pipeline],
      ["status", "--pipeline", pipeline],
      ["status", "--json", "--pipeline", pipeline],
      ["replay", "--all", "--pipeline", pipeline],
      ["validate", pipeline],
      ["status", "--pipeline", `${folder}/${planted}.missing`],
    ];
    const texts = [...await output, ...pages];
    for (const args of commands) texts.push(await said(args, env));
    // The address itself is what the user typed: only what it leaves behind counts.
    await said(["forget", forgotten, "--pipeline", pipeline], env);

    const people = new Set([...await peopleOf(sandbox), planted, forgotten]);
    assert(people.size > 60, `only ${people.size} values to look for`);
    const { sitoo, ometria } = sandbox;
    const hidden = [
      ...Object.values(secrets),
      `till:${secrets.WEBHOOK_PASSWORD}`,
      `${sitoo.apiId}:${sitoo.apiKey}`,
      sitoo.apiKey,
      ometria.apiKey,
      ometria.emailApiKey,
    ];
    const store: Uint8Array[] = [];
    for await (const { name, isFile } of Deno.readDir(`${folder}/store`)) {
      if (isFile) store.push(await Deno.readFile(`${folder}/store/${name}`));
    }
    assert(
      store.some((bytes) => found(bytes, ["delivered"]).length > 0),
      "the search finds what is known to be in the store",
    );
    for (const bytes of store) assertEquals(found(bytes, [...people, ...hidden]), []);
    const allSaid = texts.join("\n").replaceAll(`${planted}.missing`, "");
    assert(allSaid.includes("delivered"));
    assertEquals(found(new TextEncoder().encode(allSaid), [...people, ...hidden]), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Sales, refunds, receipts, refusals that quote what they refuse, and answers that nobody expects. */
async function makeTrade({ sitoo, ometria, sender }: Sandbox): Promise<void> {
  const first = sitoo.sell({ receipt: true });
  sitoo.update(first, { email: planted });
  sitoo.update(sitoo.sell(), { email: forgotten });
  sitoo.refund(first);
  sitoo.requestReceipt(first);
  await sender.drained();
  ometria.faults.set({ kind: "reject", match: "/push", times: 12 });
  sitoo.faults.set({ kind: "status", status: 503 }, { kind: "cut" });
  sitoo.update(sitoo.sell({ receipt: true }), { email: planted });
  ometria.faults.set({ kind: "cut", match: "transactional-email" });
  sitoo.requestReceipt(first);
}

/** What a lost or hostile sender might post; some of it names people, some of it secrets. */
async function sendOddThings(hook: string): Promise<void> {
  const authorization = `Basic ${encodeBase64(`till:${secrets.WEBHOOK_PASSWORD}`)}`;
  const bodies = [
    JSON.stringify({ email: planted }),
    JSON.stringify([{ event_type: planted, data: { email: planted, order_id: planted } }]),
    JSON.stringify([{ event_type: "order", account_id: 1, data: { order_id: 5, note: planted } }]),
    `{"email": "${planted}`,
    planted,
  ];
  for (const body of bodies) {
    const responses = [
      await fetch(`${hook}/events`, { method: "POST", headers: { authorization }, body }),
      await fetch(`${hook}/${secrets.WEBHOOK_PASSWORD}/events`, { method: "POST", body }),
      await fetch(`${hook}/${planted}/events?who=${planted}`, { method: "POST", body }),
    ];
    for (const response of responses) assert(!(await response.text()).includes(planted));
  }
}

async function statusOf(url: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(`${url}/status.json`, { headers });
  return await response.text();
}
