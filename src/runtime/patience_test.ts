import { ApiError, type ApiErrorKind } from "../http/error.ts";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import { Patience } from "./patience.ts";

function failure(kind: ApiErrorKind, status?: number): ApiError {
  return new ApiError("Sitoo said no", {
    api: "sitoo",
    kind,
    reached: true,
    ...(status === undefined ? {} : { status }),
  });
}

function patience(impatient = false): {
  readonly clock: ManualClock;
  readonly said: string[];
  readonly patience: Patience;
} {
  const clock = new ManualClock();
  const said: string[] = [];
  const onWait = (text: string): void => void said.push(text);
  return { clock, said, patience: new Patience({ clock, impatient, onWait }) };
}

Deno.test("a key or an address that never worked is given up at once, with the API's error", () => {
  for (const error of [failure("unauthorized", 401), failure("refused", 404)]) {
    const { patience: one } = patience();
    one.failed(error);
    assertEquals(one.signal.reason, error);
  }
});

Deno.test("a key that worked is given up after five minutes of refusals", async () => {
  const { clock, said, patience: one } = patience();
  one.succeeded("sitoo");
  one.failed(failure("unauthorized", 403));
  assertStringIncludes(said[0] ?? "", "Waits for Sitoo: Sitoo said no");
  await clock.advance(299_000);
  one.failed(failure("unauthorized", 403));
  assert(!one.signal.aborted);
  one.succeeded("sitoo");
  await clock.advance(2_000);
  one.failed(failure("unauthorized", 403));
  assert(!one.signal.aborted, "it had worked in between");
  await clock.advance(300_000);
  one.failed(failure("unauthorized", 403));
  assert(one.signal.aborted);
});

Deno.test("an outage is waited for, and said so every minute", async () => {
  const { clock, said, patience: one } = patience();
  for (let failures = 0; failures < 12; failures++) {
    one.failed(failure("unavailable"));
    await clock.advance(20_000);
  }
  assert(!one.signal.aborted);
  assertEquals(said.length, 4);
});

Deno.test("a run that nothing hangs on gives up on an API that cannot be reached from the start", () => {
  const { patience: fresh } = patience(true);
  const { patience: later } = patience(true);
  later.succeeded("sitoo");
  for (let failures = 0; failures < 3; failures++) {
    assert(!fresh.signal.aborted);
    fresh.failed(failure("unavailable"));
    later.failed(failure("unavailable"));
  }
  assertEquals([fresh.signal.aborted, later.signal.aborted], [true, false]);
});
