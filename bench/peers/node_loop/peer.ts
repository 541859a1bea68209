import { start } from "../../lib/child.ts";
import { fromFileUrl } from "../../../src/std/path.ts";
import { nodeInstall, nodeVersion } from "../install.ts";
import { accountsFor, type Installed, openDoor, type Peer, type Running } from "../peer.ts";

const script = fromFileUrl(new URL("main.ts", import.meta.url));

/** The hand-written loop: what no program that keeps anything could beat. */
export const nodeLoop: Peer = {
  name: "node-loop",
  title: "Node, by hand",
  keeps: "in memory",
  async install(folder): Promise<Installed> {
    const command = await nodeInstall(folder);
    return {
      version: nodeVersion,
      async live(place): Promise<Running> {
        const env = accountsFor(place);
        const child = start({ command, args: [script, "live"], cwd: place.folder, env });
        return { children: [child], door: openDoor(place, Number(await child.firstLine), "/") };
      },
      history(place): Promise<Running> {
        const env = accountsFor(place);
        const child = start({ command, args: [script, "history"], cwd: place.folder, env });
        return Promise.resolve({ children: [child] });
      },
    };
  },
};
