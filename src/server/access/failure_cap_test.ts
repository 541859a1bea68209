import { assertEquals } from "../../std/assert.ts";
import { ManualClock } from "../../time/manual_clock.ts";
import { FailureCap } from "./failure_cap.ts";

Deno.test("FailureCap counts each address by itself within a window", async () => {
  const clock = new ManualClock();
  const cap = new FailureCap({ clock, limit: 2, window: 1000 });
  assertEquals([cap.fail("a"), cap.fail("a"), cap.fail("a")], [false, false, true]);
  assertEquals(cap.fail("b"), false);
  await clock.advance(1000);
  assertEquals(cap.fail("a"), false);
});

Deno.test("FailureCap forgets the address that has been quiet longest when it has too many", () => {
  const cap = new FailureCap({ clock: new ManualClock(), limit: 1 });
  cap.fail("first");
  cap.fail("second");
  cap.fail("first");
  for (let n = 0; n < 9_999; n++) cap.fail(`other-${n}`);
  assertEquals(cap.fail("second"), false);
  assertEquals(cap.fail("other-9998"), true);
});

Deno.test("FailureCap says when an address has used up its failures, until the window is over", async () => {
  const clock = new ManualClock();
  const cap = new FailureCap({ clock, limit: 2, window: 1000 });
  cap.fail("a");
  assertEquals(cap.isUsedUp("a"), false);
  cap.fail("a");
  assertEquals([cap.isUsedUp("a"), cap.isUsedUp("b")], [true, false]);
  await clock.advance(1000);
  assertEquals(cap.isUsedUp("a"), false);
});
