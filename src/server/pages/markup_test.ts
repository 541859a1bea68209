/** Text from outside, on every page that shows it: it stays text. */
import { raw, take, worldOf } from "../../runtime/desk/testing.ts";
import { assert, assertEquals } from "../../std/assert.ts";
import { testApp } from "../testing.ts";

const MARKUP = `"><script>alert('x')</script><a href="javascript:alert(1)" onclick='y'>&lt;`;
const HOST = "localhost:8000";

const pages: readonly string[] = [
  "/",
  "/pipelines/NAME",
  "/pipelines/NAME/dead",
  "/pipelines/NAME/dead/50212",
  `/pipelines/NAME/dead?reason=${encodeURIComponent(MARKUP)}`,
  `/pipelines/NAME/dead/confirm?action=replay&reason=${encodeURIComponent(MARKUP)}`,
  "/pipelines/NAME/receipts",
  `/pipelines/NAME/receipts?state=${encodeURIComponent(MARKUP)}`,
  "/pipelines/NAME/backfill",
  "/pipelines/NAME/reconcile",
  "/orders/50211",
  "/orders/50212",
  `/login?from=${encodeURIComponent(`/${MARKUP}`)}`,
  `/${encodeURIComponent(MARKUP)}`,
];

Deno.test("markup in an order, a reason, a detail, a query or an answer of Ometria stays text on every page", async () => {
  await using world = await worldOf({
    "ometria-email": {
      enabled: true,
      from_name: MARKUP,
      from_address: "receipts@example.com",
      subject: MARKUP,
      stream: "receipts",
      template_id: 1567,
    },
  });
  const { store, pipeline } = world.context;
  const { name } = pipeline.definition;
  const order = raw(50211, { comment: MARKUP, receiptno: MARKUP, warehousename: MARKUP });
  await take(world, order);
  const asked = {
    id: "event-1",
    orderId: 50211,
    state: "asked",
    askedAt: 1_000,
    dueAt: 1_000,
    attempts: 0,
    at: 1_000,
  } as const;
  await store.arrive({ pointers: [], receipts: [asked], quarantine: [] });
  await store.moveReceipt(asked, { ...asked, state: "refused", detail: MARKUP });
  await store.setConnection("ometria", { state: "down", since: 1, detail: MARKUP });
  const { app } = testApp({ pipelines: [world.context] });
  const ask = async (path: string, form?: Record<string, string>): Promise<string> => {
    const response = await app.request(path.replace("NAME", name), {
      headers: { host: HOST, origin: `http://${HOST}`, accept: "text/html" },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    }, { peer: "127.0.0.1" });
    return await response.text();
  };
  let shown = 0;
  for (const path of pages) shown += judged(path, await ask(path));
  const forms: readonly [path: string, form: Record<string, string>][] = [
    ["/orders", { q: MARKUP }],
    ["/pipelines/NAME/reconcile", { from: "2025-01-01", to: MARKUP.slice(0, 20) }],
    ["/orders/50211/people", {}],
    ["/pipelines/NAME/backfill/start", { from: MARKUP }],
    ["/login", { password: MARKUP, from: MARKUP }],
  ];
  for (const [path, form] of forms) shown += judged(path, await ask(path, form));
  assert(shown >= 3, `only ${shown} pages showed any of it`);
});

/** 1 when the page shows the text, escaped. */
function judged(path: string, html: string): number {
  for (const part of ["<script>alert", 'href="javascript:', '<a href="javascript', "onclick='y'"]) {
    assertEquals(html.includes(part), false, `${path} has ${part}`);
  }
  return html.includes("&lt;script&gt;alert") ? 1 : 0;
}
