import fc from "fast-check";
import { ApiError } from "../../http/error.ts";
import { assert, assertEquals, assertRejects } from "../../std/assert.ts";
import { ScriptedOmetria } from "../testing.ts";
import { pushRecords, type PushRecordsOptions } from "./delivery.ts";

function options(
  ometria: ScriptedOmetria,
  more: Partial<PushRecordsOptions> = {},
): PushRecordsOptions {
  return { ometria, size: 100, now: () => 7, signal: new AbortController().signal, ...more };
}

function bodies(count: number): string[] {
  return Array.from({ length: count }, (_, number) => JSON.stringify({ id: String(number) }));
}

function down(): ApiError {
  return new ApiError("Cannot reach Ometria", {
    api: "ometria",
    kind: "unavailable",
    reached: true,
  });
}

Deno.test("pushRecords pushes in parts of the given size, in order", async () => {
  const ometria = new ScriptedOmetria();
  const results = await pushRecords(bodies(5), options(ometria, { size: 2 }));
  assertEquals(ometria.pushes, [
    [{ id: "0" }, { id: "1" }],
    [{ id: "2" }, { id: "3" }],
    [{ id: "4" }],
  ]);
  assertEquals(results, Array(5).fill({ kind: "accepted", at: 7 }));
});

Deno.test("pushRecords has its pushes go before what is not urgent, unless told otherwise", async () => {
  const asked: unknown[] = [];
  const ometria = {
    push: (_bodies: unknown, _signal: unknown, more?: { readonly priority?: unknown }) => {
      asked.push(more?.priority);
      return Promise.resolve({ kind: "accepted" } as const);
    },
  };
  const more = { size: 1, now: () => 7, signal: new AbortController().signal };
  await pushRecords(bodies(1), { ometria, ...more });
  await pushRecords(bodies(1), { ometria, ...more, priority: "history" });
  assertEquals(asked, ["live", "history"]);
});

Deno.test("pushRecords knows which failures may have had their effect", async () => {
  const cases: [boolean, number | undefined, boolean][] = [
    [false, undefined, false],
    [true, undefined, true],
    [true, 399, true],
    [true, 400, false],
    [true, 499, false],
    [true, 500, true],
    [true, 502, true],
    [true, 503, false],
  ];
  for (const [reached, status, unsure] of cases) {
    const ometria = new ScriptedOmetria();
    const error = new ApiError("Ometria failed", {
      api: "ometria",
      kind: "unavailable",
      reached,
      ...(status === undefined ? {} : { status }),
    });
    ometria.onPush = () => {
      throw error;
    };
    assertEquals(await pushRecords(bodies(1), options(ometria)), [
      { kind: "failed", error, unsure },
    ]);
  }
});

Deno.test("pushRecords pushes nothing for nothing", async () => {
  const ometria = new ScriptedOmetria();
  assertEquals(await pushRecords([], options(ometria)), []);
  assertEquals(ometria.pushes, []);
});

Deno.test("pushRecords finds the bad record by halving", async () => {
  const ometria = new ScriptedOmetria();
  ometria.onPush = (part) =>
    part.some((body) => body.includes('"3"'))
      ? { kind: "rejected", status: 400, detail: "Payload invalid" }
      : { kind: "accepted" };
  const results = await pushRecords(bodies(8), options(ometria));
  assertEquals(results.map((result) => result.kind), [
    ...Array(3).fill("accepted"),
    "rejected",
    ...Array(4).fill("accepted"),
  ]);
  assertEquals(results[3], { kind: "rejected", detail: "400: Payload invalid" });
  assertEquals(ometria.pushes.map((part) => part.length), [8, 4, 2, 2, 1, 1, 4]);
});

