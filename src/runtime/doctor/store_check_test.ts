import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openStore } from "../../store/open.ts";
import { systemClock } from "../../time/clock.ts";
import { checkStore, type StoreCheck } from "./store_check.ts";

const options = { clock: systemClock, random: () => 0.5 };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function levelOf({ findings }: StoreCheck, check = "store"): string | undefined {
  return findings.find((finding) => finding.check === check)?.level;
}

Deno.test("checkStore() makes no store where none is, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const found = await checkStore(`${folder}/below/store.sqlite3`, options);
    assertEquals([levelOf(found), found.store], ["ok", undefined]);
    assert(["ok", "warn"].includes(levelOf(found, "disk") ?? ""));
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  }));

Deno.test("checkStore() opens the store that is there", () =>
  inFolder(async (folder) => {
    const path = `${folder}/store.sqlite3`;
    await (await openStore(path, options))[Symbol.asyncDispose]();
    const { findings, store } = await checkStore(path, options);
    await using _open = store;
    assertEquals(findings[0], { check: "store", level: "ok", text: `The store opens: ${path}` });
    assert(store !== undefined);
  }));

Deno.test("checkStore() tells a file that is no store", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/store.sqlite3`, "something else ".repeat(100));
    const found = await checkStore(`${folder}/store.sqlite3`, options);
    assertEquals([levelOf(found), found.store], ["fail", undefined]);
    assertStringIncludes(found.findings[0]?.text ?? "", "holds something else");
  }));

Deno.test("checkStore() tells a place where no store can be made", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const found = await checkStore(`${folder}/file/store.sqlite3`, options);
    assertEquals(levelOf(found), "fail");
    assertStringIncludes(found.findings[0]?.remedy ?? "", "TILLPIPE_STORE");
  }));

Deno.test("checkStore() warns of a store that forgets", async () => {
  assertEquals(levelOf(await checkStore(":memory:", options)), "warn");
});

Deno.test("checkStore() tells a database server that does not answer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  assertEquals(levelOf(await checkStore(url, options)), "fail");
});
