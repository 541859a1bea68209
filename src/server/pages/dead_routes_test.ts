import { assert, assertEquals, assertStringIncludes } from "../../std/assert.ts";
import { setUpLogging } from "../../telemetry/logging.ts";
import { explainReason } from "../../engine/reasons.ts";
import { bury, openPages, type Pages } from "./testing.ts";

const LIST = "/pipelines/till/dead";

function letters(
  count: number,
  reason: (n: number) => string = (): string => "bad-date",
): { readonly orderId: number; readonly reason: string }[] {
  return Array.from({ length: count }, (_, n) => ({ orderId: n + 1, reason: reason(n + 1) }));
}

function ordersOn(html: string): readonly number[] {
  return [...html.matchAll(/href="\/pipelines\/till\/dead\/(\d+)"/g)].map(([, id]) => Number(id));
}

/** The address behind a link's text. */
function linkTo(html: string, text: string): string {
  const [, href = ""] = new RegExp(`href="([^"]*)"[^>]*>${text}<`).exec(html) ?? [];
  assert(href !== "", `no link "${text}"`);
  return href.replaceAll("&amp;", "&");
}

/** Sends the only form in the content of a confirmation page. */
async function confirm(pages: Pages, path: string): Promise<Response> {
  const html = (await pages.html(path)).split("<main").at(-1) ?? "";
  const [, action = ""] = /<form method="post" action="([^"]*)"/.exec(html) ?? [];
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return await pages.post(
    action,
    Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value])),
  );
}

async function due({ store }: Pages): Promise<readonly number[]> {
  const rows = await store.due(1000);
  return rows.map(({ orderId }) => orderId).toSorted((a, b) => a - b);
}

Deno.test("GET dead lists letters page by page, newest order first", async () => {
  await using pages = await openPages();
  await bury(pages, letters(120));
  const first = await pages.html(LIST);
  assertEquals(ordersOn(first), Array.from({ length: 50 }, (_, n) => 120 - n));
  const second = await pages.html(linkTo(first, "Next page"));
  assertEquals(ordersOn(second), Array.from({ length: 50 }, (_, n) => 70 - n));
  const third = await pages.html(linkTo(second, "Next page"));
  assertEquals(ordersOn(third), Array.from({ length: 20 }, (_, n) => 20 - n));
  assert(!third.includes("Next page"));
  assertEquals(linkTo(third, "First page"), LIST);
});

Deno.test("GET dead groups by reason, and says what a reason means and what helps", async () => {
  await using pages = await openPages();
  await bury(pages, letters(9, (n) => n % 3 === 0 ? "not-found" : "bad-date"));
  const all = await pages.html(LIST);
  assertStringIncludes(all, "All 9");
  const some = await pages.html(linkTo(all, "not-found 3"));
  assertEquals(ordersOn(some), [9, 6, 3]);
  assertStringIncludes(some, explainReason("dead", "not-found").text);
  assertStringIncludes(some, "aria-current");
});

Deno.test("GET dead says so when nothing is dead, and takes odd queries for none", async () => {
  await using pages = await openPages();
  for (const query of ["", "?before=x", "?reason=", "?before=-1&replayed=many"]) {
    assertStringIncludes(await pages.html(`${LIST}${query}`), "No order needs you here");
  }
});

Deno.test("GET dead shows reasons and details as text, never as markup", async () => {
  await using pages = await openPages();
  await bury(pages, [{ orderId: 7, reason: '"><script>alert(1)</script>' }]);
  for (const path of [LIST, `${LIST}/7`, `${LIST}?reason=%22%3E%3Cscript%3E`]) {
    assert(!(await pages.html(path)).includes("<script>alert"), path);
  }
});

Deno.test("GET dead/ORDER shows one with its meaning, steps and what can be done", async () => {
  await using pages = await openPages();
  await bury(pages, letters(2));
  const html = await pages.html(`${LIST}/2`);
  for (
    const text of ["Order 2", "bad-date", "Detail of 2", "What to do"]
  ) {
    assertStringIncludes(html, text);
  }
  assertStringIncludes(await pages.html(linkTo(html, "Try again")), "Try order 2 again?");
});

Deno.test("GET dead/ORDER answers 404 for an order that is not dead", async () => {
  await using pages = await openPages();
  const response = await pages.get(`${LIST}/50211`);
  assertEquals(response.status, 404);
  assertStringIncludes(await response.text(), "Order 50211 has no dead letter");
  assertEquals((await pages.get(`${LIST}/x`)).status, 404);
});

