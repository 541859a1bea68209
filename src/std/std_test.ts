// The declarations here are ours, the code is not: this holds that every declared name is really there.
import * as assert from "./assert.ts";
import * as async from "./async.ts";
import * as colors from "./colors.ts";
import * as encoding from "./encoding.ts";
import * as formatBytes from "./format_bytes.ts";
import * as formatDuration from "./format_duration.ts";
import * as parseArgs from "./parse_args.ts";
import * as path from "./path.ts";
import * as text from "./text.ts";
import * as ulid from "./ulid.ts";

const wrapped: Record<string, Record<string, unknown>> = {
  assert,
  async,
  colors,
  encoding,
  format_bytes: formatBytes,
  format_duration: formatDuration,
  parse_args: parseArgs,
  path,
  text,
  ulid,
};

for (const [file, module] of Object.entries(wrapped)) {
  Deno.test(`std/${file} has every function that its declaration promises`, async () => {
    const declaration = await Deno.readTextFile(new URL(`./${file}.d.ts`, import.meta.url));
    const names = [...declaration.matchAll(/^export (?:function|class) (\w+)/gm)].map((m) => m[1]);
    assert.assert(names.length > 0);
    for (const name of names) assert.assertEquals(typeof module[name ?? ""], "function", name);
  });
}
