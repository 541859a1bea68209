import * as z from "zod";
import { SANDBOX_PORT } from "../sandbox_env.ts";
import { CommandError } from "../failure.ts";

const text = z.string();

const stateSchema = z.object({
  sitoo: z.object({ accountUrl: text, apiId: text, apiKey: text }),
  ometria: z.object({ apiUrl: text, apiKey: text, emailApiKey: text }),
});

/** Oldest order that is sent, where there is nothing to choose: the sandbox's are younger. */
const startDate = "2024-01-01";

/** Answers with which a pipeline works on the sandbox that runs on this machine, by flag. */
export async function sandboxAnswers(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { sitoo, ometria } = await askState(signal);
  return new Map([
    ["sitoo-account-url", sitoo.accountUrl],
    ["sitoo-api-id", sitoo.apiId],
    ["sitoo-api-key", sitoo.apiKey],
    ["start-date", startDate],
    ["ometria-api-url", ometria.apiUrl],
    ["ometria-api-key", ometria.apiKey],
    ["ometria-email-api-key", ometria.emailApiKey],
    // Its catalogue has products and variants with ids of their own, as most web shops have.
    ["sku-match", "catalogue"],
  ]);
}

async function askState(signal: AbortSignal): Promise<z.infer<typeof stateSchema>> {
  const url = `http://127.0.0.1:${SANDBOX_PORT}/_sandbox/state`;
  const over = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
  try {
    return stateSchema.parse(await (await fetch(url, { signal: over })).json());
  } catch (cause) {
    signal.throwIfAborted();
    throw new CommandError(`No sandbox answers on port ${SANDBOX_PORT} of this machine`, {
      hint:
        "Start one in another terminal: deno task sandbox. If it says that it runs on other ports, give its addresses with --sitoo-account-url and --ometria-api-url",
      cause,
    });
  }
}
