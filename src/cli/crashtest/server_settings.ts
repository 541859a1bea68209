import * as z from "zod";
import { CommandError } from "../failure.ts";

/** What a server of the crash test is told, in a file that this variable names. */
export const SERVER_SETTINGS = "TILLPIPE_CRASHTEST_SERVER";

const schema = z.strictObject({
  pipelines: z.array(z.string()),
  accounts: z.strictObject({
    sitoo: z.strictObject({ accountUrl: z.string(), apiId: z.string(), apiKey: z.string() }),
    ometria: z.strictObject({ apiUrl: z.string(), apiKey: z.string(), emailApiKey: z.string() }),
  }),
  store: z.string(),
  /** A file that says how many ms the machine's clock is off. */
  clock: z.string().optional(),
});

/** The sandbox's accounts, the pipeline file, and the store and clock that all servers share. */
export type ServerSettings = z.infer<typeof schema>;

/** Reads what the crash test wrote for its servers. Throws `CommandError` for anything else. */
export async function readServerSettings(file: string): Promise<ServerSettings> {
  const parsed = schema.safeParse(JSON.parse(await Deno.readTextFile(file)));
  if (parsed.success) return parsed.data;
  throw new CommandError(`${SERVER_SETTINGS} does not name a file of the crash test`, {
    hint: "Unset it: the crash test sets it by itself",
  });
}
