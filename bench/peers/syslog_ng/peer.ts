import { encodeBase64 } from "../../../src/std/encoding.ts";
import { fromFileUrl } from "../../../src/std/path.ts";
import { eventually } from "../../../tests/support/waiting.ts";
import { start } from "../../lib/child.ts";
import { fields } from "../../lib/record.ts";
import type { Accounts } from "../../lib/sandbox.ts";
import { debInstall } from "../install.ts";
import { type Installed, type Peer, type Place, type Running, watch } from "../peer.ts";

const version = "3.38.1-5+deb12u1";
const packages = ["syslog-ng-core", "syslog-ng-mod-http", "syslog-ng-mod-python"];
const script = fromFileUrl(new URL(".", import.meta.url));
/** ms that it may take to be ready. */
const readyWithin = 30_000;

/**
 * A log daemon: takes lines over TCP, which nobody acknowledges, and pushes them by a hundred from a buffer on
 * disk. It reads no API, so Python does that, an order at a time.
 */
export const syslogNg: Peer = {
  name: "syslog-ng",
  title: "syslog-ng",
  keeps: "acknowledges nothing",
  async install(folder): Promise<Installed> {
    const own = `${folder}/syslog-ng`;
    await debInstall(own, Object.fromEntries(packages.map((name) => [name, version])));
    const root = `${own}/root`;
    return {
      version: "3.38.1",
      async live(place): Promise<Running> {
        const [port] = place.ports;
        const source = `network(ip("127.0.0.1") port(${port}) transport(tcp) flags(no-parse)
    max-connections(100) log-iw-size(100000));`;
        const running = await startIt(root, place, { source, parser: `parser(p_read);` });
        const alive = watch(running);
        await eventually(() => alive() && isListening(port), readyWithin, "syslog-ng is ready");
        const { accountId } = place.accounts.sitoo;
        return { ...running, door: { kind: "lines", port, accountId } };
      },
      history(place): Promise<Running> {
        const source = `python-fetcher(class("orders.History") flags(no-parse));`;
        return startIt(root, place, { source, parser: "" });
      },
    };
  },
};

interface Ways {
  readonly source: string;
  readonly parser: string;
}

async function startIt(root: string, place: Place, ways: Ways): Promise<Running> {
  const { folder, accounts: { sitoo } } = place;
  await Deno.writeTextFile(`${folder}/syslog-ng.conf`, configOf(place, ways));
  const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu", "syslog-ng"];
  const files = { f: "syslog-ng.conf", R: "state", c: "control", p: "pid" };
  const child = start({
    command: `${root}/usr/sbin/syslog-ng`,
    args: [
      ..."--foreground --no-caps".split(" "),
      `--module-path=${root}/usr/lib/syslog-ng/3.38`,
      ...Object.entries(files).flatMap(([option, name]) => [`-${option}`, `${folder}/${name}`]),
    ],
    cwd: folder,
    env: {
      LD_LIBRARY_PATH: libraries.flatMap((
        name,
      ) => [`${root}/usr/lib/${name}`, `${root}/lib/${name}`])
        .join(":"),
      PYTHONPATH: `${root}/usr/lib/syslog-ng/3.38/python:${script}`,
      PYTHONDONTWRITEBYTECODE: "1",
      SITOO_ACCOUNT_URL: sitoo.accountUrl,
      SITOO_CREDENTIALS: encodeBase64(`${sitoo.apiId}:${sitoo.apiKey}`),
      FIELDS: fields,
    },
  });
  return { children: [child] };
}

function configOf(
  { folder, accounts }: { readonly folder: string; readonly accounts: Accounts },
  { source, parser }: Ways,
): string {
  const { apiUrl, apiKey } = accounts.ometria;
  return `@version: 3.38
options { stats-freq(0); use-dns(no); dns-cache(no); keep-hostname(yes); time-reopen(1); };
source s_orders { ${source} };
parser p_read { python(class("orders.ReadOrder")); };
destination d_ometria {
  http(
    url("${apiUrl}/push") method("POST")
    headers("x-ometria-auth: ${apiKey}", "content-type: application/json")
    body-prefix("[") body("$RECORD") delimiter(",") body-suffix("]")
    batch-lines(100) batch-timeout(250) workers(4)
    disk-buffer(reliable(yes) disk-buf-size(67108864) mem-buf-size(16777216) dir("${folder}"))
  );
};
log { source(s_orders); ${parser} destination(d_ometria); flags(flow-control); };
`;
}

async function isListening(port: number): Promise<boolean> {
  try {
    using _conn = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch {
    return false;
  }
}
