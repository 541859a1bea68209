import type { Host } from "../host.ts";
import { startServing } from "../serving.ts";
import { listenAddress } from "../settings.ts";
import { aborted } from "../waiting.ts";
import { composeOnSandbox } from "./installation.ts";
import { readServerSettings } from "./server_settings.ts";
import { SetClock } from "./set_clock.ts";

/** ms for what is in flight, as `serve` gives it. */
const GRACE = 4_000;

/** Does what `serve` does, on the sandbox: what the crash test starts and kills. */
export async function runServer(settingsFile: string, host: Host): Promise<number> {
  const stop = host.stopSignal();
  const settings = await readServerSettings(settingsFile);
  const { clock } = settings;
  const machine = clock === undefined ? host : { ...host, clock: new SetClock(host.clock, clock) };
  await using installation = await composeOnSandbox(settings, machine);
  const serving = startServing(
    installation,
    { ...listenAddress(host.env), operator: { deploy: false } },
    machine,
  );
  serving.startPipelines();
  try {
    await Promise.race([aborted(stop), serving.failed]);
  } finally {
    await serving.stop(GRACE);
  }
  return 0;
}
