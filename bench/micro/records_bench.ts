import { keyedHash } from "../../src/crypto/keyed_hash.ts";
import { Decimal } from "../../src/records/money.ts";
import { decodeOrder } from "../../src/sitoo/wire.ts";
import { decide } from "../../src/engine/decide.ts";
import { item } from "../../src/engine/testing.ts";
import { compiledPipeline, orders, rawOrders } from "./support.ts";

const text = JSON.stringify(rawOrders);
const pipeline = compiledPipeline();
const items = orders.map((order) => item(order.orderid, { reading: { kind: "order", order } }));
const body = JSON.stringify(rawOrders[0]).slice(0, 900);
const never = new AbortController().signal;

Deno.bench("parse an answer of 100 orders", () => void JSON.parse(text));
Deno.bench("decode 100 orders", () => {
  for (const raw of rawOrders) decodeOrder(raw);
});
Deno.bench("add up 1,000 amounts", () => {
  let sum = Decimal.zero;
  for (let count = 0; count < 1_000; count++) sum = sum.plus(Decimal.parse("199.20"));
});
Deno.bench("hash 100 records", () => {
  for (let count = 0; count < 100; count++) keyedHash("a-key", body);
});
Deno.bench("100 orders through all stages, encoded", async () => {
  await decide(items, pipeline, never);
});
