/**
 * The bound of taking events: the server of Deno, the body parsed, one row an event in a commit that all
 * waiting requests share, 200 after it. No checks of who asks or of what came.
 *
 * Usage: `bare_acks.ts STORE`. Prints its port.
 *
 * @module
 */
const kv = await Deno.openKv(Deno.args[0]);
const encoder = new TextEncoder();
const rowsPerCommit = 1_000;

interface Waiting {
  readonly ids: readonly number[];
  readonly done: () => void;
}

const waiting: Waiting[] = [];
let isBusy = false;
let count = 0;

async function drain(): Promise<void> {
  isBusy = true;
  await Promise.resolve();
  while (waiting.length > 0) {
    const group: Waiting[] = [];
    for (let rows = 0; waiting.length > 0 && rows < rowsPerCommit - 10;) {
      const one = waiting.shift();
      if (one === undefined) break;
      group.push(one);
      rows += one.ids.length;
    }
    const commit = kv.atomic();
    for (const { ids } of group) {
      for (const id of ids) {
        const now = Date.now();
        const key = ["t1", "inbox", "0123456789abcdef", now, id, `bench${count++}`];
        const value = `{"v":1,"site":2,"origin":"live","receivedAt":${now},"attempts":0}`;
        commit.set(key, encoder.encode(value));
      }
    }
    await commit.commit();
    for (const { done } of group) done();
  }
  isBusy = false;
}

const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  async (request) => {
    const events: readonly { readonly data: { readonly order_id: number } }[] = JSON.parse(
      await request.text(),
    );
    await new Promise<void>((done) => {
      waiting.push({ ids: events.map(({ data }) => data.order_id), done });
      if (!isBusy) drain();
    });
    return new Response(null, { status: 200 });
  },
);
await Deno.stdout.write(new TextEncoder().encode(`${server.addr.port}\n`));