Deno.test("a dead order is tried again after a question, and its letter stays until it has an end", async () => {
  await using pages = await openPages();
  await bury(pages, letters(3));
  const list = await pages.html(LIST);
  const question = linkTo(list, "Try again");
  assertEquals(await due(pages), [], "asking changes nothing");
  const response = await confirm(pages, question);
  assertEquals([response.status, await due(pages)], [303, [3]]);
  const after = await pages.html(response.headers.get("location") ?? "");
  assertStringIncludes(after, "1 order is due again");
  assertEquals(ordersOn(after), [3, 2, 1]);
});

Deno.test("all with a reason, or all, are tried again", async () => {
  await using pages = await openPages();
  await bury(pages, letters(6, (n) => n % 2 === 0 ? "not-found" : "bad-date"));
  const question = linkTo(await pages.html(`${LIST}?reason=not-found`), "Try all of these again");
  assertStringIncludes(await pages.html(question), "Try all 3 orders with not-found again?");
  await confirm(pages, question);
  assertEquals(await due(pages), [2, 4, 6]);
  await confirm(pages, linkTo(await pages.html(LIST), "Try all again"));
  assertEquals(new Set(await due(pages)), new Set([1, 2, 3, 4, 5, 6]));
});

Deno.test("letters are let go of, one or all of a reason", async () => {
  await using pages = await openPages();
  await bury(pages, letters(6, (n) => n % 2 === 0 ? "not-found" : "bad-date"));
  await confirm(pages, linkTo(await pages.html(`${LIST}/1`), "Let go of it"));
  await confirm(
    pages,
    linkTo(await pages.html(`${LIST}?reason=not-found`), "Let go of all of these"),
  );
  assertEquals(ordersOn(await pages.html(LIST)), [5, 3]);
  assertEquals(await due(pages), []);
});

Deno.test("an action that does not say which changes nothing", async () => {
  await using pages = await openPages();
  await bury(pages, letters(2));
  for (
    const form of [{}, { all: "" }, { id: "x" }, { id: "-1" }, { reason: "" }, { before: "9" }]
  ) {
    assertEquals((await pages.post(`${LIST}/replay`, form)).status, 400);
    assertEquals((await pages.post(`${LIST}/discard`, form)).status, 400);
  }
  assertEquals((await pages.get(`${LIST}/confirm?action=replay`)).status, 303);
  assertEquals((await pages.get(`${LIST}/confirm?action=drop&all=yes`)).status, 303);
  assertEquals([await due(pages), (await pages.store.deadLetters(9)).length], [[], 2]);
});

Deno.test("where time runs out the rest is asked for, and done by the next request", async () => {
  await using pages = await openPages();
  await bury(pages, letters(1200));
  const { clock } = pages;
  const arrive = pages.store.arrive.bind(pages.store);
  pages.store.arrive = async (arrival): Promise<void> => {
    await arrive(arrival);
    await clock.advance(2_000);
  };
  const response = await confirm(pages, `${LIST}/confirm?action=replay&all=yes`);
  const next = response.headers.get("location") ?? "";
  assertStringIncludes(next, "before=701");
  assertStringIncludes(await pages.html(next), "the rest (below order 701) of 1,200 dead orders");
  await confirm(pages, next);
  const last = await confirm(pages, `${LIST}/confirm?action=replay&all=yes&before=201`);
  assertStringIncludes(last.headers.get("location") ?? "", "replayed=200");
  assertEquals((await pages.store.inboxSummary(5000)).due, 1200);
});

Deno.test("every action leaves a line that says what, and how the operator got in", async () => {
  await using pages = await openPages();
  await bury(pages, letters(3));
  const lines: string[] = [];
  {
    await using _ = await setUpLogging({ json: true, write: (line) => void lines.push(line) });
    await pages.post(`${LIST}/replay`, { id: "2" });
    await pages.post(`${LIST}/discard`, { reason: "bad-date" });
  }
  const noted = lines.map((line) => JSON.parse(line)).filter(({ logger }) =>
    logger === "tillpipe.audit"
  );
  assertEquals(noted.map(({ message }) => message), [
    'Operator: replay dead orders (pipeline "till", order 2, orders 1)',
    'Operator: discard dead letters (pipeline "till", reason "bad-date", orders 3)',
  ]);
  assertEquals(noted[0].properties.via, "this machine");
});

Deno.test("GET dead answers a program with letters, and where the next page begins", async () => {
  await using pages = await openPages();
  await bury(pages, letters(60));
  const response = await pages.get(LIST, { accept: "application/json" });
  const { dead, deadBy, before } = await response.json();
  assertEquals([dead.length, dead[0].orderId, deadBy, before], [50, 60, { "bad-date": 60 }, 11]);
});
