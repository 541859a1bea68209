import type { OnInterrupt } from "../runtime/backfill.ts";
import { CommandError } from "./failure.ts";
import type { Asker } from "./init/ask.ts";
import { LeftError } from "./init/ask.ts";
import type { Options, OptionSpec } from "./options.ts";

/** What Ctrl-C does to a run. */
export const ON_INTERRUPT: OptionSpec = {
  name: "on-interrupt",
  value: "leave|stop",
  summary: "After Ctrl-C; else a terminal asks, others leave it",
};

/** Reads `--on-interrupt`. Throws `CommandError` for another word. */
export function interruptWish(options: Options): OnInterrupt | undefined {
  const wish = options.text("on-interrupt");
  if (wish === undefined || wish === "leave" || wish === "stop") return wish;
  throw new CommandError(`--on-interrupt takes leave or stop, not "${wish}"`);
}

/**
 * Decides what becomes of the run after Ctrl-C: as the command line says; else a person is asked, where another
 * process can go on with it; else it is left as it is.
 */
export async function onInterrupt(
  elsewhere: boolean,
  { wish, asker }: { readonly wish: OnInterrupt | undefined; readonly asker: Asker | undefined },
): Promise<OnInterrupt> {
  if (wish !== undefined) return wish;
  if (!elsewhere || asker === undefined) return "leave";
  try {
    const choice = await asker.choice("A server is at work on this backfill", [
      "Leave it to the server",
      "Stop it; a later backfill goes on from here",
    ]);
    return choice === 1 ? "stop" : "leave";
  } catch (error) {
    if (error instanceof LeftError) return "leave";
    throw error;
  }
}
