import { Secret } from "../definition/secret.ts";
import type { OmetriaConnection } from "../definition/definition.ts";
import { ApiError } from "../http/error.ts";
import { json, type Peer, rawJson, servePeer, serveRaw } from "../http/testing.ts";
import type { Receipt } from "../records/receipt.ts";
import { assert, assertEquals, assertRejects } from "../std/assert.ts";
import { ManualClock } from "../time/manual_clock.ts";
import type { OmetriaApi, PushAnswer } from "./api.ts";
import { createOmetriaClient, createOmetriaPaces } from "./client.ts";

const never = new AbortController().signal;
const email = "maja.ek@example.com";

function connection(url: string, more: Partial<OmetriaConnection> = {}): OmetriaConnection {
  return {
    account: "default",
    apiUrl: `${url}/v2`,
    apiKey: new Secret("d4ta-key"),
    emailApiKey: new Secret("m4il-key"),
    pushRate: Infinity,
    readRate: Infinity,
    emailRate: Infinity,
    ...more,
  };
}

function client(peer: Pick<Peer, "url">, timeout = 5_000): OmetriaApi {
  return createOmetriaClient(connection(peer.url), { clock: new ManualClock(), timeout });
}

const bodies = [
  `{"@type":"order","id":"till-1","grand_total":10.50,"customer":{"email":"${email}","firstname":"Maja"}}`,
  `{"@type":"order","id":"till-2","grand_total":1e2}`,
];

const receipt: Receipt = {
  to: { email, name: "Maja Ek" },
  from: { email: "receipts@example.com", name: "Example Store" },
  subject: "Your receipt!",
  template_id: 1567,
  stream: "receipts",
  transactional: true,
  sandbox: false,
  data: { contact: { firstname: "Maja" } },
};

async function push(body: unknown, status = 202, headers = {}): Promise<PushAnswer> {
  await using peer = servePeer(() => json(body, status, headers));
  return await client(peer).push(bodies, never);
}

Deno.test("push() sends the records' own texts, unchanged, as one array", async () => {
  let sent = "";
  let headers = new Headers();
  await using peer = servePeer(async (request) => {
    headers = new Headers(request.headers);
    sent = await request.text();
    return json({ status: "OK", request_id: "r-1", accepted: 2, rejected: 0 }, 202);
  });
  assertEquals(await client(peer).push(bodies, never), { kind: "accepted", requestId: "r-1" });
  assertEquals(sent, `[${bodies[0]},${bodies[1]}]`);
  assertEquals(headers.get("x-ometria-auth"), "d4ta-key");
  assertEquals(headers.get("content-type"), "application/json");
  assertEquals(peer.requests, ["POST /v2/push"]);
});

const accepted: readonly unknown[] = [
  { status: "OK", accepted: 2, rejected: 0 },
  { status: "OK", accepted: "2", rejected: "0", extra: [] },
  { status: "OK", accepted: 2 },
  { status: "OK", accepted: 2, rejected: 0, skipped: 1 },
];
for (const body of accepted) {
  Deno.test(`push() takes ${JSON.stringify(body)} as accepted`, async () => {
    assertEquals((await push(body)).kind, "accepted");
    assertEquals((await push(body, 200)).kind, "accepted");
  });
}

const rejected: readonly [body: unknown, detail: string][] = [
  [
    { status: "OK", accepted: 1, rejected: 1 },
    "accepted 1, rejected 1, skipped 0 of 2: no reason given",
  ],
  [
    { status: "OK", accepted: 2, rejected: 1 },
    "accepted 2, rejected 1, skipped 0 of 2: no reason given",
  ],
  [
    { status: "OK", accepted: 1, skipped: 1 },
    "accepted 1, rejected ?, skipped 1 of 2: no reason given",
  ],
  [
    { status: "OK", accepted: 1, rejected: 0 },
    "accepted 1, rejected 0, skipped 0 of 2: no reason given",
  ],
  [
    { status: "ERROR", accepted: 2, rejected: 0, message: `bad ${email} of Maja` },
    "accepted 2, rejected 0, skipped 0 of 2: bad … of …",
  ],
];
for (const [body, detail] of rejected) {
  Deno.test(`push() takes ${JSON.stringify(body)} as rejected`, async () => {
    assertEquals(await push(body), { kind: "rejected", status: 202, detail });
  });
}

