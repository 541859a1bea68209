import { ometriaConnection, sitooConnection } from "../../definition/connections.ts";
import { createRateLimiter } from "../../http/rate_limiter.ts";
import { createSlot } from "../../http/slot.ts";
import { json, servePeer } from "../../http/testing.ts";
import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { systemClock } from "../../time/clock.ts";
import { checkEmailKey, checkOmetriaKey, checkSitooKey } from "./access.ts";
import type { Finding } from "./finding.ts";
import { Probe } from "./probe.ts";
import { Sightings } from "./sightings.ts";

const signal = new AbortController().signal;

/** A probe of both APIs at one address. */
function probeOf(
  url: string,
  timeout = 2_000,
): { readonly probe: Probe; readonly seen: Sightings } {
  const insecure = { allowInsecureHosts: true };
  const seen = new Sightings();
  const clock = systemClock;
  const probe = new Probe({
    sitoo: sitooConnection(insecure).parse({
      account_url: `${url}/v2/accounts/1`,
      api_id: "1-1",
      api_key: "sitoo-key",
    }),
    ometria: ometriaConnection(insecure).parse({
      api_url: `${url}/v2`,
      api_key: "ometria-key",
      email_api_key: "email-key",
    }),
  }, {
    clock,
    sightings: seen,
    slot: seen.countedSlot(createSlot({ gap: 0, clock })),
    read: seen.countedPace(createRateLimiter({ rate: Infinity, clock })),
    timeout,
  });
  return { probe, seen };
}

async function tryAll(answer: (request: Request) => Response): Promise<readonly Finding[]> {
  await using peer = servePeer(answer);
  const { probe } = probeOf(peer.url);
  return [
    (await checkSitooKey(probe, signal)).finding,
    await checkOmetriaKey(probe, signal),
    await checkEmailKey(probe, signal),
  ];
}

function right(request: Request): Response {
  return request.url.includes("/accounts/") ? json({ totalcount: 5, items: [{}] }) : json([]);
}

Deno.test("the keys are taken when the APIs take them", async () => {
  const findings = await tryAll(right);
  assertEquals(findings.map(({ level }) => level), ["ok", "ok", "ok"]);
  assertEquals(findings[0]?.text, "Sitoo takes the key and has 5 orders");
});

Deno.test("an email key counts as taken when the address does not exist for reading", async () => {
  const findings = await tryAll((request) =>
    request.url.includes("transactional") ? json({}, 405) : right(request)
  );
  assertEquals(findings[2]?.level, "ok");
});

const refusals: readonly (readonly [status: number, levels: readonly string[], says: string])[] = [
  [401, ["fail", "fail", "fail"], "refuses"],
  [403, ["fail", "fail", "fail"], "(403)"],
  [404, ["fail", "fail", "ok"], "404"],
  [500, ["warn", "warn", "warn"], "down or busy"],
];
for (const [status, levels, says] of refusals) {
  Deno.test(`an answer of ${status} is told with its remedy, and no key in it`, async () => {
    const findings = await tryAll(() => json({ error: "sitoo-key ometria-key" }, status));
    assertEquals(findings.map(({ level }) => level), levels);
    assertStringIncludes(findings[0]?.text ?? "", says);
    for (const { level, remedy, text } of findings) {
      assertEquals(level === "ok", remedy === undefined);
      assert(!/(sitoo|ometria|email)-key/.test(text), text);
    }
  });
}

Deno.test("something that is no API of theirs is told as such", async () => {
  const [sitoo, ometria] = await tryAll(() => new Response("<html>hello</html>"));
  assertEquals([sitoo?.level, ometria?.level], ["fail", "fail"]);
  assertStringIncludes(sitoo?.text ?? "", "not its API");
});

Deno.test("a host that nobody answers at cannot be reached", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { probe } = probeOf(`http://127.0.0.1:${listener.addr.port}`);
  listener.close();
  const { finding } = await checkSitooKey(probe, signal);
  assertEquals([finding.level, finding.text], [
    "fail",
    "Sitoo cannot be reached: it refused the connection",
  ]);
});

Deno.test("a host that does not exist is told in a sentence", async () => {
  const { probe, seen } = probeOf("http://no-such-host.invalid");
  const { text } = await checkOmetriaKey(probe, signal);
  assertEquals([seen.answers("ometria"), text.startsWith("Ometria cannot be reached: ")], [
    0,
    true,
  ]);
  assert(!text.includes("it has"), text);
});

Deno.test("a call that is not answered ends with its time", async () => {
  const over = Promise.withResolvers<Response>();
  await using peer = servePeer(() => over.promise);
  const { probe } = probeOf(peer.url, 100);
  assertStringIncludes((await checkOmetriaKey(probe, signal)).text, "did not answer within 0.1 s");
  over.resolve(json([]));
});

Deno.test("a 429 is tried again, and counted with the calls, the limits and the clock", async () => {
  let calls = 0;
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  await using peer = servePeer((request) => {
    const headers = { date, "x-rate-limit-reset": "17", "retry-after": "0" };
    return ++calls === 1 ? json({}, 429, headers) : right(request);
  });
  const { probe, seen } = probeOf(peer.url);
  assertEquals((await checkSitooKey(probe, signal)).finding.level, "ok");
  assertEquals([seen.calls, seen.tooMany("sitoo")], [{ sitoo: 2, ometria: 0 }, 1]);
  assertEquals(seen.limits("sitoo"), ["retry-after: 0", "x-rate-limit-reset: 17"]);
  assertEquals(seen.skew("ometria"), undefined);
});

Deno.test("the difference of the clocks is told in ms, the other's ahead", () => {
  const seen = new Sightings();
  const headers = new Headers({ date: new Date(1_000_000).toUTCString() });
  seen.note("ometriaEmail", { status: 200, headers }, { asked: 900_000, answered: 900_200 });
  assertEquals(seen.skew("ometria"), 100_400);
});

Deno.test("a call that is given up ends with the reason", async () => {
  const { probe } = probeOf("http://127.0.0.1:9");
  const reason = new DOMException("enough", "AbortError");
  const error = await probe.sitoo("/orders", {}, AbortSignal.abort(reason)).catch((thrown) =>
    thrown
  );
  assertEquals(error, reason);
});
