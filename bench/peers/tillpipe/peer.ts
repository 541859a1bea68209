import { run, serve, writePipeline } from "../../lib/product.ts";
import type { Installed, Peer, Running } from "../peer.ts";

/** This checkout, with its whole map, its ledger and its checks. */
export const tillpipe: Peer = {
  name: "tillpipe",
  title: "Tillpipe",
  keeps: "on disk",
  install(): Promise<Installed> {
    const tree = new URL("../../../", import.meta.url);
    const installed: Installed = {
      version: "this checkout",
      async live({ folder, accounts }): Promise<Running> {
        const installation = { tree, folder, accounts };
        await writePipeline(installation, { settle: "60s" });
        const { child, target } = await serve(installation);
        return { children: [child], door: { kind: "webhook", target } };
      },
      async history({ folder, accounts }): Promise<Running> {
        const installation = { tree, folder, accounts };
        await writePipeline(installation, { settle: "3s" });
        const pipeline = `${folder}/pipeline.yaml`;
        return { children: [run(installation, ["backfill", "--json", "--pipeline", pipeline])] };
      },
    };
    return Promise.resolve(installed);
  },
};