for (const status of [400, 413, 422]) {
  Deno.test(`push() takes a ${status} as rejected, with what it says of no person`, async () => {
    const errors = [{ error_message: `Payload invalid: ${email}, Maja` }, "Record is too large."];
    assertEquals(await push({ errors }, status), {
      kind: "rejected",
      status,
      detail: "Payload invalid: … …; Record is too large.",
    });
  });
}

const thrown: readonly [status: number, kind: string][] = [
  [302, "malformed"],
  [401, "unauthorized"],
  [403, "unauthorized"],
  [408, "unavailable"],
  [425, "unavailable"],
  [429, "throttled"],
  [500, "unavailable"],
  [502, "unavailable"],
];
for (const [status, kind] of thrown) {
  Deno.test(`push() throws for a ${status}: ${kind}`, async () => {
    const error = await assertRejects(() => push({}, status, { "retry-after": "5" }), ApiError);
    assertEquals([error.api, error.kind, error.retryAfter], ["ometria", kind, 5_000]);
  });
}

for (const body of [[], {}, "OK", null, { accepted: 2, rejected: 0 }, { status: "OK" }]) {
  Deno.test(`push() does not blame the records for ${JSON.stringify(body)}`, async () => {
    assertEquals((await assertRejects(() => push(body), ApiError)).kind, "malformed");
  });
}

Deno.test("push() does not blame the records for a page of HTML", async () => {
  await using peer = servePeer(() => new Response("<html>"));
  const error = await assertRejects(() => client(peer).push(bodies, never), ApiError);
  assertEquals(error.kind, "malformed");
});

Deno.test("push() passes on how much of the queue is left, if that is said", async () => {
  const body = { status: "OK", accepted: 2, rejected: 0 };
  const answer = await push(body, 202, { "x-queuesize-remaining": "9500" });
  assertEquals(answer, { kind: "accepted", queueRemaining: 9500 });
  assertEquals(await push(body, 202, { "x-queuesize-remaining": "plenty" }), { kind: "accepted" });
});

Deno.test("push() refuses no and too many records before any call", async () => {
  await using peer = servePeer(() => json({}));
  const many = Array.from({ length: 101 }, () => "{}");
  for (const batch of [[], many]) {
    await assertRejects(() => client(peer).push(batch, never), RangeError);
  }
  assertEquals(peer.requests, []);
});

Deno.test("push() fails as unavailable when cut or when no answer comes in time", async () => {
  await using cutting = serveRaw(() => "cut");
  await using hanging = serveRaw(() => "HTTP/1.1 202 OK\r\n");
  for (const peer of [cutting, hanging]) {
    const error = await assertRejects(() => client(peer, 50).push(bodies, never), ApiError);
    assertEquals([error.kind, error.reached], ["unavailable", true]);
  }
});

Deno.test("pushes, reads and emails each keep to their own rate", async () => {
  const clock = new ManualClock();
  await using peer = servePeer((request) =>
    request.url.endsWith("/push")
      ? json({ status: "OK", accepted: 2, rejected: 0 }, 202)
      : json(request.method === "GET" ? [] : {})
  );
  const rates = { pushRate: 4, readRate: 2, emailRate: 1 };
  const settings = connection(peer.url, rates);
  const paces = createOmetriaPaces(settings, clock);
  // Two clients with the same keys share their paces.
  const [one, other] = [1, 2].map(() => createOmetriaClient(settings, { clock, paces }));
  const calls: (() => Promise<unknown> | undefined)[] = [
    () => one?.push(bodies, never),
    () => other?.push(bodies, never),
    () => one?.pushErrors(never),
    () => other?.optInStatus(email, never),
    () => one?.sendEmail(receipt, never),
    () => other?.sendEmail(receipt, never),
  ];
  const done = Promise.all(calls.map((call) => call()));
  const arrived: number[] = [];
  for (let quarter = 0; quarter <= 4; quarter++) {
    await until(() => peer.requests.length === [3, 4, 5, 5, 6][quarter]);
    arrived.push(peer.requests.length);
    await clock.advance(250);
  }
  await done;
  assertEquals(arrived, [3, 4, 5, 5, 6]);
});

Deno.test("sendEmail() sends one object with the key for emails", async () => {
  let sent: unknown;
  let key: string | null = null;
  await using peer = servePeer(async (request) => {
    key = request.headers.get("x-ometria-auth");
    sent = await request.json();
    return new Response(null, { status: 200 });
  });
  assertEquals(await client(peer).sendEmail(receipt, never), { kind: "sent" });
  assertEquals(sent, JSON.parse(JSON.stringify(receipt)));
  assertEquals(key, "m4il-key");
  assertEquals(peer.requests, ["POST /v2/transactional-email/send"]);
});

