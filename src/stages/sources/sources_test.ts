import { Secret } from "../../definition/secret.ts";
import { assert, assertEquals, assertThrows } from "../../std/assert.ts";
import { TestServices } from "../testing.ts";
import { sitooHistory } from "./sitoo_history.ts";
import { sitooWebhook } from "./sitoo_webhook.ts";

Deno.test("sitooWebhook fills in the defaults", () => {
  const source = sitooWebhook.create({ username: "till", password: "one" }, new TestServices());
  assert(source.source === "webhook");
  assertEquals(source.sites, []);
  assertEquals(source.linger, 250);
  assertEquals(source.username, "till");
  assertEquals(source.sweep, { newEvery: 600_000, changedAt: "03:30", back: 604_800_000 });
  assertEquals(source.gives.name, "sitoo-order");
});

Deno.test("sitooWebhook takes two passwords and keeps them secret", () => {
  const source = sitooWebhook.create({
    username: "till",
    password: ["new", "", new Secret("old")],
    sites: [2, 3],
    linger: "0ms",
    sweep: { new: "1m" },
  }, new TestServices());
  assert(source.source === "webhook");
  assertEquals(source.passwords.map((password) => password.reveal()), ["new", "old"]);
  assertEquals(JSON.stringify(source.passwords), '["[secret]","[secret]"]');
  assertEquals(source.sites, [2, 3]);
  assertEquals(source.linger, 0);
  assertEquals(source.sweep, { newEvery: 60_000, changedAt: "03:30", back: 604_800_000 });
});

Deno.test("sitooHistory fills in the defaults", () => {
  const source = sitooHistory.create({ start_date: "2024-01-01" }, new TestServices());
  assert(source.source === "history");
  const { gives, ...rest } = source;
  assertEquals(gives.name, "sitoo-order");
  assertEquals(rest, {
    source: "history",
    sites: [],
    enabled: true,
    startDate: "2024-01-01",
    pageSize: 100,
    minAge: 14_400_000,
  });
});

const wrong: readonly (readonly [string, typeof sitooWebhook, unknown])[] = [
  ["no password", sitooWebhook, { username: "till" }],
  ["only empty passwords", sitooWebhook, { username: "till", password: ["", ""] }],
  ["an empty user name", sitooWebhook, { username: "", password: "x" }],
  ["an unknown option", sitooWebhook, { username: "till", password: "x", lingr: "1s" }],
  ["an unknown option of sweep", sitooWebhook, { username: "t", password: "x", sweep: { a: 1 } }],
  ["no start date", sitooHistory, {}],
  ["a page of nothing", sitooHistory, { start_date: "2024-01-01", page_size: 0 }],
  ["a page over Sitoo's limit", sitooHistory, { start_date: "2024-01-01", page_size: 501 }],
  ["half an order", sitooHistory, { start_date: "2024-01-01", page_size: 1.5 }],
];
for (const [what, spec, options] of wrong) {
  Deno.test(`${spec.use} refuses ${what}`, () => {
    assertThrows(() => spec.create(options, new TestServices()));
  });
}

Deno.test("sitooHistory takes pages of 1 to 500 orders", () => {
  const create = (page_size: number): unknown =>
    sitooHistory.create({ start_date: "2024-01-01", page_size }, new TestServices());
  for (const size of [1, 500]) create(size);
  for (const size of [0, 501, 1.5]) assertThrows(() => create(size));
});
