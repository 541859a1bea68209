/** What every store must do, whatever database is behind it. */
import type { Clock } from "../time/clock.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { operatorRules } from "./operator_conformance.ts";
import { accountRules } from "./account_conformance.ts";
import { inboxRules } from "./inbox_conformance.ts";
import type { Store } from "./store.ts";

/** Opens an empty store; whatever it stands on goes away with it. */
export type StoreFactory = (clock: Clock) => Promise<Store>;

/** Declares the tests of the suite for one kind of store. */
export function testConformance(kind: string, open: StoreFactory): void {
  for (
    const [rule, check] of Object.entries({ ...inboxRules, ...accountRules, ...operatorRules })
  ) {
    Deno.test(`${kind}: ${rule}`, async () => {
      const clock = new ManualClock();
      await using store = await open(clock);
      await check({ clock, store, shop: store.pipeline("shop", "default") });
    });
  }
}
