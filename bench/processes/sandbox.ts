/**
 * The two fakes in a process of their own, without limits or waits, and when each order was accepted.
 *
 * Usage: `sandbox.ts ORDERS REFUND_RATE`. Prints one line of JSON (`SandboxReady`), then works until killed.
 * The address `arrivals` in it
 * answers what arrived since the last call: pairs of id and epoch ms.
 *
 * @module
 */
import { startSandbox } from "../../src/sandbox/mod.ts";

const [orders = "500", refundRate = "0"] = Deno.args;
const unlimited = { push: Infinity, read: Infinity, email: Infinity };
const sandbox = await startSandbox({
  orders: Number(orders),
  refundRate: Number(refundRate),
  seed: 7,
  rates: unlimited,
  gate: false,
  applyDelay: 0,
  keepWhole: 1_000,
});

/** Epoch ms with fractions, comparable between the processes of one machine. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

// A map's iterator goes on with what is added later, as long as it never meets the end.
const held = sandbox.ometria.store.orders;
const walk = held.keys();
let seen = 0;
let arrivals: [id: string, at: number][] = [];
setInterval(() => {
  const at = now();
  while (seen < held.size) {
    const { value } = walk.next();
    seen++;
    if (value !== undefined) arrivals.push([value, at]);
  }
}, 2);

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
  const answer = Response.json(arrivals);
  arrivals = [];
  return answer;
});

/** Ids that the lists below name at most. */
const idsNamed = 60_000;
const ids: number[] = [];
let expected = 0;
for (const order of sandbox.truth.orders(Date.UTC(2024, 0, 1))) {
  // One that was cancelled later need not have been sent.
  if (order.optional) continue;
  expected++;
  if (ids.length < idsNamed) ids.push(order.id);
}

const line = {
  sitoo: {
    accountUrl: sandbox.sitoo.accountUrl,
    accountId: sandbox.sitoo.accountId,
    apiId: sandbox.sitoo.apiId,
    apiKey: sandbox.sitoo.apiKey,
  },
  ometria: {
    apiUrl: sandbox.ometria.apiUrl,
    apiKey: sandbox.ometria.apiKey,
    emailApiKey: sandbox.ometria.emailApiKey,
  },
  arrivals: `http://127.0.0.1:${server.addr.port}/arrivals`,
  orders: sandbox.sitoo.book.length,
  expected,
  ids,
};
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
