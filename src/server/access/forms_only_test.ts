import { assertEquals } from "../../std/assert.ts";
import { fakePipeline, testApp } from "../testing.ts";

const HOST = "localhost:8000";
const BODY = '{"from":"50211"}';

const kinds: readonly [type: string | undefined, body: string | null, status: number][] = [
  ["application/json", BODY, 415],
  ["text/plain", BODY, 415],
  ["multipart/form-data", BODY, 415],
  ["application/x-www-form-urlencoded; charset=utf-8", "a=b", 303],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    303,
  ],
  [undefined, null, 303],
];
for (const [type, body, expected] of kinds) {
  Deno.test(`an action answers ${expected} to ${type ?? "no body"}`, async () => {
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
