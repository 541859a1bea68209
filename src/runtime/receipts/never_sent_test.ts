import { assertEquals } from "../../std/assert.ts";
import { raw, take, worldOf } from "../desk/testing.ts";
import type { TestWorld } from "../pipeline_tests/test_world.ts";

const never = new AbortController().signal;

function world(on: "sale-closed" | "receipt-requested"): Promise<TestWorld> {
  return worldOf({
    "sitoo-history": { min_age: "0ms" },
    "ometria-email": {
      enabled: true,
      on,
      from_name: "Example Store",
      from_address: "receipts@example.com",
      subject: "Your receipt!",
      stream: "receipts",
    },
  });
}

async function outcome({ context, ometria }: TestWorld): Promise<unknown> {
  const { delivered, receipts, receiptsSkipped } = await context.store.counters();
  return { delivered, receipts, receiptsSkipped, emails: ometria.emails.length };
}

for (const origin of ["history", "sweep", "replay"] as const) {
  for (const on of ["sale-closed", "receipt-requested"] as const) {
    Deno.test(`no receipt is sent for what ${origin} brings, with ${on}`, async () => {
      await using made = await world(on);
      const orders = [raw(1), raw(2)];
      await made.step({ orders, expectPath: [], origin }, orders, never);
      assertEquals(await outcome(made), {
        delivered: 2,
        receipts: {},
        receiptsSkipped: on === "sale-closed" ? { [origin]: 2 } : {},
        emails: 0,
      });
    });
  }
}

Deno.test("a sale gets one receipt when it closes, and none for what changes later", async () => {
  await using made = await world("sale-closed");
  await take(made, raw(1));
  await take(made, raw(1, { namelast: "Ek-Berg" }));
  await take(made, raw(1, { namefirst: "Maja-Lena" }));
  assertEquals(await outcome(made), {
    delivered: 1,
    receipts: { sent: 1 },
    receiptsSkipped: { update: 2 },
    emails: 1,
  });
});

Deno.test("an update sends nothing where the till has to ask", async () => {
  await using made = await world("receipt-requested");
  await take(made, raw(1));
  await take(made, raw(1, { namelast: "Ek-Berg" }));
  assertEquals(await outcome(made), {
    delivered: 1,
    receipts: {},
    receiptsSkipped: {},
    emails: 0,
  });
});
