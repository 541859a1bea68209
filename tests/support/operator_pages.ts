/** Every page of the operator, on a store of one's own. */
import { systemClock } from "../../src/time/clock.ts";
import { fakePipeline, testApp } from "../../src/server/testing.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import type { PipelineStore, Store } from "../../src/store/store.ts";
import type { KvPort } from "../../src/store/transact.ts";
import { FIRST_ORDER, REASONS } from "./filled_store.ts";

/** A pipeline's pages. */
export interface OperatorPages {
  readonly store: PipelineStore;
  readonly whole: Store;
  /** An address of every route that shows something, as people and as programs ask for it. */
  readonly addresses: readonly PageAddress[];
  /** Asks for one, and reads the answer to its end. */
  ask(address: PageAddress): Promise<{ readonly status: number; readonly bytes: number }>;
}

/** An address, and in which form the answer is wanted. */
export interface PageAddress {
  readonly path: string;
  readonly accept: "text/html" | "application/json";
}

/** The pipeline that they are of. */
export const PIPELINE = "till";
/** Its account label. */
export const ACCOUNT = "default";
const HOST = "localhost:8000";

/**
 * Opens them. `dead`: an order that is.
 *
 * @param orders how many orders the ledger has, from the first one of a filled store on
 */
export async function openOperatorPages(
  kv: KvPort,
  { orders, dead }: { readonly orders: number; readonly dead: number },
): Promise<OperatorPages> {
  const clock = systemClock;
  const whole = await new KvStore(kv, { clock, random: Math.random, alone: true }).open();
  const store = whole.pipeline(PIPELINE, ACCOUNT);
  const { app } = testApp({ pipelines: [fakePipeline({ store, context: { clock } })] });
  const paths = [
    ...new Set(
      app.routes.filter(({ method, path }) => method === "GET" && isPage(path))
        .flatMap(({ path }) => addressesOf(path, { orders, dead })),
    ),
  ];
  const addresses = paths.flatMap((path): PageAddress[] => [
    { path, accept: "text/html" },
    { path, accept: "application/json" },
  ]);
  return { store, whole, addresses, ask };

  async function ask({ path, accept }: PageAddress): Promise<{ status: number; bytes: number }> {
    const response = await app.request(path, { headers: { host: HOST, accept } }, {
      peer: "127.0.0.1",
    });
    return { status: response.status, bytes: (await response.bytes()).length };
  }
}

/** What does not end, and what is no page, is asked for elsewhere. */
function isPage(path: string): boolean {
  return path !== "/live" && !path.startsWith("/hooks/") && !path.startsWith("/assets/") &&
    !path.includes("*");
}

/** A route's address, and those with what its lists can be asked for. */
function addressesOf(
  route: string,
  { orders, dead }: { readonly orders: number; readonly dead: number },
): readonly string[] {
  const order = Math.floor(FIRST_ORDER + orders / 2);
  const path = route.replace(":pipeline", PIPELINE);
  const [reason] = REASONS;
  const middle = `before=${Math.floor(FIRST_ORDER + orders + dead / 2)}`;
  const queries: Readonly<Record<string, readonly string[]>> = {
    "/pipelines/:pipeline/dead": [
      "",
      `?reason=${reason}`,
      `?${middle}`,
      `?reason=${reason}&${middle}`,
    ],
    "/pipelines/:pipeline/dead/confirm": [
      "?action=replay&all=yes",
      `?action=discard&reason=${reason}`,
      `?action=replay&id=${FIRST_ORDER + orders}`,
    ],
    "/pipelines/:pipeline/receipts": ["", "?state=sent", "?after=event-100"],
    "/pipelines/:pipeline/receipts/confirm": ["?id=event-100&act=resend"],
  };
  const asked = queries[route] ?? [""];
  const of = route.includes("/dead/:order") ? FIRST_ORDER + orders : order;
  return asked.map((query) => path.replace(/:\w+(\{[^/]*\})?/g, String(of)) + query);
}
