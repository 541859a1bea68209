import { assertEquals } from "../std/assert.ts";
import type { StoredOrder } from "../ometria/api.ts";
import type { ExpectedOrder } from "../records/expected_order.ts";
import { confirmAfter, confirmationOf, differenceOf } from "./confirmation.ts";
import { encoded, pointer } from "./testing.ts";

const expected: ExpectedOrder = {
  total: "626.4",
  status: "complete",
  isValid: true,
  lines: 3,
  quantityRefunded: 0,
  refunded: "0",
};
const stored: StoredOrder = {
  id: "till-1",
  grand_total: 626.4,
  status: "complete",
  is_valid: true,
  lines: 3,
  quantityRefunded: 0,
  refunded: 0,
};

Deno.test("differenceOf() finds nothing in an order that is as it was sent", () => {
  assertEquals(differenceOf(expected, stored), undefined);
  const { status: _status, is_valid: _valid, ...bare } = stored;
  assertEquals(differenceOf(expected, bare), undefined);
  const sum = 0.1 + 0.2;
  assertEquals(
    differenceOf({ ...expected, refunded: "0.3" }, { ...stored, refunded: sum }),
    undefined,
  );
});

const differing: readonly (readonly [Partial<StoredOrder>, string])[] = [
  [{ grand_total: 626.39 }, "grand_total is 626.39, not 626.4"],
  [{ lines: 2 }, "lines is 2, not 3"],
  [
    { status: "refunded", is_valid: false },
    "status is refunded, not complete, is_valid is false, not true",
  ],
  [{ quantityRefunded: 1, refunded: 5 }, "quantity_refunded is 1, not 0, refunded is 5, not 0"],
];
for (const [change, text] of differing) {
  Deno.test(`differenceOf() says: ${text}`, () => {
    assertEquals(differenceOf(expected, { ...stored, ...change }), text);
  });
}

Deno.test("differenceOf() says that an order is missing", () => {
  assertEquals(differenceOf(expected, undefined), "Ometria does not have it");
});

Deno.test("confirmationOf() plans every live order and one in fifty of history", () => {
  const accepted = { encoded: { ...encoded(1), expected }, hash: "00000001", at: 1_000 };
  assertEquals(confirmationOf(pointer(1), accepted)?.dueAt, 1_000 + confirmAfter);
  let sampled = 0;
  for (let number = 0; number < 1_000; number++) {
    const hash = number.toString(16).padStart(8, "0");
    if (confirmationOf(pointer(1, { origin: "history" }), { ...accepted, hash }) !== undefined) {
      sampled++;
    }
  }
  assertEquals(sampled, 20);
});
