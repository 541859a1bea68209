/**
 * The bound of the others: a hand-written loop on Node that holds what it has acknowledged in memory, and loses
 * it when it ends.
 *
 * Usage: `main.ts live` prints its port and takes events; `main.ts history` reads all pages and ends.
 *
 * @module
 */
import { createServer } from "node:http";
import process from "node:process";
import { perCall, push, readOrders, readPage } from "../apis.ts";

/** Reads or pushes under way at once. */
const atOnce = 4;
/** ms until what failed is tried again. */
const pause = 1_000;

if (process.argv[2] === "history") await bringHistory();
else takeEvents();

function takeEvents(): void {
  const queue: number[] = [];
  let underWay = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => body += part);
    request.on("end", () => {
      const events: readonly { readonly data: { readonly order_id: number } }[] = JSON.parse(body);
      for (const { data } of events) queue.push(data.order_id);
      response.writeHead(200, { "content-length": 0 }).end();
      deliver();
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.stdout.write(`${address !== null && typeof address === "object" ? address.port : 0}\n`);
  });

  function deliver(): void {
    while (underWay < atOnce && queue.length > 0) {
      underWay++;
      deliverBatch(queue.splice(0, perCall)).finally(() => {
        underWay--;
        deliver();
      });
    }
  }

  async function deliverBatch(ids: readonly number[]): Promise<void> {
    try {
      await push(await readOrders(ids));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
      queue.push(...ids);
    }
  }
}

async function bringHistory(): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let next = readPage(0);
  for (;;) {
    const orders = await next;
    const last = orders.at(-1);
    if (last === undefined) break;
    next = readPage(last.orderid + 1);
    const pushing = push(orders).finally(() => underWay.delete(pushing));
    underWay.add(pushing);
    if (underWay.size >= atOnce) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}
