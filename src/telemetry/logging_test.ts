import { getLogger } from "@logtape/logtape";
import { assert, assertEquals, assertStringIncludes } from "../std/assert.ts";
import { type LoggingOptions, setUpLogging } from "./logging.ts";

async function lines(
  options: Omit<LoggingOptions, "write">,
  act: (hide: (secret: string) => void) => void,
): Promise<string[]> {
  const written: string[] = [];
  await using logging = await setUpLogging({ ...options, write: (line) => written.push(line) });
  act(logging.hide);
  return written;
}

Deno.test("setUpLogging() writes one JSON object a line with its fields", async () => {
  const [line] = await lines({ json: true }, () => {
    getLogger(["tillpipe", "server"]).info("Took {kept} events", { kept: 3, pipeline: "till" });
  });
  const record = JSON.parse(line ?? "");
  assertEquals(record.message, "Took 3 events");
  assertEquals(record.logger, "tillpipe.server");
  assertEquals(record.properties, { kept: 3, pipeline: "till" });
});

Deno.test("setUpLogging() writes text with the area's name", async () => {
  const [line] = await lines({ json: false, color: false }, () => {
    getLogger(["tillpipe", "server"]).warn("Slow");
  });
  assertStringIncludes(line ?? "", "server: Slow");
});

Deno.test("setUpLogging() writes nothing below its level and nothing of others", async () => {
  const written = await lines({ level: "warning", json: true }, () => {
    getLogger(["tillpipe", "server"]).info("No");
    getLogger(["another", "library"]).error("No");
    getLogger(["tillpipe"]).error("Yes");
  });
  assertEquals(written.map((line) => JSON.parse(line).message), ["Yes"]);
});

Deno.test("setUpLogging() can be told to write less", async () => {
  const written: string[] = [];
  await using logging = await setUpLogging({ json: true, write: (line) => written.push(line) });
  const log = getLogger(["tillpipe", "server"]);
  log.info("Before");
  logging.only("error");
  log.warn("Not this");
  log.error("After");
  assertEquals(written.map((line) => JSON.parse(line).message), ["Before", "After"]);
});

for (const json of [true, false]) {
  Deno.test(`setUpLogging() lets no secret and no address out, JSON ${json}`, async () => {
    const text = await lines({ json, color: false, secrets: ["top-secret"] }, (hide) => {
      hide('later"secret');
      const log = getLogger(["tillpipe", "server"]);
      log.error("Failed with top-secret at {url}", {
        url: '/x?later"secret',
        to: "ada@example.com",
      });
      log.error("Failed", { error: new Error('later"secret for ada@example.com') });
      log.error("{request}", { request: { path: ["/hooks/till/pa55/events"] } });
    });
    const all = text.join("");
    for (const leak of ["top-secret", 'later"secret', 'later\\"secret', "ada@", "pa55"]) {
      assert(!all.includes(leak), all);
    }
    assertStringIncludes(all, "[secret]");
  });
}
