import { start } from "../../lib/child.ts";
import { fields } from "../../lib/record.ts";
import { fromFileUrl } from "../../../src/std/path.ts";
import { command } from "../install.ts";
import type { Installed, Peer, Running } from "../peer.ts";

const script = fromFileUrl(new URL("history.sh", import.meta.url));

/** A shell script: history alone, since neither waits for a webhook. The versions are the machine's. */
export const jqCurl: Peer = {
  name: "jq-curl",
  title: "jq + curl",
  keeps: "takes no events",
  async install(folder): Promise<Installed> {
    const [, jq = "?"] = /(\d[\w.]*)/.exec(await command("jq", ["--version"], folder)) ?? [];
    const [, curl = "?"] = /curl (\S+)/.exec(await command("curl", ["--version"], folder)) ?? [];
    return {
      version: `${jq} + ${curl}`,
      history({ folder, accounts: { sitoo, ometria } }): Promise<Running> {
        const child = start({
          command: "sh",
          args: [script],
          cwd: folder,
          env: {
            SITOO_ACCOUNT_URL: sitoo.accountUrl,
            SITOO_USER: `${sitoo.apiId}:${sitoo.apiKey}`,
            OMETRIA_API_URL: ometria.apiUrl,
            OMETRIA_API_KEY: ometria.apiKey,
            FIELDS: fields,
          },
        });
        return Promise.resolve({ children: [child], hasHelpers: true });
      },
    };
  },
};
