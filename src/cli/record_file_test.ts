import { assertEquals, assertRejects, assertThrows } from "../std/assert.ts";
import { CommandError } from "./failure.ts";
import { RecordFile } from "./record_file.ts";

Deno.test("RecordFile writes one record a line, however little is taken at a time", async () => {
  const taken: number[] = [];
  const file = new RecordFile({
    write: (bytes) => {
      taken.push(...bytes.subarray(0, 3));
      return Promise.resolve(Math.min(3, bytes.length));
    },
  }, "records.ndjson");
  await file.write(['{"a":1}', '{"b":2}']);
  assertEquals(new TextDecoder().decode(new Uint8Array(taken)), '{"a":1}\n{"b":2}\n');
  assertEquals(file.signal.aborted, false);
});

Deno.test("RecordFile ends the run when the disk is full, and takes nothing more", async () => {
  let calls = 0;
  const full = (): Promise<number> => Promise.reject(new Error(`No space left ${++calls}`));
  const file = new RecordFile({ write: full }, "records.ndjson");
  await assertRejects(() => file.write(["{}"]), CommandError, '"records.ndjson" any more');
  assertThrows(() => file.signal.throwIfAborted(), CommandError);
  await assertRejects(() => file.write(["{}"]), CommandError);
  assertEquals(calls, 1);
});
