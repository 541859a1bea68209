import { type Context, Hono } from "hono";
import * as z from "zod";
import { entryOf, listReceipts } from "../../runtime/receipts/list_receipts.ts";
import { audit } from "../access/audit.ts";
import { markSent, type ReceiptDone, resend } from "../actions/receipts.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { withTimeLimit } from "../time_limit.ts";
import { prefersJson } from "./answer_action.ts";
import { withPipeline } from "./find_pipeline.ts";
import { renderPage } from "./layout.tsx";
import {
  ConfirmReceipt,
  RECEIPT_STATES,
  type ReceiptAct,
  ReceiptList,
  receiptsPath,
} from "./receipt_page.tsx";

/** Receipts on a page. */
const PAGE = 50;
/** ms that a receipt may take: the order is read, then the call is made. */
const TAKES = 60_000;

const listQuery = z.object({
  state: z.enum(RECEIPT_STATES).optional().catch(undefined),
  after: z.string().max(300).optional().catch(undefined),
  done: z.enum(["sent", "marked", "refused", "unknown"]).optional().catch(undefined),
});
/** What a list says after an act that has changed how the receipt stands. */
const SAID = {
  sent: "The receipt was sent",
  marked: "The receipt counts as sent",
  refused: "Ometria refused the receipt",
  unknown: "The receipt may or may not have been sent",
} as const;
const idField = z.object({ id: z.string().min(1).max(300) });
const question = idField.extend({ act: z.enum(["resend", "mark-sent"]) });

/** Receipts: the list, and what an operator can do about one. */
export function receiptRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get(
      "/pipelines/:pipeline/receipts",
      (c) => withPipeline(c, options, (served) => list(c, served)),
    )
    .get(
      "/pipelines/:pipeline/receipts/confirm",
      (c) => withPipeline(c, options, (served) => confirm(c, served)),
    )
    .post(
      "/pipelines/:pipeline/receipts/resend",
      (c) => withPipeline(c, options, (served) => act(c, served, "resend")),
    )
    .post(
      "/pipelines/:pipeline/receipts/mark-sent",
      (c) => withPipeline(c, options, (served) => act(c, served, "mark-sent")),
    );

  async function list(
    c: Context<AppEnv>,
    served: ServedPipeline,
    notDone?: ReceiptDone,
  ): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const { state, after, done } = notDone === undefined ? listQuery.parse(c.req.query()) : {};
    const said = notDone === undefined
      ? done && { text: `${SAID[done]}.`, bad: done === "refused" || done === "unknown" }
      : { text: `${notDone.text}.`, bad: true };
    const [{ receipts: states }, page] = await Promise.all([
      served.store.counters(),
      listReceipts(served, {
        limit: PAGE,
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { after }),
      }, options.stopping),
    ]);
    if (prefersJson(c)) return c.json({ states, ...page });
    return await renderPage(c, options, {
      frame: {
        title: "Receipts",
        current: "receipts",
        pipeline,
        status: notDone === undefined ? 200 : 409,
        live: notDone === undefined,
      },
      content: (
        <ReceiptList
          {...{ pipeline, states, page, later: after !== undefined }}
          {...(state === undefined ? {} : { state })}
          {...(said === undefined ? {} : { said })}
        />
      ),
    });
  }

  async function confirm(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const asked = question.safeParse(c.req.query());
    const row = asked.success ? await served.store.receipt(asked.data.id) : undefined;
    if (!asked.success || row === undefined) return c.redirect(receiptsPath(pipeline), 303);
    const receipt = entryOf(row, options.clock.now());
    return await renderPage(c, options, {
      frame: { title: "Receipts", current: "receipts", pipeline, live: false },
      content: <ConfirmReceipt {...{ pipeline, receipt, act: asked.data.act }} />,
    });
  }

  async function act(
    c: Context<AppEnv>,
    served: ServedPipeline,
    name: ReceiptAct,
  ): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const fields = idField.safeParse(await c.req.parseBody());
    if (!fields.success) return c.text("Say which: id=ID", 400);
    const { id } = fields.data;
    const done = await withTimeLimit(
      (signal) => (name === "resend" ? resend : markSent)(served, id, signal),
      { ms: TAKES, clock: options.clock },
    );
    const row = await served.store.receipt(id);
    audit(c, name === "resend" ? "send a receipt again" : "take a receipt for sent", {
      pipeline,
      ...(row === undefined ? {} : { order: row.orderId }),
      result: done.result,
    });
    if (prefersJson(c)) return c.json(done, done.done ? 200 : 409);
    const said = Object.keys(SAID).find((result) => result === done.result);
    // What changed the receipt is shown by a page of its own: whoever loads that anew does not send anything.
    if (said === undefined) return await list(c, served, done);
    return c.redirect(
      receiptsPath(pipeline, { state: row?.state ?? "sent", done: said }),
      303,
    );
  }
}
