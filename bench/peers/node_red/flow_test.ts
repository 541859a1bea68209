import { assert, assertEquals } from "../../../src/std/assert.ts";
import type { Accounts } from "../../lib/sandbox.ts";
import { flowOf } from "./flow.ts";

const accounts: Accounts = {
  sitoo: { accountUrl: "http://127.0.0.1:1/v2/accounts/7", accountId: 7, apiId: "a", apiKey: "b" },
  ometria: { apiUrl: "http://127.0.0.1:2/v2", apiKey: "c", emailApiKey: "d" },
  arrivals: "http://127.0.0.1:3/",
  orders: 0,
  expected: 0,
  ids: [],
};

Deno.test("every wire of the flow ends at a node of it, and every function has an output a wire", () => {
  const flow = flowOf(accounts);
  const ids = new Set(flow.map(({ id }) => id));
  for (const { id, wires, outputs } of flow) {
    if (id === "tab") continue;
    assert(Array.isArray(wires), `${id}`);
    if (outputs !== undefined) assertEquals(wires.length, outputs, `${id}`);
    for (const target of wires.flat()) assert(ids.has(target), `${id} leads to ${target}`);
  }
});

Deno.test("the functions of the flow are JavaScript: the shared map loses its types on the way", () => {
  const texts = flowOf(accounts).flatMap(({ func }) => typeof func === "string" ? [func] : []);
  assertEquals(texts.length, 5);
  for (const text of texts) assert(new Function("msg", text) instanceof Function);
});
