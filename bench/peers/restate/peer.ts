import { start } from "../../lib/child.ts";
import { eventually } from "../../../tests/support/waiting.ts";
import { fromFileUrl, toFileUrl } from "../../../src/std/path.ts";
import { nodeInstall, npmInstall, platform } from "../install.ts";
import {
  accountsFor,
  type Installed,
  openDoor,
  type Peer,
  type Place,
  type Running,
  watch,
} from "../peer.ts";

const server = "1.7.12";
const sdk = "1.17.2";
const script = fromFileUrl(new URL("service.js", import.meta.url));
/** ms that the server may take to be ready. */
const readyWithin = 30_000;

/** A durable execution engine, with its services on Node. */
export const restate: Peer = {
  name: "restate",
  title: "Restate",
  keeps: "on disk",
  async install(folder): Promise<Installed> {
    const own = `${folder}/restate`;
    const binary = `@restatedev/restate-server-${platform()}`;
    const node = await nodeInstall(folder);
    await npmInstall(own, { "@restatedev/restate-sdk": sdk, [binary]: server });
    const library = toFileUrl(
      `${own}/node_modules/@restatedev/restate-sdk/dist/index.js`,
    ).href;
    const programs = {
      node,
      library,
      server: `${own}/node_modules/${binary}/bin/restate-server`,
    };
    return {
      version: server,
      live: (place) => startAll(programs, place),
      async history(place): Promise<Running> {
        const running = await startAll(programs, place);
        await ask(`http://127.0.0.1:${place.ports[0]}/receiver/history/send`);
        return running;
      },
    };
  },
};

interface Programs {
  readonly node: string;
  /** Address of the SDK. */
  readonly library: string;
  readonly server: string;
}

async function startAll({ node, library, server }: Programs, place: Place): Promise<Running> {
  const [ingress, admin, peers, port] = place.ports;
  const service = start({
    command: node,
    args: [script, library, `${port}`],
    cwd: place.folder,
    env: { ...accountsFor(place), RESTATE_LOGGING: "ERROR" },
  });
  const engine = start({
    command: server,
    args: ["--base-dir", `${place.folder}/restate-data`],
    cwd: place.folder,
    env: {
      RESTATE_NODE_NAME: "bench",
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${peers}`,
      RESTATE_LOG_FILTER: "error",
      RESTATE_DISABLE_TELEMETRY: "true",
    },
  });
  await service.firstLine;
  const running = {
    children: [service, engine],
    door: openDoor(place, ingress, "/receiver/take/send"),
  };
  const alive = watch(running);
  await eventually(() => alive() && isReady(admin), readyWithin, "Restate is ready");
  await ask(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${port}` });
  return running;
}

async function isReady(admin: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${admin}/health`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function ask(url: string, body?: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Restate answered ${response.status}: ${text}`);
}
