import { start } from "../../lib/child.ts";
import { eventually } from "../../../tests/support/waiting.ts";
import { nodeInstall, npmInstall } from "../install.ts";
import { type Installed, openDoor, type Peer, type Place, type Running, watch } from "../peer.ts";
import { flowOf } from "./flow.ts";

const version = "5.0.7";
/** ms that it may take to be ready. */
const readyWithin = 60_000;

/** Flows drawn in a browser; the nodes hold what is under way in memory. */
export const nodeRed: Peer = {
  name: "node-red",
  title: "Node-RED",
  keeps: "in memory",
  async install(folder): Promise<Installed> {
    const node = await nodeInstall(folder);
    await npmInstall(`${folder}/node-red`, { "node-red": version });
    const script = `${folder}/node-red/node_modules/node-red/red.js`;
    return {
      version,
      live: (place) => startIt([node, script], place),
      async history(place): Promise<Running> {
        const running = await startIt([node, script], place);
        await post(place.ports[0], "/history");
        return running;
      },
    };
  },
};

async function startIt(
  [command, script]: readonly [node: string, script: string],
  place: Place,
): Promise<Running> {
  const { folder, ports: [port] } = place;
  const flow = `${folder}/flow.json`;
  const settings = `${folder}/settings.js`;
  await Deno.writeTextFile(flow, JSON.stringify(flowOf(place.accounts)));
  await Deno.writeTextFile(settings, settingsOf(port, flow));
  const child = start({
    command,
    args: [script, "--userDir", folder, "--settings", settings],
    cwd: folder,
  });
  const running = { children: [child], door: openDoor(place, port, "/events") };
  const alive = watch(running);
  await eventually(() => alive() && isReady(port), readyWithin, "Node-RED is ready");
  return running;
}

/** No editor, no telemetry, no log: as somebody would run it who looks at nothing but the work. */
function settingsOf(uiPort: number, flowFile: string): string {
  const settings = {
    uiPort,
    uiHost: "127.0.0.1",
    flowFile,
    httpAdminRoot: false,
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false, ui: false },
    runtimeState: { enabled: false, ui: false },
    logging: { console: { level: "fatal", metrics: false, audit: false } },
  };
  return `module.exports = ${JSON.stringify(settings)};\n`;
}

/** The server listens before its flow is there: an empty list of events is answered when it is. */
async function isReady(port: number): Promise<boolean> {
  try {
    return await post(port, "/events") === 200;
  } catch {
    return false;
  }
}

async function post(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "[]",
  });
  await response.body?.cancel();
  return response.status;
}
