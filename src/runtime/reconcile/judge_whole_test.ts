import { deliveredRow, encoded, link } from "../../engine/testing.ts";
import type { Decision } from "../../engine/work.ts";
import { assertEquals } from "../../std/assert.ts";
import type { LedgerRow } from "../../store/rows.ts";
import { judgeWhole, type WholeSight } from "./judge_whole.ts";
import { situation } from "./testing.ts";

const send: Decision = { kind: "send", encoded: encoded(100), links: [], unusable: [] };
const skip: Decision = { kind: "skip", rule: "web-copy" };
const wait: Decision = { kind: "wait", reason: "open" };
const refund: Decision = { kind: "link", links: [link(50, 100)] };
const dead: Decision = { kind: "dead", reason: "money-mismatch", detail: "d" };
const missing: Decision = { kind: "missing" };

function judged(fields: Partial<WholeSight>, cutOver?: number): string {
  const judgement = judgeWhole({
    orderId: 100,
    doubt: fields.row === undefined ? "unknown" : "changed",
    row: undefined,
    decision: send,
    unchanged: false,
    linkedBefore: [],
    ...fields,
  }, situation(cutOver === undefined ? {} : { cutOver }));
  switch (judgement.kind) {
    case "counts":
      return [judgement.as.bucket, judgement.as.rule ?? ""].join(" ").trim();
    case "differs":
      return [`! ${judgement.cause}`, judgement.detail ?? ""].join(" ").trim();
    case "look":
      return `? ${judgement.doubt}`;
  }
}

function row(fields: Partial<LedgerRow> = {}): LedgerRow {
  return deliveredRow(100, { total: "249", ...fields });
}

Deno.test("judgeWhole(): of an order that nobody looked at, only what would be sent is missing", () => {
  assertEquals(judged({ decision: skip }), "skipped web-copy");
  assertEquals(judged({ decision: wait }), "waiting");
  assertEquals(judged({ decision: send }, 50), "! never-seen");
  assertEquals(judged({ decision: refund }, 50), "! never-seen");
  assertEquals(judged({ decision: send }, 500), "! history-not-brought");
  assertEquals(
    judged({ decision: dead }, 50),
    "! never-seen It would be dead as money-mismatch",
  );
  assertEquals(judged({ decision: missing }, 50), "! not-answered");
});

Deno.test("judgeWhole(): another total than Sitoo's is explained when the stages make it again", () => {
  const total = { doubt: "total" } as const;
  assertEquals(judged({ ...total, row: row() }), "delivered");
  assertEquals(
    judged({ ...total, row: row({ total: "200" }) }),
    "! money-differs 200 was sent; now it is 249.00",
  );
  assertEquals(
    judged({ ...total, row: row({ total: "200" }), decision: skip }),
    "! money-differs 200 was sent; now it is skipped as web-copy",
  );
});

Deno.test("judgeWhole(): a change at Sitoo from which nothing follows is no difference", () => {
  assertEquals(judged({ row: row(), unchanged: true }), "delivered");
  const { acceptedAt: _at, hash: _hash, ...never } = row();
  assertEquals(
    judged({ row: { ...never, outcome: "skipped", rule: "parked" }, decision: skip }),
    "skipped web-copy",
  );
  assertEquals(judged({ row: row({ outcome: "waiting" }), decision: wait }), "waiting");
  const linked = { decision: refund, linkedBefore: [link(50, 100)] };
  assertEquals(judged({ ...linked, row: row({ outcome: "linked" }) }), "? refund");
  assertEquals(
    judged({ ...linked, row: row({ outcome: "skipped", rule: "refund-of-web-copy" }) }),
    "skipped refund-of-web-copy",
  );
  assertEquals(
    judged({ row: row({ outcome: "dead", rule: "money-mismatch" }), decision: dead }),
    "dead money-mismatch",
  );
});

Deno.test("judgeWhole(): a change at Sitoo that would be sent is named", () => {
  const changed = "! changed-since It was delivered then";
  for (const decision of [send, skip, wait, refund, dead]) {
    assertEquals(judged({ row: row(), decision }), changed);
  }
  assertEquals(
    judged({ row: row({ outcome: "skipped", rule: "web-copy" }), decision: send }),
    "! changed-since It was skipped as web-copy then",
  );
  assertEquals(
    judged({ row: row({ outcome: "linked" }), decision: refund }),
    "! changed-since It was linked then",
  );
  assertEquals(judged({ row: row(), decision: missing }), "! not-answered");
});
