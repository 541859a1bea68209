import { assertEquals } from "../../src/std/assert.ts";
import { Prober } from "./prober.ts";

const file = "src/records/email.ts";
const test = "src/records/email_test.ts";
const trims = { file: test, name: `${test}: normaliseEmail() trims and lowers an address` };

Deno.test("a prober says which test notices a mutant, and goes on with the next", async () => {
  await using prober = new Prober();
  const sound = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
  const broken = sound.replace(".trim()", "");
  const ask = (text: string): Promise<string | undefined> =>
    prober.noticedBy({ file, text, tests: [trims] });
  assertEquals(await ask(broken), trims.name);
  assertEquals(await ask(sound), undefined);
  assertEquals(await ask("this is no code"), trims.name);
  assertEquals(await ask(`${sound}\nDeno.exit(1);\n`), `${trims.name} (does not come back)`);
  assertEquals(await ask(sound), undefined);
});
