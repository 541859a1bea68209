import { keyedHash } from "../../crypto/keyed_hash.ts";
import { assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { openStore } from "../../store/open.ts";
import { systemClock } from "../../time/clock.ts";
import { COMMANDS } from "../main.ts";
import { runCommand } from "../run.ts";
import { fakeHost } from "../testing.ts";

const secret = "a-secret-of-more-than-32-characters";

async function environment(folder: string): Promise<Readonly<Record<string, string>>> {
  const text = await Deno.readTextFile(new URL("../../../pipeline.yaml", import.meta.url));
  await Deno.writeTextFile(`${folder}/pipeline.yaml`, text);
  return {
    SITOO_ACCOUNT_URL: "https://api.mysitoo.com/v2/accounts/4711",
    SITOO_API_ID: "4711-1",
    SITOO_API_KEY: "key",
    OMETRIA_API_KEY: "key",
    WEBHOOK_USERNAME: "till",
    WEBHOOK_PASSWORD: "a-long-password",
    TILLPIPE_SECRET: secret,
    TILLPIPE_STORE: `${folder}/store.sqlite3`,
  };
}

Deno.test("forget keeps the keyed hash of the address, however it is written, and prints none of it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const env = await environment(folder);
    const files = { "pipeline.yaml": await Deno.readTextFile(`${folder}/pipeline.yaml`) };
    const { host, out, err } = fakeHost({ env, files });
    assertEquals(await runCommand(["forget", " Maja.Ek@Example.com "], COMMANDS, host), 0, err());
    assertStringIncludes(out(), "What remains to be done");
    assertEquals((out() + err()).toLowerCase().includes("maja"), false);
    const options = { clock: systemClock, random: Math.random };
    await using store = await openStore(env["TILLPIPE_STORE"], options);
    const hash = keyedHash(secret, "maja.ek@example.com");
    assertEquals([...await store.forgotten([hash, "other"])], [hash]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("forget refuses what is no address, and repeats it nowhere", async () => {
  const { host, out, err } = fakeHost({ env: {} });
  assertEquals(await runCommand(["forget", "maja"], COMMANDS, host), 2);
  assertStringIncludes(err(), "no email address");
  assertEquals((out() + err()).includes('"maja"'), false);
});