Deno.test("pushRecords: refused records alone are rejected, in few pushes, whatever the batch", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.boolean(), { maxLength: 120 }),
    fc.integer({ min: 1, max: 100 }),
    async (bad, size) => {
      const ometria = new ScriptedOmetria();
      ometria.onPush = (part) =>
        part.some((body) => body.includes("bad"))
          ? { kind: "rejected", status: 400, detail: "" }
          : { kind: "accepted" };
      const records = bad.map((is, id) => JSON.stringify({ id, is: is ? "bad" : "good" }));
      const results = await pushRecords(records, options(ometria, { size }));
      assertEquals(results.map((result) => result.kind === "rejected"), bad);
      const most = Math.ceil(bad.length / size) +
        2 * Math.ceil(Math.log2(size) + 1) * bad.filter(Boolean).length;
      assert(ometria.pushes.length <= most, `${ometria.pushes.length} pushes`);
    },
  ));
});

Deno.test("pushRecords keeps what was accepted before a call failed", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 0, max: 20 }),
    async (bad, size, failAt) => {
      const ometria = new ScriptedOmetria();
      const error = down();
      const arrived = new Set<string>();
      ometria.onPush = (part) => {
        if (ometria.pushes.length - 1 === failAt) throw error;
        if (part.some((body) => body.includes("bad"))) {
          return { kind: "rejected", status: 400, detail: "" };
        }
        part.forEach((body) => arrived.add(body));
        return { kind: "accepted" };
      };
      const records = bad.map((is, id) => JSON.stringify({ id, is: is ? "bad" : "good" }));
      const results = await pushRecords(records, options(ometria, { size }));
      assertEquals(results.length, records.length);
      results.forEach((result, index) => {
        const record = records[index] ?? "";
        assertEquals(result.kind === "accepted", arrived.has(record));
        if (result.kind === "rejected") assert(bad[index]);
        if (result.kind === "failed") assertEquals(result.error, error);
      });
      assert(ometria.pushes.length <= failAt + 1, "no push after the one that failed");
    },
  ));
});

Deno.test("pushRecords rejects when aborted, not with a result", async () => {
  const ometria = new ScriptedOmetria();
  const stop = new AbortController();
  ometria.onPush = () => {
    stop.abort(new Error("stopping"));
    throw down();
  };
  await assertRejects(
    () => pushRecords(bodies(2), options(ometria, { signal: stop.signal })),
    Error,
    "stopping",
  );
});

Deno.test("pushRecords lets faults of the program through", async () => {
  const ometria = new ScriptedOmetria();
  ometria.onPush = () => {
    throw new TypeError("a fault");
  };
  await assertRejects(() => pushRecords(bodies(2), options(ometria)), TypeError, "a fault");
});

Deno.test("pushRecords asks before every push and starts none after a no", async () => {
  const ometria = new ScriptedOmetria();
  let asked = 0;
  const beforePush = (): Promise<void> =>
    ++asked > 2 ? Promise.reject(new Error("lane lost")) : Promise.resolve();
  await assertRejects(
    () => pushRecords(bodies(5), options(ometria, { size: 1, beforePush })),
    Error,
    "lane lost",
  );
  assertEquals(ometria.pushes.length, 2);
});

Deno.test("pushRecords says which records may have been taken by the push that failed", async () => {
  const cases: readonly [Partial<ConstructorParameters<typeof ApiError>[1]>, boolean][] = [
    [{ reached: true }, true],
    [{ reached: false }, false],
    [{ reached: true, status: 200, kind: "malformed" }, true],
    [{ reached: true, status: 500 }, true],
    [{ reached: true, status: 504 }, true],
    [{ reached: true, status: 503 }, false],
    [{ reached: true, status: 429, kind: "throttled" }, false],
    [{ reached: true, status: 401, kind: "unauthorized" }, false],
  ];
  for (const [given, unsure] of cases) {
    const ometria = new ScriptedOmetria();
    const error = new ApiError("no", {
      api: "ometria",
      kind: "unavailable",
      reached: true,
      ...given,
    });
    ometria.onPush = () => {
      if (ometria.pushes.length === 2) throw error;
      return { kind: "accepted" };
    };
    assertEquals(await pushRecords(bodies(3), options(ometria, { size: 1 })), [
      { kind: "accepted", at: 7 },
      { kind: "failed", error, unsure },
      { kind: "failed", error, unsure: false },
    ], Deno.inspect(given));
  }
});
