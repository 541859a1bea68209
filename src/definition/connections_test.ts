import { assert, assertEquals } from "../std/assert.ts";
import { isApiAddress, ometriaConnection, sitooConnection } from "./connections.ts";

const strict = sitooConnection();
const sandbox = sitooConnection({ allowInsecureHosts: true });

const good = [
  "https://api.mysitoo.com/v2/accounts/1",
  "https://api140.mysitoo.com/v2/accounts/4711/",
  "https://api-sandbox.mysitoo.com/v2/accounts/90001",
];

const foreign = [
  "http://api140.mysitoo.com/v2/accounts/4711",
  "https://mysitoo.com/v2/accounts/4711",
  "https://api140.mysitoo.com.example/v2/accounts/4711",
  "https://example/api140.mysitoo.com/v2/accounts/4711",
  "https://api140xmysitoo.com/v2/accounts/4711",
  "http://127.0.0.1:8100/v2/accounts/4711",
];

const never = [
  "https://api140.mysitoo.com/v2/accounts/4711?x=1",
  "https://user:word@api140.mysitoo.com/v2/accounts/4711",
  "https://api140.mysitoo.com/v2/accounts/abc",
  "https://api140.mysitoo.com/v2/accounts/4711\n",
  "ftp://api140.mysitoo.com/v2/accounts/4711",
  "api140.mysitoo.com/v2/accounts/4711",
  "",
];

function takes(type: typeof strict, account_url: string): boolean {
  return type.safeParse({ account_url, api_id: "1-2", api_key: "k" }).success;
}

Deno.test("sitooConnection() takes https on Sitoo's own hosts only", () => {
  for (const url of good) assert(takes(strict, url), url);
  for (const url of [...foreign, ...never]) assert(!takes(strict, url), url);
});

Deno.test("sitooConnection() takes any host when insecure ones are allowed, but no other shape", () => {
  for (const url of [...good, ...foreign]) assert(takes(sandbox, url), url);
  for (const url of never) assert(!takes(sandbox, url), url);
});

Deno.test("sitooConnection() splits off the account and drops a trailing slash", () => {
  const given = { account_url: good[1], api_id: "1-2", api_key: "k", gap: "0ms" };
  const { accountUrl, accountId, apiId, gap } = strict.parse(given);
  assertEquals([accountUrl, accountId], ["https://api140.mysitoo.com/v2/accounts/4711", "4711"]);
  assertEquals([apiId, gap], ["1-2", 0]);
});

Deno.test("ometriaConnection() fills in defaults, and api_key for a missing email_api_key", () => {
  const { apiKey, emailApiKey, ...rest } = ometriaConnection().parse({ api_key: "k" });
  assertEquals(rest, {
    account: "default",
    apiUrl: "https://api.ometria.com/v2",
    pushRate: 3,
    readRate: 2,
    emailRate: 10,
  });
  assertEquals([apiKey.reveal(), emailApiKey.reveal()], ["k", "k"]);
  const both = ometriaConnection().parse({ api_key: "k", email_api_key: "e" });
  assertEquals([both.apiKey.reveal(), both.emailApiKey.reveal()], ["k", "e"]);
});

Deno.test("isApiAddress() wants https, and no credentials, query or fragment", () => {
  assert(isApiAddress("https://api.ometria.com/v2", false));
  assert(!isApiAddress("http://127.0.0.1:1/v2", false));
  assert(isApiAddress("http://127.0.0.1:1/v2", true));
  for (const url of ["https://u:p@a.example", "https://a.example?x", "file:///etc", "nothing"]) {
    assert(!isApiAddress(url, true), url);
  }
});
