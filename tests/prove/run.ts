/**
 * Brings so many random orders of the sandbox through the shipped pipeline's stages, and says whether all laws
 * hold: `deno task prove [ORDERS] [SEED]`.
 *
 * @module
 */
import { startSystem, unlimited } from "../support/system.ts";
import { prove } from "./prove.ts";

const [orders = "1000000", seed = "1"] = Deno.args;
if (![orders, seed].every((text) => /^\d{1,9}$/.test(text))) {
  print("Takes how many orders, and a seed: deno task prove 1000000 7");
  Deno.exit(2);
}
await using system = await startSystem({
  orders: Number(orders),
  seed: Number(seed),
  change: unlimited,
});
const step = 50_000;
let seen = 0;
const proof = await prove(system.context, (read) => {
  if (Math.floor((seen + read) / step) > Math.floor(seen / step)) print(`${seen + read} looked at`);
  seen += read;
}, new AbortController().signal);
for (const [name, count] of [...proof.outcomes].toSorted()) {
  print(`${String(count).padStart(10)}  ${name}`);
}
print(`${proof.read} orders read, ${proof.records} records looked at`);
for (const line of proof.broken) print(line);
print(proof.broken.length === 0 ? "All laws hold" : "Not all laws hold");
Deno.exitCode = proof.broken.length === 0 ? 0 : 1;

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
