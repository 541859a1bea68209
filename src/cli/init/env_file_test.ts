import fc from "fast-check";
import { assert, assertEquals } from "../../std/assert.ts";
import { SANDBOX_MARK } from "../sandbox_env.ts";
import { changeEnv, fitsEnv, maskEnv, readEnv } from "./env_file.ts";

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(..."'\"`\\ n#=$ab") }),
  fc.stringMatching(/^[\w/+=.-]{0,40}$/),
).filter(fitsEnv);

Deno.test("changeEnv() writes every value so that it is read as it was given", () => {
  fc.assert(fc.property(value, value, (one, other) => {
    const text = changeEnv(undefined, [
      { name: "ONE", value: one, comment: "A line above it" },
      { name: "OTHER", value: other },
    ]);
    assertEquals(readEnv(text), new Map([["ONE", one], ["OTHER", other]]));
    assertEquals(changeEnv(text, [{ name: "ONE", value: one }]), text);
  }));
});

Deno.test("changeEnv() leaves what nobody asked it to change", () => {
  const before = [
    "# mine",
    "export KEPT='a b' # why",
    "",
    "CHANGED=old",
    'LONG="first',
    'second"',
    "GONE=1",
    "",
    "",
  ].join("\n");
  const after = changeEnv(before, [
    { name: "CHANGED", value: "new" },
    { name: "LONG", value: "short" },
    { name: "GONE", value: undefined },
    { name: "NEVER_THERE", value: undefined },
    { name: "KEPT", value: "a b" },
    { name: "ADDED", value: "", comment: "Empty on purpose" },
  ]);
  assertEquals(
    after,
    "# mine\nexport KEPT='a b' # why\n\nCHANGED=new\nLONG=short\n\n# Empty on purpose\nADDED=\n",
  );
});

Deno.test("changeEnv() changes the line that counts when a variable is there twice", () => {
  const after = changeEnv("A=1\nA=2\n", [{ name: "A", value: "3" }]);
  assertEquals(readEnv(after).get("A"), "3");
});

Deno.test("changeEnv() takes the mark away with which a sandbox would replace the file", () => {
  const text = changeEnv(`${SANDBOX_MARK}\nA=1\n`, [{ name: "TILLPIPE_SECRET", value: "x" }]);
  assert(!text.includes(SANDBOX_MARK) && text.endsWith("A=1\nTILLPIPE_SECRET=x\n"), text);
});

Deno.test("maskEnv() covers keys and passwords, and nothing else", () => {
  assertEquals(
    maskEnv("SITOO_API_ID=4711-1\nSITOO_API_KEY=k\nWEBHOOK_PASSWORD='p'\nEMPTY_KEY=\n"),
    "SITOO_API_ID=4711-1\nSITOO_API_KEY=…\nWEBHOOK_PASSWORD=…\nEMPTY_KEY=\n",
  );
});

Deno.test("fitsEnv() refuses what no line can hold", () => {
  assert(!fitsEnv("two\nlines") && !fitsEnv("'`\"") && !fitsEnv("'`\\n") && fitsEnv("'a`"));
});
