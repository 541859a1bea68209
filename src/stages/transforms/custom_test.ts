import { assert, assertEquals, assertRejects, assertThrows } from "../../std/assert.ts";
import { join, toFileUrl } from "../../std/path.ts";
import { sitooOrder } from "../../records/testing.ts";
import type { AnyTransform, Verdict } from "../contract.ts";
import { input, mappedOrder, TestServices } from "../testing.ts";
import { custom } from "./custom.ts";

const signal = new AbortController().signal;

/** Writes a module beside an imagined pipeline file and builds the stage as that file would. */
async function withModule<T>(
  source: string | undefined,
  use: (stage: AnyTransform) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    if (source !== undefined) await Deno.writeTextFile(join(folder, "mine.ts"), source);
    const base = toFileUrl(join(folder, "pipeline.yaml"));
    const services = Object.assign(new TestServices(), {
      resolve: (specifier: string): string => new URL(specifier, base).href,
    });
    return await use(custom.create({ module: "./mine.ts" }, services));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function verdicts(
  source: string,
  ...records: readonly unknown[]
): Promise<readonly Verdict<unknown>[]> {
  return await withModule(
    source,
    async (stage) => await stage.apply(records.map((record) => input(record, "sweep")), signal),
  );
}

Deno.test("custom changes a Sitoo order, whose origin it is told", async () => {
  const source = `export default {
    takes: "sitoo-order",
    apply: (order, { origin, signal }) =>
      ({ ...order, namefirst: origin + (signal instanceof AbortSignal) }),
  };`;
  assertEquals(await verdicts(source, sitooOrder()), [
    { kind: "pass", record: sitooOrder({ namefirst: "sweeptrue" }) },
  ]);
});

Deno.test("custom takes what map gives, and may take its time", async () => {
  const source = `export default {
    takes: "ometria-order",
    async apply(mapped) {
      await Promise.resolve();
      return { ...mapped, order: { ...mapped.order, channel: "pop-up" } };
    },
  };`;
  assertEquals(await verdicts(source, mappedOrder()), [
    { kind: "pass", record: mappedOrder({ channel: "pop-up" }) },
  ]);
});

Deno.test("custom skips and holds orders by name", async () => {
  const source = `export default {
    takes: "sitoo-order",
    apply: (order) => order.eshopid === 2 ? { skip: "other-site" } : { dead: "odd-order" },
  };`;
  assertEquals(await verdicts(source, sitooOrder(), sitooOrder({ eshopid: 3 })), [
    { kind: "skip", rule: "other-site" },
    { kind: "dead", reason: "odd-order", detail: "decided by a custom transform" },
  ]);
});

Deno.test("custom that throws makes only that order dead, with a short message and no address", async () => {
  const source = `export default {
    takes: "sitoo-order",
    apply(order) {
      if (order.eshopid === 2) throw new Error("Cannot use " + order.email + " " + "x".repeat(500));
      return order;
    },
  };`;
  const other = sitooOrder({ eshopid: 3 });
  const [dead, passed] = await verdicts(source, sitooOrder(), other);
  assert(dead?.kind === "dead");
  assertEquals(dead.reason, "custom-failed");
  assertEquals(dead.detail.length, 200);
  assert(dead.detail.startsWith("Cannot use [address] xxx"), dead.detail);
  assertEquals(passed, { kind: "pass", record: other });
});

for (const answer of ["undefined", "null", "{}", "5", '{ skip: "" }', '{ skip: "Maja Ek" }']) {
  Deno.test(`custom that gives back ${answer} makes the order dead`, async () => {
    const source = `export default { takes: "sitoo-order", apply: () => (${answer}) };`;
    const [verdict] = await verdicts(source, sitooOrder());
    assert(verdict?.kind === "dead");
    assertEquals(verdict.reason, "custom-failed");
    assert(!verdict.detail.includes("Maja"));
  });
}

Deno.test("custom on the wrong side of map says where it belongs", async () => {
  const takes = (type: string): string => `export default { takes: "${type}", apply: (x) => x };`;
  const [early] = await verdicts(takes("ometria-order"), sitooOrder());
  assert(early?.kind === "dead" && early.detail.includes("after map"));
  const [late] = await verdicts(takes("sitoo-order"), mappedOrder());
  assert(late?.kind === "dead" && late.detail.includes("before map"));
});

const unusable: readonly (readonly [string, string | undefined])[] = [
  ["that is not there", undefined],
  ["that is no code", "export default {"],
  ["without a default export", "export const takes = 1;"],
  ["without apply", 'export default { takes: "sitoo-order" };'],
  ["of another type", 'export default { takes: "orders", apply: (x) => x };'],
];
for (const [what, source] of unusable) {
  Deno.test(`custom refuses a module ${what}, before and at the first batch`, async () => {
    await withModule(source, async (stage) => {
      assert(stage.ready !== undefined);
      const message = 'custom transform "./mine.ts"';
      await assertRejects(async () => await stage.ready?.(signal), Error, message);
      await assertRejects(
        async () => await stage.apply([input(sitooOrder())], signal),
        Error,
        message,
      );
    });
  });
}

Deno.test("custom is ready with a module that fits", async () => {
  const source = 'export default { takes: "sitoo-order", apply: (x) => x };';
  await withModule(source, async (stage) => await stage.ready?.(signal));
});

Deno.test("custom takes only paths of modules", () => {
  for (const module of ["", "mine", "https://example.com/mine.ts", "npm:mine", "./mine.json"]) {
    assertThrows(() => custom.create({ module }, new TestServices()));
  }
  for (const module of ["./mine.ts", "../a/mine.js", "/opt/mine.mts", "C:\\mine.ts"]) {
    assertEquals(custom.schema.safeParse({ module }).success, true);
  }
});

Deno.test("custom says what it wanted of a transform that gives back anything else", async () => {
  const wanted =
    "It gave back no sitoo-order, and no skip or dead with a name of lower-case words " +
    "with hyphens";
  for (const given of ["undefined", "null", "'text'", "{ dead: 'Not A Name' }", "{ skip: 7 }"]) {
    const source = `export default { takes: "sitoo-order", apply: () => (${given}) };`;
    assertEquals(await verdicts(source, sitooOrder()), [
      { kind: "dead", reason: "custom-failed", detail: wanted },
    ], given);
  }
});

Deno.test("custom ends with what stopped it, whatever the transform threw then", async () => {
  const source = `export default {
    takes: "sitoo-order",
    apply: () => new Promise((_, reject) => setTimeout(() => reject(new Error("Mine")), 5)),
  };`;
  const stop = new AbortController();
  await withModule(source, async (stage) => {
    const applied = stage.apply([input(sitooOrder())], stop.signal);
    stop.abort(new RangeError("Stopped"));
    await assertRejects(async () => await applied, RangeError);
  });
});
