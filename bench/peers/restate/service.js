/**
 * The same job as services of Restate: events are taken durably and dealt out to lanes, each a virtual object
 * that gathers ids in its state and reads, maps and pushes a hundred at a time; what is left after a while is
 * pushed by a delayed call to itself.
 *
 * Usage: `service.js SDK_URL PORT`; says `ready` when it listens.
 *
 * @module
 */
import process from "node:process";
import { perCall, push, readOrders, readPage } from "../apis.ts";

const [sdk, port] = process.argv.slice(2);
const restate = await import(sdk);

const lanes = 4;
/** ms that ids wait for others. */
const linger = 250;

async function deliver(ids) {
  await push(await readOrders(ids));
}

const lane = restate.object({
  name: "lane",
  handlers: {
    add: async (ctx, ids) => {
      const held = [...await ctx.get("ids") ?? [], ...ids];
      if (held.length < perCall) {
        if (held.length === ids.length) {
          ctx.objectSendClient(lane, ctx.key, { delay: linger }).flush();
        }
        ctx.set("ids", held);
        return;
      }
      const batch = held.splice(0, perCall);
      await ctx.run("deliver", () => deliver(batch));
      if (held.length === 0) ctx.clear("ids");
      else {
        ctx.set("ids", held);
        ctx.objectSendClient(lane, ctx.key, { delay: linger }).flush();
      }
    },
    flush: async (ctx) => {
      const held = await ctx.get("ids") ?? [];
      if (held.length === 0) return;
      await ctx.run("deliver", () => deliver(held));
      ctx.clear("ids");
    },
  },
});

const receiver = restate.service({
  name: "receiver",
  handlers: {
    take: (ctx, events) => {
      const ids = events.map(({ data }) => data.order_id);
      ctx.objectSendClient(lane, String(ids[0] % lanes)).add(ids);
      return Promise.resolve();
    },
    history: async (ctx) => {
      for (let from = 0; from !== undefined;) {
        from = await ctx.run("page", async () => {
          const orders = await readPage(from);
          await push(orders);
          const last = orders.at(-1);
          return last === undefined ? undefined : last.orderid + 1;
        });
      }
    },
  },
});

await restate.serve({ services: [lane, receiver], port: Number(port) });
process.stdout.write("ready\n");
