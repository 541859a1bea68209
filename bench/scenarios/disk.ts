import type { Sample, Scenario } from "../lib/scenario.ts";
import { quantile } from "../lib/stats.ts";

/** What the disk under the store can do at all: no program commits more often than this. */
export const disk: Scenario = {
  name: "disk",
  summary: "Writes of 4 KiB made safe a second (fsync)",
  figures: {
    fsync: { title: "Disk: writes of 4 KiB with fsync", unit: "/s", better: "more" },
    p99: { title: "… 99 of 100 within", unit: "ms", better: "less" },
  },

  async run(_tree, { folder, scale }): Promise<readonly Sample[]> {
    using file = await Deno.open(`${folder}/disk`, { create: true, write: true });
    const block = new Uint8Array(4096);
    const times: number[] = [];
    const began = performance.now();
    const end = began + Math.max(200, 2_000 * scale);
    while (performance.now() < end) {
      const before = performance.now();
      await file.write(block);
      await file.syncData();
      times.push(performance.now() - before);
    }
    const seconds = (performance.now() - began) / 1000;
    times.sort((left, right) => left - right);
    return [
      { figure: "fsync", value: times.length / seconds },
      { figure: "p99", value: quantile(times, 0.99) },
    ];
  },
};
