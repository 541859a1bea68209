import { assertEquals, assertThrows } from "../std/assert.ts";
import { interruptWish, ON_INTERRUPT, onInterrupt } from "./backfill_interrupt.ts";
import { CommandError } from "./failure.ts";
import { type Asker, LeftError } from "./init/ask.ts";
import { readOptions } from "./options.ts";

/** Answers the one question there is, and nothing else. */
function asker(answer: number | "left"): Asker {
  const unasked = (): Promise<never> => Promise.reject(new Error("Nobody should ask this"));
  return {
    text: unasked,
    secret: unasked,
    yesNo: unasked,
    choice: () => answer === "left" ? Promise.reject(new LeftError()) : Promise.resolve(answer),
  };
}

function wishOf(...args: readonly string[]): ReturnType<typeof interruptWish> {
  return interruptWish(readOptions(args, { options: [ON_INTERRUPT] }));
}

Deno.test("--on-interrupt takes leave or stop and nothing else", () => {
  assertEquals([wishOf(), wishOf("--on-interrupt", "stop")], [undefined, "stop"]);
  assertEquals(wishOf("--on-interrupt=leave"), "leave");
  assertThrows(() => wishOf("--on-interrupt", "kill"), CommandError, 'not "kill"');
});

Deno.test("on Ctrl-C a person is asked only where a server can go on, and silence leaves it", async () => {
  const ask = (elsewhere: boolean, answer: number | "left"): Promise<string> =>
    onInterrupt(elsewhere, { wish: undefined, asker: asker(answer) });
  assertEquals([await ask(true, 0), await ask(true, 1), await ask(true, "left")], [
    "leave",
    "stop",
    "leave",
  ]);
  assertEquals(await ask(false, 1), "leave");
  assertEquals(await onInterrupt(true, { wish: undefined, asker: undefined }), "leave");
  assertEquals(await onInterrupt(true, { wish: "stop", asker: asker(0) }), "stop");
});
