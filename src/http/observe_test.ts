import { collectMetrics, collectSpans } from "../telemetry/testing.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { ApiError } from "./error.ts";
import { observedPace, observedSlot } from "./observed_limits.ts";
import { type ApiRequest, exchange } from "./request.ts";
import { createSlot } from "./slot.ts";
import { json, servePeer } from "./testing.ts";

const never = new AbortController().signal;

function request(url: string): ApiRequest {
  return {
    api: "ometria",
    action: "read the settings of site 2",
    url: `${url}/profiles/50211?email=ada%40example.com`,
    method: "GET",
    headers: { authorization: "Basic c2VjcmV0" },
    timeout: 5000,
    now: () => 0,
  };
}

Deno.test("exchange() is traced and counted by api, operation and outcome, without its address", async () => {
  using traced = collectSpans();
  using counted = collectMetrics();
  let status = 200;
  await using peer = servePeer(() => json({ ok: true }, status));
  await exchange(request(peer.url), never);
  status = 503;
  await exchange(request(peer.url), never);
  const gone = request("http://127.0.0.1:1");
  await assertRejects(() => exchange(gone, never), ApiError);

  const operation = "read the settings of site";
  assertEquals(
    counted.points.map(({ name, attributes }) => [name, attributes]),
    ["ok", "unavailable", "unavailable"].map((outcome) => [
      "tillpipe.api.request.duration",
      { "tillpipe.api": "ometria", "tillpipe.operation": operation, "tillpipe.outcome": outcome },
    ]),
  );
  assertEquals(traced.spans.map(({ name, attributes }) => [name, attributes["error.type"]]), [
    [`ometria ${operation}`, undefined],
    [`ometria ${operation}`, "503"],
    [`ometria ${operation}`, "ApiError"],
  ]);
  const all = JSON.stringify([traced.spans, counted.points]);
  for (const hidden of ["ada", "50211", "c2VjcmV0"]) assert(!all.includes(hidden), all);
});

Deno.test("observedPace() and observedSlot() note how long a call waited for its turn", async () => {
  using counted = collectMetrics();
  const clock = new ManualClock();
  const wait = async (): Promise<void> => {
    const slept = clock.sleep(2000, never);
    await clock.advance(2000);
    await slept;
  };
  await observedPace({ take: wait }, { budget: "push", clock }).take(never);
  const slot = createSlot({ gap: 0, clock });
  assertEquals(
    await observedSlot(slot, { budget: "sitoo", clock }).run(async () => await 7, never),
    7,
  );
  assertEquals(
    counted.points.map(({ value, attributes }) => [value, attributes?.["tillpipe.budget"]]),
    [[2, "push"], [0, "sitoo"]],
  );
});

Deno.test("observedPace() and observedSlot() add nothing while nobody collects", () => {
  const clock = new ManualClock();
  const pace = { take: (): Promise<void> => Promise.resolve() };
  const slot = createSlot({ gap: 0, clock });
  assertEquals(observedPace(pace, { budget: "push", clock }), pace);
  assertEquals(observedSlot(slot, { budget: "sitoo", clock }), slot);
});
