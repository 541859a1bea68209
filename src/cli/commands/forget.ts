import { normaliseEmail } from "../../records/email.ts";
import { type Command, PIPELINE } from "../command.ts";
import { CommandError } from "../failure.ts";
import type { Host } from "../host.ts";
import { composeFromUser } from "../installation.ts";
import type { Options } from "../options.ts";

/** Sends nobody's orders under an address again. */
export const forget: Command = {
  name: "forget",
  summary: "Send the orders of an address without a person from now on",
  details: [
    "Keeps nothing but the address's keyed hash. From then on its orders go out as anonymous ones, no contact is made of it, and no receipt is sent to it. What Sitoo and Ometria hold already is theirs to delete; what is left to do is printed.",
  ],
  positionals: ["EMAIL"],
  options: [PIPELINE],
  examples: ["maja.ek@example.com"],
  run,
};

async function run(options: Options, host: Host): Promise<number> {
  const email = normaliseEmail(options.positionals[0] ?? "");
  if (email === undefined) {
    throw new CommandError("That is no email address", {
      hint: "Write the address as the till has it: deno task forget maja.ek@example.com",
    });
  }
  await using installation = await composeFromUser(options, host, { storeUse: "told" });
  const [context] = installation.contexts;
  if (context === undefined) throw new CommandError("No pipeline was loaded");
  await installation.store.forget(context.keyedHash(email));
  host.terminal.print(
    [
      "Forgotten here: from now on its orders, contacts and receipts go out without a person.",
      "What remains to be done:",
      "  Sitoo: delete or anonymise the customer, and the address on past orders",
      "  Ometria: ask for the profile to be anonymised; what was sent before is still there",
      "A new TILLPIPE_SECRET would undo this: with another key the hash is another one",
    ].join("\n"),
  );
  return 0;
}
