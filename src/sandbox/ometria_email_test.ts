import { assertEquals } from "../std/assert.ts";
import { readEmail } from "./ometria_email.ts";
import { startSandbox } from "./mod.ts";
import { TestClient } from "./testing.ts";

const good: Readonly<Record<string, unknown>> = {
  to: { email: "maja.ek@example.com", name: "Maja Ek" },
  from: { email: "receipts@example.com", name: "Example Store" },
  subject: "Your receipt!",
  template_id: 1567,
  stream: "receipts",
  transactional: true,
  sandbox: false,
  data: { details: { orderID: "50211" } },
};

Deno.test("readEmail() takes a whole email and says what is wrong with others", () => {
  assertEquals(typeof readEmail(JSON.stringify(good)), "object");
  const content = { html: "<p>Hej</p>", text: "Hej" };
  const { template_id: _, ...untemplated } = good;
  assertEquals(typeof readEmail(JSON.stringify({ ...untemplated, content })), "object");
  const cases: readonly (readonly [unknown, string])[] = [
    [[good], "Body must be one object"],
    [{ ...good, to: "maja.ek@example.com" }, "Invalid value in to"],
    [{ ...good, to: { email: "maja" } }, "Invalid value in to"],
    [{ ...good, from: undefined }, "Invalid value in from"],
    [{ ...good, reply_to: {} }, "Invalid value in reply_to"],
    [{ ...good, subject: "" }, "Invalid value in subject"],
    [{ ...good, stream: "Receipts" }, "Invalid value in stream"],
    [{ ...good, stream: "my receipts" }, "Invalid value in stream"],
    [{ ...good, transactional: false }, "Invalid value in transactional"],
    [{ ...good, sandbox: "true" }, "Invalid value in sandbox"],
    [{ ...good, template_id: "1567" }, "Invalid value in template_id"],
    [{ ...good, content }, "Exactly one of template_id and content is needed"],
    [untemplated, "Exactly one of template_id and content is needed"],
    [{ ...untemplated, content: { html: "" } }, "Invalid value in content"],
    [{ ...good, data: [] }, "Invalid value in data"],
    [{ ...good, cc: [] }, "Unknown field cc"],
  ];
  for (const [body, wrong] of cases) assertEquals(readEmail(JSON.stringify(body)), wrong);
  assertEquals(readEmail("{"), "Not JSON");
});

Deno.test("POST /transactional-email/send keeps what it took, and only that", async () => {
  await using sandbox = await startSandbox({ orders: 1 });
  const client = new TestClient(sandbox);
  const { emailApiKey } = sandbox.ometria;
  const send = (body: unknown): Promise<{ status: number }> =>
    client.ometria("/transactional-email/send", body, emailApiKey);
  assertEquals((await send(good)).status, 200);
  assertEquals((await send({ ...good, stream: "" })).status, 400);
  sandbox.ometria.faults.set({ kind: "drop" });
  assertEquals((await send(good)).status, 200);
  assertEquals(sandbox.ometria.emails.map((email) => email.to), ["maja.ek@example.com"]);
});
