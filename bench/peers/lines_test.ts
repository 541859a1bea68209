import { assertEquals } from "../../src/std/assert.ts";
import { sendLines } from "./lines.ts";

Deno.test("sendLines() writes a line for each event, and tells of them once they are written", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const reading = listener.accept().then((connection) => new Response(connection.readable).text());
  const batches = [[1, 2], [3]];
  const told: number[] = [];
  await sendLines({ port: listener.addr.port, accountId: 7 }, {
    next: () => batches.shift(),
    onAck: (ids) => told.push(...ids),
  });
  const lines = (await reading).trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line).data.order_id), [1, 2, 3]);
  assertEquals(told, [1, 2, 3]);
});
