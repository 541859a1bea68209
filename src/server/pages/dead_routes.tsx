import { type Context, Hono } from "hono";
import * as z from "zod";
import { sum } from "../../runtime/status.ts";
import { audit } from "../access/audit.ts";
import {
  type Choice,
  type DeadLettersDone,
  discardDead,
  replayDead,
} from "../actions/dead_letters.ts";
import type { AppEnv, ServedPipeline, ServerOptions } from "../environment.ts";
import { plural, pluralAre } from "../figures.ts";
import { answerAction, prefersJson } from "./answer_action.ts";
import { Confirm, confirmPath, DeadList, DeadOrder, listPath } from "./dead_page.tsx";
import { withPipeline } from "./find_pipeline.ts";
import { pipelinePath, renderPage } from "./layout.tsx";

/** Letters on a page. */
const PAGE = 50;

const orderId = z.string().regex(/^\d{1,15}$/).transform(Number);
const reason = z.string().min(1).max(100);
const listQuery = z.object({
  reason: reason.optional().catch(undefined),
  before: orderId.optional().catch(undefined),
  replayed: orderId.optional().catch(undefined),
  discarded: orderId.optional().catch(undefined),
});
/** What is meant: one, all with a reason, or, said on purpose, all. */
const choiceFields = z.union([
  z.object({ id: orderId }).transform(({ id }): Choice => ({ kind: "one", orderId: id })),
  z.object({ reason, before: orderId.optional() })
    .transform((many): Choice => ({ kind: "many", ...withoutGaps(many) })),
  z.object({ all: z.literal("yes"), before: orderId.optional() })
    .transform(({ before }): Choice => ({ kind: "many", ...withoutGaps({ before }) })),
]);

/** Dead letters: the list, one of them, and what can be done with them. */
export function deadRoutes(options: ServerOptions): Hono<AppEnv> {
  return new Hono<AppEnv>({ strict: false })
    .get("/pipelines/:pipeline/dead", (c) => withPipeline(c, options, (served) => list(c, served)))
    .get(
      "/pipelines/:pipeline/dead/confirm",
      (c) => withPipeline(c, options, (served) => confirm(c, served)),
    )
    .get(
      "/pipelines/:pipeline/dead/:order",
      (c) => withPipeline(c, options, (served) => one(c, served, c.req.param("order"))),
    )
    .post(
      "/pipelines/:pipeline/dead/replay",
      (c) => withPipeline(c, options, (served) => act(c, served, "replay")),
    )
    .post(
      "/pipelines/:pipeline/dead/discard",
      (c) => withPipeline(c, options, (served) => act(c, served, "discard")),
    );

  async function list(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const query = listQuery.parse(c.req.query());
    const part = withoutGaps({ reason: query.reason, before: query.before });
    const [{ deadBy }, letters] = await Promise.all([
      served.store.counters(),
      served.store.deadLetters(PAGE + 1, part),
    ]);
    const shown = letters.slice(0, PAGE);
    const before = letters.length > PAGE ? shown.at(-1)?.orderId : undefined;
    if (prefersJson(c)) return c.json({ dead: shown, deadBy, ...withoutGaps({ before }) });
    return await renderPage(c, options, {
      frame: { title: "Dead letters", current: "dead", pipeline },
      content: (
        <DeadList
          {...{ pipeline, deadBy, letters: shown, later: query.before !== undefined }}
          {...withoutGaps({ reason: query.reason, before, said: saidOf(query) })}
        />
      ),
    });
  }

  async function one(
    c: Context<AppEnv>,
    served: ServedPipeline,
    id: string,
  ): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const known = orderId.safeParse(id);
    if (!known.success) return await c.notFound();
    const [letter, rows] = await Promise.all([
      served.store.deadLetter(known.data),
      served.store.ledger([known.data]),
    ]);
    const content = letter === undefined
      ? (
        <section class="card">
          <p>
            {`Order ${known.data} has no dead letter: it has come to another end, or was let go of.`}
          </p>
          <p class="actions">
            <a href={listPath(pipeline)}>All dead letters</a>
          </p>
        </section>
      )
      : <DeadOrder {...{ pipeline, letter, row: rows.get(known.data) }} />;
    return await renderPage(c, options, {
      frame: {
        title: "Dead letter",
        current: "dead",
        pipeline,
        status: letter === undefined ? 404 : 200,
      },
      content,
    });
  }

  async function confirm(c: Context<AppEnv>, served: ServedPipeline): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const { action, ...fields } = c.req.query();
    const choice = choiceFields.safeParse(fields);
    if (!choice.success || (action !== "replay" && action !== "discard")) {
      return c.redirect(listPath(pipeline), 303);
    }
    const which = await inWords(served, choice.data);
    return await renderPage(c, options, {
      frame: { title: "Dead letters", current: "dead", pipeline, live: false },
      content: <Confirm {...{ pipeline, action, fields, which }} />,
    });
  }

  async function act(
    c: Context<AppEnv>,
    served: ServedPipeline,
    action: "replay" | "discard",
  ): Promise<Response> {
    const pipeline = served.pipeline.definition.name;
    const choice = choiceFields.safeParse(await c.req.parseBody());
    if (!choice.success) {
      return c.text("Say which: id=ORDERID, reason=REASON or all=yes", 400);
    }
    const done = action === "replay"
      ? await replayDead(served, choice.data)
      : await discardDead(served, choice.data);
    audit(c, action === "replay" ? "replay dead orders" : "discard dead letters", {
      pipeline,
      ...factsOf(choice.data),
      orders: done.orders,
    });
    const figures = { [action === "replay" ? "replayed" : "discarded"]: done.orders };
    const rest = done.before === undefined ? {} : { before: done.before };
    return answerAction(
      c,
      { ...figures, ...rest },
      nextPath({ pipeline, action, choice: choice.data, done }),
    );
  }
}

