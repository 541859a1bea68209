import { assert, assertEquals } from "../src/std/assert.ts";
import { root } from "./support/system.ts";

/** Seconds of harm; the next where a slow machine was harmed too little in them. */
const seconds = [32, 64, 128];

Deno.test("two servers on one store, killed and stopped over and over, lose nothing and send nothing twice", async () => {
  const seed = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 1_000_000;
  let seen = "";
  for (const time of seconds) {
    const result = await crashed(seed, time);
    assert(result.passed);
    for (const list of ["lost", "different", "extra"]) assertEquals(result[list], []);
    assertEquals([result.receiptsTwice, result.receiptsMissing, result.eventsDropped], [0, 0, 0]);
    const { kills, clockSets, eventsAcked, delivered } = result;
    if (kills >= 4 && clockSets >= 1 && eventsAcked >= 150 && delivered >= 200) return;
    seen = JSON.stringify({ seed, time, kills, clockSets, eventsAcked, delivered });
  }
  throw new Error(`The crash test did too little harm on this machine to say anything: ${seen}`);
});

/** What a crash test says that passes; throws what was wrong in one that does not. */
async function crashed(seed: number, time: number): Promise<Record<string, unknown> & Figures> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-P=crashtest", "src/cli/main.ts", "crashtest", "--json"],
      ...["--seconds", String(time), "--orders", "200", "--seed", String(seed)],
    ],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  const text = new TextDecoder().decode(stdout);
  if (code === 0) return JSON.parse(text);
  const fault = faultOf(seed, code, { said, text });
  // First and last: of a long log only one end may be seen.
  throw new Error(`${fault}\n${said}\n${text}\n${fault}`);
}

/** How much harm was done, and what got through. */
interface Figures {
  readonly kills: number;
  readonly clockSets: number;
  readonly eventsAcked: number;
  readonly delivered: number;
}

/** What went wrong, in a few lines. */
function faultOf(
  seed: number,
  code: number,
  { said, text }: { readonly said: string; readonly text: string },
): string {
  const head = `Crash test with seed ${seed} failed (exit code ${code}):`;
  if (!text.startsWith("{")) return `${head} no verdict\n${said.trim().split("\n").at(-1)}`;
  const result = JSON.parse(text);
  const orders = ["lost", "different", "extra"].filter((name) => result[name].length > 0)
    .map((name) => `${name} ${result[name].length}: ${result[name].slice(0, 10).join(", ")}`);
  const figures = ["receiptsTwice", "receiptsMissing", "eventsDropped"]
    .filter((name) => result[name] > 0).map((name) => `${name} ${result[name]}`);
  const differences = result.differences.slice(0, 3).map((
    { id, field, expected, arrived }: Record<string, unknown>,
  ) => `${id} ${field}: ${short(arrived)} instead of ${short(expected)}`);
  return [head, ...orders, ...figures, ...differences].join("\n");
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 160);
}
