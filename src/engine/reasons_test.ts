import { assert, assertEquals } from "../std/assert.ts";
import { deadReasons, explainReason, skipReasons, waitReasons } from "./reasons.ts";

/** Where outcomes are decided. */
const places = [
  "../stages/transforms/",
  "../engine/",
  "../stages/contract.ts",
  "../stages/sinks/ometria_orders.ts",
  "../runtime/batch.ts",
  "../runtime/confirm.ts",
];

/** The code that decides, as text. */
async function sources(): Promise<string> {
  const texts = await Promise.all(places.map((place) => read(new URL(place, import.meta.url))));
  return texts.join("\n");
}

async function read(url: URL): Promise<string> {
  if (!url.href.endsWith("/")) return await Deno.readTextFile(url);
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(url)) {
    if (isDirectory) texts.push(await read(new URL(`${name}/`, url)));
    else if (name.endsWith(".ts") && !/(_test|testing|reasons)\.ts$/.test(name)) {
      texts.push(await read(new URL(name, url)));
    }
  }
  return texts.join("\n");
}

Deno.test("every rule and reason that the code names is explained, and no other", async () => {
  const code = await sources();
  const named = (pattern: RegExp): Set<string> =>
    new Set([...code.matchAll(pattern)].map(([, name = ""]) => name));
  const skips = named(/(?:\bskip\(|outcome: "skipped", rule: |kind: "skip", rule: )"([a-z-]+)"/g);
  const deads = named(/(?:\bdead\(|#bury\(entry, |outcome: "dead", rule: |\breason: )"([a-z-]+)"/g);
  const waits = named(/kind: "wait", reason: "([a-z-]+)"/g);
  for (const wait of waits) deads.delete(wait);
  assertEquals([...skips].toSorted(), Object.keys(skipReasons).toSorted());
  assertEquals([...waits], Object.keys(waitReasons));
  const unreadableRow = "unreadable-row"; // The store's own.
  assertEquals([...deads, unreadableRow].toSorted(), Object.keys(deadReasons).toSorted());
});

Deno.test("every reason of a dead order says what can be done", () => {
  for (const [reason, { text, remedy }] of Object.entries(deadReasons)) {
    assert(/^[A-Z].*[^.]$/.test(text) && /[^.]$/.test(remedy), reason);
  }
});

Deno.test("explainReason() knows refunds of skipped sales, and says whose a rule is that it does not know", () => {
  assertEquals(explainReason("skipped", "refund-of-web-copy"), {
    text:
      "A refund of a sale that is skipped itself: taken without a till, so it is a copy of an order from the web shop",
  });
  assertEquals(
    explainReason("skipped", "vip-only").text,
    `Left out by the pipeline's own rule "vip-only"`,
  );
  assertEquals(explainReason("dead", "toString").text, `The pipeline's own reason "toString"`);
});
