import { assertEquals } from "../std/assert.ts";
import { sitooOrder } from "../records/testing.ts";
import { createStartDateStep, startInstant } from "./start_date.ts";

const signal = new AbortController().signal;

Deno.test("startInstant() reads a day in its zone and an instant as it is", () => {
  assertEquals(startInstant("2024-01-01", "Europe/Stockholm"), Date.parse("2023-12-31T23:00:00Z"));
  assertEquals(
    startInstant("2024-01-01T00:00:00Z", "Asia/Tokyo"),
    Date.parse("2024-01-01T00:00:00Z"),
  );
});

Deno.test("the start date skips older orders, by each site's own midnight, asked for once a site", async () => {
  const asked: (number | undefined)[] = [];
  const step = createStartDateStep("2024-01-01", (site) => {
    asked.push(site);
    return Promise.resolve(site === 2 ? "Europe/Stockholm" : "UTC");
  });
  const at = Date.parse("2023-12-31T23:30:00Z") / 1000;
  const inputs = [2, 3, 3].map((eshopid) => ({
    record: sitooOrder({ eshopid, orderdate: at }),
    facts: { origin: "history" as const, delivered: false, links: [] },
  }));
  const verdicts = await step.apply(inputs, signal);
  assertEquals(verdicts.map((verdict) => verdict.kind), ["pass", "skip", "skip"]);
  assertEquals(verdicts[1], { kind: "skip", rule: "before-start" });
  assertEquals(asked, [2, 3]);
});
