import { assert, assertEquals, assertRejects, assertStringIncludes } from "../std/assert.ts";
import { join } from "../std/path.ts";
import { systemClock } from "../time/clock.ts";
import { KvStore } from "./kv_store.ts";
import { openStore, StoreUnusableError } from "./open.ts";

const options = { clock: systemClock, random: () => 0.5 };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The message for the user; anything but a message for the user fails the test. */
async function messageOf(target: string): Promise<string> {
  return (await assertRejects(() => openStore(target, options), StoreUnusableError)).message;
}

Deno.test("openStore() makes the folders of a file, and finds everything again", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a", "b", "store.sqlite3");
    let secret: string;
    {
      await using store = await openStore(path, options);
      secret = await store.secret();
      await store.pipeline("shop", "default").setCutOver(7);
    }
    await using again = await openStore(path, options);
    assertEquals(await again.secret(), secret);
    assertEquals(await again.pipeline("shop", "default").cutOver(), 7);
  });
});

Deno.test("openStore() says so when the file holds something else", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "notes.txt");
    const text = "These are my notes, and none of Tillpipe's business. ".repeat(50);
    await Deno.writeTextFile(path, text);
    const message = await messageOf(path);
    assertStringIncludes(message, path);
    assertStringIncludes(message, "holds something else");
    assertEquals(await Deno.readTextFile(path), text);
  });
});

Deno.test("openStore() says so when there is no way to that folder", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    assertStringIncludes(await messageOf(join(folder, "file", "store.sqlite3")), "TILLPIPE_STORE");
    assertStringIncludes(await messageOf(folder), "TILLPIPE_STORE");
  });
});

Deno.test({
  name: "openStore() says so when the folder may not be written",
  permissions: { read: true, write: false },
  fn: async () => {
    assertStringIncludes(await messageOf("somewhere/store.sqlite3"), "may not be read and written");
  },
});

Deno.test("openStore() leaves a database of a later version alone", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.sqlite3");
    {
      using kv = await Deno.openKv(path);
      const later = new TextEncoder().encode(JSON.stringify({ v: 1, value: 99 }));
      await kv.set(["tillpipe", "schema"], later);
    }
    assertStringIncludes(await messageOf(path), "later version of Tillpipe (schema 99");
  });
});

Deno.test("secret() never replaces one that it cannot read", async () => {
  const kv = await Deno.openKv(":memory:");
  await kv.set(["t1", "secret"], new Uint8Array([1, 2, 3]));
  await using store = await new KvStore(kv, options).open();
  await assertRejects(() => store.secret(), StoreUnusableError, "TILLPIPE_SECRET");
  assertEquals((await kv.get(["t1", "secret"])).value, new Uint8Array([1, 2, 3]));
});

/** Runs with a server that answers like this, and gives its address. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const served = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(served, async (request) => {
    await request.body?.cancel();
    return await answer(request);
  });
  try {
    await work(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

async function withToken(token: string | undefined, work: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("DENO_KV_ACCESS_TOKEN");
  if (token === undefined) Deno.env.delete("DENO_KV_ACCESS_TOKEN");
  else Deno.env.set("DENO_KV_ACCESS_TOKEN", token);
  try {
    await work();
  } finally {
    if (before === undefined) Deno.env.delete("DENO_KV_ACCESS_TOKEN");
    else Deno.env.set("DENO_KV_ACCESS_TOKEN", before);
  }
}

Deno.test("openStore() tells what is wrong with a remote store, and never hangs", async () => {
  const refuse = () => new Response("no", { status: 401 });
  const page = () => new Response("<html></html>");
  const broken = () => new Response("oops", { status: 500 });
  await withToken("a-token", async () => {
    await withServer(refuse, async (url) => {
      assertStringIncludes(await messageOf(url), "refused the token in DENO_KV_ACCESS_TOKEN");
    });
    await withServer(page, async (url) => {
      assertStringIncludes(await messageOf(url), "no KV Connect server answers there");
    });
    await withServer(broken, async (url) => {
      assertStringIncludes(await messageOf(url), "check TILLPIPE_STORE and that the server runs");
    });
    assertStringIncludes(await messageOf("http://127.0.0.1:1"), "Cannot reach the store at 127.0");
    assertStringIncludes(await messageOf("http://"), "no valid URL");
  });
  await withToken(undefined, async () => {
    await withServer(refuse, async (url) => {
      assertStringIncludes(await messageOf(url), "set its access token in DENO_KV_ACCESS_TOKEN");
    });
  });
});

Deno.test("a closed store takes nothing more, and has written what came before", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "store.sqlite3");
    const store = await openStore(path, options);
    const pipeline = store.pipeline("shop", "default");
    const pointer = { origin: "live", dueAt: 0, receivedAt: 0, attempts: 0 } as const;
    const arrivals = Array.from(
      { length: 50 },
      (_, orderId) =>
        pipeline.arrive({ pointers: [{ orderId, ...pointer }], receipts: [], quarantine: [] }),
    );
    const closing = store[Symbol.asyncDispose]();
    await assertRejects(
      () => pipeline.arrive({ pointers: [], receipts: [], quarantine: [] }),
      Error,
      "closed",
    );
    await Promise.all(arrivals);
    await closing;
    await store[Symbol.asyncDispose]();
    await assertRejects(() => pipeline.due(1), Error, "closed");
    assertEquals(await store.ping(), false);
    await using again = await openStore(path, options);
    assert((await again.pipeline("shop", "default").due(100)).length === 50);
  });
});