Deno.test("sendEmail() reaches Ometria once when the line is cut, with connections in the pool", async () => {
  const errors: string[] = [];
  await using peer = serveRaw((request) => {
    if (request.startsWith("GET")) return rawJson([]);
    errors.push(request);
    return "cut";
  });
  const ometria = client(peer);
  for (let read = 0; read < 3; read++) await ometria.pushErrors(never);
  const answer = await ometria.sendEmail(receipt, never);
  assertEquals(answer.kind, "unknown");
  assertEquals(errors.length, 1);
});

Deno.test("sendEmail() does not know when no answer comes in time", async () => {
  await using peer = serveRaw(() => "HTTP/1.1 200 OK\r\n");
  const answer = await client(peer, 50).sendEmail(receipt, never);
  assertEquals(answer.kind, "unknown");
});

Deno.test("sendEmail() can be tried again when nothing listens", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${closed.addr.port}`;
  closed.close();
  assertEquals(await client({ url }).sendEmail(receipt, never), {
    kind: "retry",
    detail:
      "Cannot send an email: Ometria refused the connection (POST /v2/transactional-email/send)",
  });
});

const emails: readonly [status: number, kind: string][] = [
  [200, "sent"],
  [202, "sent"],
  [303, "unknown"],
  [400, "refused"],
  [404, "refused"],
  [408, "unknown"],
  [422, "refused"],
  [425, "unknown"],
  [429, "retry"],
  [500, "unknown"],
  [503, "unknown"],
];
for (const [status, kind] of emails) {
  Deno.test(`sendEmail() takes a ${status} as ${kind}`, async () => {
    await using peer = servePeer(() => json({ message: `no ${email} for Maja` }, status));
    const answer = await client(peer).sendEmail(receipt, never);
    assertEquals(answer.kind, kind);
    assert(!JSON.stringify(answer).toLowerCase().includes("maja"));
    assertEquals(peer.requests.length, 1);
  });
}

const oddBodies: readonly [name: string, head: string, body: string][] = [
  ["no body", "content-length: 0", ""],
  ["HTML", "content-type: text/html", "<html>Accepted</html>"],
  ["an empty list", "content-type: application/json", "[]"],
  ["more bytes than anything means", "content-type: text/plain", "x".repeat(33 * 1024 * 1024)],
  ["fewer bytes than announced", "content-length: 1000", '{"status":'],
  ["more bytes than announced", "content-length: 2", "{}{}{}"],
  ["broken chunks", "transfer-encoding: chunked", "zz\r\n{}"],
];
for (const [name, head, body] of oddBodies) {
  Deno.test(`a 202 with ${name} is an email that was sent once, and a push that blames no record`, async () => {
    const thenCut = `HTTP/1.1 202 Accepted\r\n${head}\r\n\r\n${body}`;
    await using peer = serveRaw(() => ({ thenCut }));
    assertEquals((await client(peer).sendEmail(receipt, never)).kind, "sent");
    const error = await assertRejects(() => client(peer).push(bodies, never), ApiError);
    assert(["malformed", "unavailable"].includes(error.kind), error.kind);
  });
}

Deno.test("sendEmail() passes on how long to wait after a 429", async () => {
  await using peer = servePeer(() => json({}, 429, { "retry-after": "30" }));
  assertEquals(await client(peer).sendEmail(receipt, never), {
    kind: "retry",
    detail: "Ometria answered 429",
    retryAfter: 30_000,
  });
});

for (const status of [401, 403]) {
  Deno.test(`sendEmail() throws for a ${status}, which says nothing of this email`, async () => {
    await using peer = servePeer(() => json({}, status));
    const error = await assertRejects(() => client(peer).sendEmail(receipt, never), ApiError);
    assertEquals([error.api, error.kind], ["ometriaEmail", "unauthorized"]);
  });
}

Deno.test("sendEmail() throws the reason of a stop before the call, but not of one during it", async () => {
  const arrived = Promise.withResolvers<void>();
  const done = Promise.withResolvers<Response>();
  await using peer = servePeer(() => {
    arrived.resolve();
    return done.promise;
  });
  const stop = new AbortController();
  const call = client(peer).sendEmail(receipt, stop.signal);
  await arrived.promise;
  const reason = new Error("shutting down");
  stop.abort(reason);
  assertEquals((await call).kind, "unknown");
  const late = client(peer).sendEmail(receipt, stop.signal);
  assertEquals(await assertRejects(() => late, Error), reason);
  assertEquals(peer.requests.length, 1);
  done.resolve(json({}));
});

Deno.test("readOrder() reads an order back under its escaped id", async () => {
  await using peer = servePeer(() =>
    json({ id: "till/1 :return", grand_total: 5, lineitems: [{}] })
  );
  const order = await client(peer).readOrder("till/1 :return", never);
  assertEquals([order?.grand_total, order?.lines], [5, 1]);
  assertEquals(peer.requests, ["GET /v2/orders/till%2F1%20%3Areturn"]);
});

Deno.test("readOrder() finds nothing when Ometria answers 404", async () => {
  await using peer = servePeer(() => json({}, 404));
  assertEquals(await client(peer).readOrder("1", never), undefined);
});

for (const body of [{ id: "2", grand_total: 5 }, {}, []]) {
  Deno.test(`readOrder() does not take ${JSON.stringify(body)} for order 1`, async () => {
    await using peer = servePeer(() => json(body));
    const error = await assertRejects(() => client(peer).readOrder("1", never), ApiError);
    assertEquals(error.kind, "malformed");
  });
}

Deno.test("recentOrders() lists orders by their last update and leaves odd rows out", async () => {
  await using peer = servePeer(() => json([{ id: "1", grand_total: 5 }, { odd: true }]));
  const orders = await client(peer).recentOrders(250, never);
  assertEquals(orders.map((order) => order.id), ["1"]);
  assertEquals(peer.requests, ["GET /v2/orders?limit=250&offset=250&orderby=timestamp_update"]);
});

Deno.test("products() lists variants too, and fails rather than look like the end of the list", async () => {
  const rows: unknown[] = [{ id: "p", sku: "P" }, { id: "v", sku: "V", is_variant: true }];
  await using peer = servePeer(() => json(rows));
  const products = await client(peer).products(0, never);
  assertEquals(products.map((product) => product.variant), [false, true]);
  assertEquals(peer.requests, ["GET /v2/products?limit=250&offset=0&includeVariants=true"]);
  rows.push({ sku: "no id" });
  await assertRejects(() => client(peer).products(0, never), ApiError, "a product without an id");
});

Deno.test("pushErrors() gives messages without addresses", async () => {
  await using peer = servePeer(() =>
    json([{ error_message: "not a valid value", error_path: "root > currency" }, {
      error_message: `odd ${email}`,
    }])
  );
  assertEquals(await client(peer).pushErrors(never), [
    "not a valid value (root > currency)",
    "odd …",
  ]);
});

Deno.test("optInStatus() asks for the address and reads consent", async () => {
  await using peer = servePeer(() => json([{ email, marketing_optin: true }]));
  assertEquals(await client(peer).optInStatus("a+b@example.com", never), "unclear");
  assertEquals(await client(peer).optInStatus(email, never), "opted-in");
  assertEquals(peer.requests[0], "GET /v2/profiles?email=a%2Bb%40example.com");
});

Deno.test("optInStatus() is unclear for refusals and odd answers, and throws what may pass", async () => {
  for (const answer of [json({}, 400), json({}, 404), new Response("<html>")]) {
    await using peer = servePeer(() => answer);
    assertEquals(await client(peer).optInStatus(email, never), "unclear");
  }
  for (const status of [401, 429, 500]) {
    await using peer = servePeer(() => json({}, status));
    const error = await assertRejects(() => client(peer).optInStatus(email, never), ApiError);
    assert(!Deno.inspect(error).includes("maja"));
  }
});

Deno.test("no answer or error of the client shows a key or a person", async () => {
  const said = `d4ta-key m4il-key ${email} Maja`;
  for (const status of [200, 202, 302, 400, 401, 429, 500]) {
    await using peer = servePeer(() =>
      new Response(said, { status, headers: { location: `/${said}` } })
    );
    const ometria = client(peer);
    const calls = [
      () => ometria.push(bodies, never),
      () => ometria.sendEmail(receipt, never),
      () => ometria.readOrder("1", never),
      () => ometria.recentOrders(0, never),
      () => ometria.products(0, never),
      () => ometria.pushErrors(never),
      () => ometria.optInStatus(email, never),
    ];
    for (const call of calls) {
      const shown = Deno.inspect(await call().catch((error: unknown) => error), { depth: 10 });
      for (const hidden of ["d4ta", "m4il", "maja", "Maja"]) {
        assert(!shown.includes(hidden), `${hidden} in: ${shown}`);
      }
    }
  }
});

/** Lets what is under way on the loopback arrive; the clock of the clients stands still meanwhile. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
