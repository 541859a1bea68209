import { fail, type Finding, ok, warn } from "../../runtime/doctor/finding.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../std/assert.ts";
import { CommandError } from "../failure.ts";
import { fakeTerminal } from "../testing.ts";
import { type Asker, LeftError, terminalAsker } from "./ask.ts";
import { interview, type InterviewOptions } from "./interview.ts";
import { type Given, questions } from "./questions.ts";

const needed: Given = new Map([
  ["sitoo-account-url", "https://api140.mysitoo.com/v2/accounts/4711"],
  ["sitoo-api-id", "4711-1"],
  ["sitoo-api-key", "sitoo-key"],
  ["start-date", "2024-01-31"],
  ["ometria-api-key", "ometria-key"],
]);

/** Answers in their order; an answer that nobody asked for is a mistake of the test. */
function script(...answers: readonly (string | boolean | number)[]): Asker & {
  readonly asked: string[];
  readonly left: () => number;
} {
  const queue = [...answers];
  const asked: string[] = [];
  function next<T extends string | boolean | number>(
    question: string,
    is: (answer: unknown) => answer is T,
  ): Promise<T> {
    asked.push(question);
    const answer = queue.shift();
    if (is(answer)) return Promise.resolve(answer);
    return Promise.reject(new LeftError(`No fitting answer to ${question}`));
  }
  return {
    asked,
    left: () => queue.length,
    text: (question, preset) =>
      next(question, isText).then((answer) => answer === "" ? preset ?? "" : answer),
    secret: (question) => next(question, isText),
    yesNo: (question) => next(question, isFlag),
    choice: (question) => next(question, isNumber),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function options(
  more: Partial<InterviewOptions> = {},
): InterviewOptions & { readonly err: () => string } {
  const { terminal, err } = fakeTerminal();
  const context = { now: Date.UTC(2026, 0, 15), insecure: false };
  return { flags: new Map(), known: new Map(), asker: undefined, terminal, context, ...more, err };
}

Deno.test("interview() without a terminal lists everything that is missing or wrong at once", async () => {
  const flags = new Map([["email", "yes"], ["stream", "My Stream"], ["history", "perhaps"]]);
  const error = await assertRejects(() => interview(options({ flags })), CommandError);
  assertEquals(error.exitCode, 2);
  for (
    const part of [
      "--sitoo-account-url URL, or the variable SITOO_ACCOUNT_URL",
      "--start-date DATE",
      "--ometria-api-key KEY, or the variable OMETRIA_API_KEY",
      "--from-name NAME",
      "--template-id NUMBER",
      "--stream: Expected a stream in lower case without spaces",
      "--history: Expected yes or no",
    ]
  ) assertStringIncludes(error.message, part);
});

Deno.test("interview() without a terminal takes options before variables before presets", async () => {
  const known = new Map([...needed, ["namespace", "pos"], ["start-date", "2023-01-01"]]);
  const flags = new Map([["start-date", "2024-05-01"]]);
  const given = await interview(options({ flags, known }));
  assertEquals(
    ["start-date", "namespace", "history", "opt-in", "sku-match", "email", "public-url"]
      .map((flag) => given.get(flag)),
    ["2024-05-01", "pos", "yes", "no", "sku", "no", ""],
  );
  assert(!given.has("from-name") && !given.has("ometria-api-url"));
});

Deno.test("interview() without a terminal ends with the remedy when a key is refused", async () => {
  const tryKey = (tried: string): Promise<Finding> =>
    Promise.resolve(tried === "ometria" ? fail("k", "Refused", "Take another") : ok("k", "Fine"));
  const error = await assertRejects(
    () => interview(options({ flags: needed, tryKey })),
    CommandError,
    "Refused",
  );
  assertStringIncludes(error.hint ?? "", "Take another");
  assertStringIncludes(error.hint ?? "", "--no-check");
});

Deno.test("interview() asks in the order of the screens, again where an answer does not fit", async () => {
  const asker = script(
    ...["http://x", "https://api140.mysitoo.com/v2/accounts/4711", "4711-1", "sitoo-key"],
    ...["soon", "2030-01-01", "2024-01-31", ""],
    ...["ometria-key", ""],
    ...[true, false, "", 2, true],
    ...["Shop", "a@shop.example", "", "", "x", "12"],
  );
  const { err, ...rest } = options({ asker });
  const given = await interview(rest);
  assertEquals(asker.left(), 0);
  assertEquals(given.get("sku-match"), "catalogue");
  assertEquals([given.get("stream"), given.get("template-id")], ["receipts", "12"]);
  const order = questions.filter(({ flag }) => flag !== "ometria-api-url").map(({ ask }) => ask);
  assertEquals([...new Set(asker.asked)].map((question) => question.replace(/:$/, "")), order);
  assertStringIncludes(err(), "Expected the address of a Sitoo account");
  assertStringIncludes(err(), "not in the future");
  assert(!err().includes("sitoo-key") && !err().includes("ometria-key"));
});

Deno.test("interview() asks for a refused key again, and keeps one when told to", async () => {
  const tried: string[] = [];
  const tryKey = (key: string, given: Given): Promise<Finding | undefined> => {
    if (key === "ometriaEmail") return Promise.resolve(undefined);
    const value = given.get(`${key}-api-key`) ?? "";
    tried.push(value);
    const finding = value === "right" ? ok("k", "Fine") : warn("k", "Refused", "Take another");
    return Promise.resolve(finding);
  };
  const flags = new Map([...needed].filter(([flag]) => !flag.endsWith("-api-key")));
  // Again: the account's address and id are offered as they were.
  const asker = script(
    ...["wrong", 0, "", "", "right"],
    ...["", "odd", 1, "", true, false, "", 0, false],
  );
  const given = await interview(options({ asker, flags, tryKey }));
  assertEquals(tried, ["wrong", "right", "odd"]);
  assertEquals([given.get("sitoo-api-id"), given.get("ometria-api-key")], ["4711-1", "odd"]);
  assertEquals(asker.left(), 0);
});

Deno.test("interview() keeps a key that is there when nothing is typed", async () => {
  const flags = new Map([...needed].filter(([flag]) => !flag.endsWith("key")));
  const known = new Map([["sitoo-api-key", "there-already"], ["ometria-api-key", "old"]]);
  const asker = script("", "", "new", "", true, false, "", 0, false);
  const given = await interview(options({ asker, flags, known }));
  assertEquals([given.get("sitoo-api-key"), given.get("ometria-api-key")], [
    "there-already",
    "new",
  ]);
  assertStringIncludes(asker.asked[0] ?? "", "Enter keeps the present one");
});

Deno.test("interview() finds out what fits before it asks, unless that is known already", async () => {
  const flags = new Map([...needed, ["public-url", ""], ["ometria-email-api-key", ""]]);
  const suggested: string[] = [];
  const suggest: InterviewOptions["suggest"] = ({ flag }, given) => {
    suggested.push(flag);
    assertEquals(given.get("ometria-api-key"), "ometria-key");
    return Promise.resolve(
      flag === "namespace" ? { answer: "shop", reason: "It fits best" } : undefined,
    );
  };
  const asker = script(true, false, "", 0, false);
  const { err, ...rest } = options({ asker, flags, suggest });
  assertEquals((await interview(rest)).get("namespace"), "shop");
  assertStringIncludes(err(), "It fits best");
  assertEquals(suggested, ["history", "opt-in", "namespace", "sku-match", "email"]);
  const known = new Map([["namespace", "pos"]]);
  const again = script(true, false, "", 0, false);
  const given = await interview(options({ asker: again, flags, suggest, known }));
  assertEquals(given.get("namespace"), "pos");
});

Deno.test("interview() never lets made-up orders go to a real Ometria account", async () => {
  const flags = new Map([
    ...needed,
    ["sitoo-account-url", "http://127.0.0.1:8701/v2/accounts/4711"],
    ["ometria-api-url", "https://api.ometria.com/v2"],
  ]);
  const error = await assertRejects(() => interview(options({ flags })), CommandError);
  assertStringIncludes(error.message, "made-up orders must not get into a real account");
});

Deno.test("interview() offers the sandbox's own Ometria to who names the sandbox's Sitoo", async () => {
  const sitoo = ["sitoo-account-url", "http://127.0.0.1:8701/v2/accounts/4711"] as const;
  const given = await interview(options({ flags: new Map([...needed, sitoo]) }));
  assertEquals(given.get("ometria-api-url"), "http://127.0.0.1:8702/v2");
});

Deno.test("terminalAsker() is there for every kind of question", () => {
  assertEquals(Object.keys(terminalAsker()), ["text", "secret", "yesNo", "choice"]);
});
