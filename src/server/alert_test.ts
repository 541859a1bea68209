import { assertEquals } from "../std/assert.ts";
import { createAlert } from "./alert.ts";

Deno.test("createAlert() posts to the pipeline's own address, and to none without one", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      resolve(await request.json());
      return new Response();
    },
  );
  const alert = createAlert([
    { definition: { name: "quiet", alerts: {} } },
    { definition: { name: "till", alerts: { url: `http://127.0.0.1:${server.addr.port}/` } } },
  ]);
  alert("quiet", "Nobody hears this");
  alert("till", "Something needs a look");
  assertEquals(await promise, { text: "Tillpipe: Something needs a look" });
  await server.shutdown();
});
