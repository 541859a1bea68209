import { ApiError } from "../http/error.ts";
import type { ApiErrorKind } from "../http/error.ts";
import { assertEquals, assertGreater } from "../std/assert.ts";
import { Breaker } from "./breaker.ts";

function failure(kind: ApiErrorKind, retryAfter?: number): ApiError {
  return new ApiError("Sitoo is not there", {
    api: "sitoo",
    kind,
    reached: true,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

Deno.test("Breaker calls an API down after three failures in a row, and probes it every minute", () => {
  const breaker = new Breaker(() => 1);
  const states = [1, 2, 3].map(() => breaker.failed(failure("unavailable"), 0).to);
  assertEquals(states, ["ok", "ok", "down"]);
  for (let turn = 0; turn < 20; turn++) breaker.failed(failure("unavailable"), 0);
  assertEquals(breaker.waitFor(["sitoo"], 0), 60_000);
  assertEquals(breaker.succeeded("sitoo"), { api: "sitoo", from: "down", to: "ok" });
  assertEquals(breaker.waitFor(["sitoo"], 0), 0);
});

Deno.test("Breaker pauses at once when a key is refused", () => {
  const breaker = new Breaker(() => 1);
  assertEquals(breaker.failed(failure("unauthorized"), 0).to, "paused");
  assertEquals(breaker.waitFor(["sitoo"], 1_000), 59_000);
});

Deno.test("Breaker waits as long as the server asks, and takes being throttled for no outage", () => {
  const breaker = new Breaker(() => 0);
  for (let turn = 0; turn < 5; turn++) {
    assertEquals(breaker.failed(failure("throttled", 90_000), 0).to, "ok");
  }
  assertEquals(breaker.waitFor(["sitoo"], 0), 90_000);
});

Deno.test("Breaker holds up only what uses the API that failed", () => {
  const breaker = new Breaker(() => 1);
  breaker.failed(failure("unavailable"), 0);
  assertEquals(breaker.waitFor(["ometria", "ometriaEmail"], 0), 0);
  assertGreater(breaker.waitFor(["ometria", "sitoo"], 0), 0);
});
