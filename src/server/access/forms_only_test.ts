import { assertEquals } from "../../std/assert.ts";
import { fakePipeline, testApp } from "../testing.ts";

const HOST = "localhost:8000";
const BODY = '{"from":"50211"}';

const kinds: readonly [type: string | undefined, body: string | null, status: number][] = [
  ["application/json", BODY, 415],
  ["text/plain", BODY, 415],
  ["multipart/form-data", BODY, 415],
  ["application/x-www-form-urlencoded; charset=utf-8", "a=b", 303],
  ["Application/X-WWW-Form-URLencoded", "a=b", 303],
  ["application/x-www-form-urlencoded-json", BODY, 415],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    303,
  ],
  ["multipart/form-data; boundary=x", BODY, 400],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
    400,
  ],
  ["application/x-www-form-urlencoded", `a=${"b".repeat(64 * 1024)}`, 413],
  ["application/x-www-form-urlencoded", "%zz=%", 303],
  [undefined, null, 303],
];
for (const [type, body, expected] of kinds) {
  const what = `${type ?? "no body"}${body === null ? "" : `, ${body.length} bytes`}`;
  Deno.test(`an action answers ${expected} to ${what}`, async () => {
    const paused: string[] = [];
    const cancelBackfill = (): Promise<void> => Promise.resolve(void paused.push("paused"));
    const { app } = testApp({ pipelines: [fakePipeline({ status: { cancelBackfill } })] });
    const response = await app.request("/pipelines/till/backfill/pause", {
      method: "POST",
      headers: {
        host: HOST,
        origin: `http://${HOST}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      body,
    }, { peer: "127.0.0.1" });
    assertEquals(response.status, expected);
    assertEquals(paused.length, expected === 303 ? 1 : 0);
  });
}

Deno.test("a form that comes drop by drop is not waited for, nor is one during shutdown", async () => {
  for (const [end, expected] of [["clock", 408], ["stop", 503]] as const) {
    const { app, clock, stopping } = testApp();
    let cancelled = false;
    const body = new ReadableStream({
      pull: () => new Promise<void>(() => {}),
      cancel: () => void (cancelled = true),
    });
    const answer = app.request("/login", {
      method: "POST",
      headers: {
        host: HOST,
        origin: `http://${HOST}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body,
    });
    if (end === "clock") await clock.advance(10_000);
    else {
      await clock.advance(0);
      stopping.abort();
    }
    assertEquals((await answer).status, expected);
    assertEquals(cancelled, true);
  }
});
