import * as z from "zod";
import { freePort } from "../../tests/support/waiting.ts";
import { type Child, start } from "./child.ts";

const ready = z.object({
  sitoo: z.object({
    accountUrl: z.string(),
    accountId: z.number(),
    apiId: z.string(),
    apiKey: z.string(),
  }),
  ometria: z.object({ apiUrl: z.string(), apiKey: z.string(), emailApiKey: z.string() }),
  arrivals: z.string(),
  orders: z.number(),
  expected: z.number(),
  ids: z.array(z.number()),
});
const counted = z.object({
  sitoo: z.object({ requests: z.record(z.string(), z.number()) }),
  ometria: z.object({
    requests: z.record(z.string(), z.number()),
    accepted: z.number(),
    orders: z.number(),
  }),
});
const arrived = z.array(z.tuple([z.string(), z.number()]));

/** Addresses and credentials of the fakes, what they hold, and which orders have to arrive. */
export type Accounts = Readonly<z.infer<typeof ready>>;

/** Accounts at an address where nothing listens: events are taken, and no order can be read. */
export function accountsOfNobody(): Accounts {
  const nobody = `http://127.0.0.1:${freePort()}`;
  return {
    sitoo: { accountUrl: `${nobody}/v2/accounts/4711`, accountId: 4711, apiId: "a", apiKey: "b" },
    ometria: { apiUrl: `${nobody}/v2`, apiKey: "c", emailApiKey: "d" },
    arrivals: nobody,
    orders: 0,
    expected: 0,
    ids: [],
  };
}
/** What the fakes have counted. */
export type Counters = z.infer<typeof counted>;

/** Both fakes in a process of their own. */
export interface Sandbox extends AsyncDisposable {
  readonly accounts: Accounts;
  counters(): Promise<Counters>;
  /** Ids at Ometria and epoch ms of what arrived since the last call. */
  arrivals(): Promise<readonly (readonly [id: string, at: number])[]>;
}

/** Starts the fakes of this checkout: both sides of a comparison meet the same ones. */
export async function startSandbox(
  orders: number,
  refundRate: number,
  home: URL,
): Promise<Sandbox> {
  const child: Child = start({
    args: ["run", "-q", "-P=loopback", "bench/processes/sandbox.ts", `${orders}`, `${refundRate}`],
    cwd: home,
  });
  const accounts = ready.parse(JSON.parse(await child.firstLine));
  const control = `${new URL(accounts.ometria.apiUrl).origin}/_sandbox/counters`;
  return {
    accounts,
    counters: async () => counted.parse(await (await fetch(control)).json()),
    arrivals: async () => arrived.parse(await (await fetch(accounts.arrivals)).json()),
    [Symbol.asyncDispose]: () => child.stop(),
  };
}

/** All calls that were made to the two APIs. */
export function callsOf({ sitoo, ometria }: Counters): number {
  const counts = [...Object.values(sitoo.requests), ...Object.values(ometria.requests)];
  return counts.reduce((sum, count) => sum + count, 0);
}