/** Back to the list; where time ran out, on to the question whether the rest is to be done as well. */
function nextPath(
  { pipeline, action, choice, done }: {
    readonly pipeline: string;
    readonly action: "replay" | "discard";
    readonly choice: Choice;
    readonly done: DeadLettersDone;
  },
): string {
  const reason = choice.kind === "many" ? choice.reason : undefined;
  const figure = action === "replay" ? "replayed" : "discarded";
  if (done.before === undefined) {
    const query = new URLSearchParams({
      ...withoutGaps({ reason }),
      [figure]: String(done.orders),
    });
    return pipelinePath(pipeline, `/dead?${query}`);
  }
  return confirmPath(pipeline, action, {
    ...(reason === undefined ? { all: "yes" } : { reason }),
    before: String(done.before),
  });
}

function saidOf(query: z.output<typeof listQuery>): string | undefined {
  const { replayed, discarded } = query;
  if (replayed !== undefined) {
    return `${
      pluralAre(replayed, "order")
    } due again. What is sent disappears from here by itself.`;
  }
  if (discarded === undefined) return undefined;
  return `${pluralAre(discarded, "letter")} gone.`;
}

async function inWords({ store }: ServedPipeline, choice: Choice): Promise<string> {
  if (choice.kind === "one") return `order ${choice.orderId}`;
  const { deadBy } = await store.counters();
  const { reason, before } = choice;
  const rest = before === undefined ? "all" : `the rest (below order ${before}) of`;
  if (reason !== undefined) return `${rest} ${plural(deadBy[reason] ?? 0, "order")} with ${reason}`;
  return `${rest} ${plural(sum(deadBy), "dead order")}`;
}

function factsOf(choice: Choice): Readonly<Record<string, string | number>> {
  if (choice.kind === "one") return { order: choice.orderId };
  return { reason: choice.reason ?? "all", ...withoutGaps({ before: choice.before }) };
}

/** The fields that have a value. */
function withoutGaps<T extends Readonly<Record<string, unknown>>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const known: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (isGiven(value)) known[key] = value;
  }
  return known;
}

function isGiven<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
