import fc from "fast-check";
import { assertEquals } from "../std/assert.ts";
import { readEvent, type ReadEventOptions } from "./sitoo_event.ts";

const options: ReadEventOptions = { now: 1_000, accountId: "9", idOf: () => "made-up" };
const whole = fc.integer({ min: 1 });
const documented = fc.record({
  event_id: fc.stringMatching(/^[\w-]{1,64}$/),
  event_type: fc.constantFrom("order", "order-delivery", "booking"),
  event_date: fc.oneof(whole, fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 })),
  account_id: whole,
  data: fc.record({
    order_id: whole,
    eshop_id: whole,
    order_event_type: fc.constantFrom("add", "update", "email-receipt", " Email-Receipt", ""),
  }),
});

Deno.test("readEvent() reads a documented event the same however oddly its type is written", () => {
  fc.assert(fc.property(documented, (event) => {
    // A type in capitals takes the way of events that are not as documented.
    const odd = { ...event, event_type: ` ${event.event_type.toUpperCase()} ` };
    assertEquals(readEvent(event, options), readEvent(odd, options));
    assertEquals(readEvent(event, options).kind, "order");
  }));
});

Deno.test("readEvent() reads an event with anything in any field without throwing, documented or not", () => {
  const fields = fc.constantFrom("event_id", "event_type", "event_date", "account_id", "data");
  const inData = fc.constantFrom("order_id", "eshop_id", "order_event_type");
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(0, -1, 1.5, NaN, 2 ** 60, "12", " 12 ", "", undefined),
  );
  fc.assert(fc.property(documented, fields, inData, value, (event, field, part, odd) => {
    const changes = [{ [field]: odd }, { data: { ...event.data, [part]: odd } }];
    for (const change of changes) {
      const plain = readEvent({ ...event, ...change }, options);
      const type = ` ${event.event_type}`;
      if ("event_type" in change) continue;
      assertEquals(plain, readEvent({ ...event, event_type: type, ...change }, options));
    }
  }));
});
