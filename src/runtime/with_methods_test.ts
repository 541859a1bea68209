import { assertEquals } from "../std/assert.ts";
import { withMethods } from "./with_methods.ts";

class Counter {
  #count = 0;
  readonly unit: string = "orders";

  add(): number {
    return ++this.#count;
  }

  reset(): number {
    return this.#count = 0;
  }
}

Deno.test("withMethods() replaces what is given, and leaves the rest to the original", () => {
  const counter = new Counter();
  const kept = withMethods(counter, { reset: () => -1 });
  assertEquals([kept.add(), kept.reset(), kept.add(), kept.unit], [1, -1, 2, "orders"]);
  assertEquals(counter.add(), 3);
});
