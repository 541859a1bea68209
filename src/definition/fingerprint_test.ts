import { assertEquals, assertMatch, assertNotEquals } from "../std/assert.ts";
import { changed, load, valid } from "./testing.ts";

function of(text: string, env: Readonly<Record<string, string>> = {}): string {
  const base: Readonly<Record<string, string>> = {
    ACCOUNT_URL: "https://api.mysitoo.com/v2/accounts/1",
    SITOO_KEY: "a",
    OMETRIA_KEY: "b",
    HOOK_PASSWORD: "c",
    WORD: "till",
  };
  const { definition } = load(text, { env: (name) => env[name] ?? base[name] });
  return definition?.fingerprint ?? "broken";
}

Deno.test("fingerprint() is a SHA-256 that comments, order of keys and layout do not change", () => {
  assertMatch(of(valid), /^[0-9a-f]{64}$/);
  assertEquals(of(`# new\n${valid}`), of(valid));
  const swapped = changed(
    "      start_date: 2024-01-01\n      page_size: 100",
    "      page_size: 100\n      start_date: 2024-01-01",
  );
  assertEquals(of(swapped), of(valid));
  assertEquals(of(changed("value: till", "value: ${WORD}")), of(valid));
});

Deno.test("fingerprint() does not depend on secrets, their number or where they come from", () => {
  assertEquals(of(valid, { SITOO_KEY: "z", OMETRIA_KEY: "y", HOOK_PASSWORD: "x" }), of(valid));
  const two = changed("${HOOK_PASSWORD}", '["${HOOK_PASSWORD}", "${SITOO_KEY}"]');
  assertEquals(of(two), of(valid));
});

Deno.test("fingerprint() changes with everything else", () => {
  const others = [
    changed("test-pipe", "other"),
    changed("page_size: 100", "page_size: 99"),
    changed("value: till", "value: shop"),
    changed("4711-12", "4711-13"),
    `${valid}alerts: { url: "https://hooks.example/x" }\n`,
    changed("    api_key: ${OMETRIA_KEY}", "    api_key: ${OMETRIA_KEY}\n    account: staging"),
  ];
  for (const text of others) assertNotEquals(of(text), of(valid), text);
  assertEquals(new Set(others.map((text) => of(text))).size, others.length);
});

Deno.test("fingerprint() depends on the order of transforms", () => {
  const filters = (first: string, second: string): string =>
    changed(
      "sinks:",
      `  - { use: filter, with: { when: ${first} } }\n  - { use: filter, with: { when: ${second} } }\nsinks:`,
    );
  assertNotEquals(of(filters("a", "b")), of(filters("b", "a")));
});
