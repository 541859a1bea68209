import { type Context, Hono } from "hono";
import { ApiError } from "../../http/error.ts";
import { explainOrder, knownOf } from "../../runtime/explain/explain.ts";
import { findOrder } from "../../runtime/explain/find.ts";
import { audit } from "../access/audit.ts";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { withTimeLimit } from "../time_limit.ts";
import { prefersJson } from "./answer_action.ts";
import { renderPage } from "./layout.tsx";
import { OrderStory, SearchForm } from "./order_page.tsx";

/** ms that Sitoo and Ometria may take to answer. */
const ASKS_FOR = 25_000;

/**
 * Orders: a search, and the story of one. What is looked for goes in the body, not in an address: somebody may
 * type what is not to be kept anywhere.
 */
export function orderRoutes(options: ServerOptions): Hono<AppEnv> {
  const { pipelines, clock, stopping } = options;

  return new Hono<AppEnv>({ strict: false })
    .get("/orders", (c) => search(c))
    .post("/orders", async (c) => {
      const { q } = await c.req.parseBody();
      const name = typeof q === "string" ? q.trim() : "";
      if (name === "" || name.length > 60 || name.includes("@")) {
        return await search(c, "Orders are found by an id or by a receipt's number alone");
      }
      try {
        const orderId = await limited((signal) => find(name, signal));
        if (orderId !== undefined) return c.redirect(`/orders/${orderId}`, 303);
        return await search(
          c,
          "No order is called that: no order id, no id at Ometria, no receipt",
        );
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return await search(c, `Cannot look a receipt's number up: ${error.message}`);
      }
    })
    .get("/orders/:order{[1-9][0-9]{0,14}}", (c) => story(c, Number(c.req.param("order")), false))
    .post("/orders/:order{[1-9][0-9]{0,14}}/people", (c) => {
      const order = Number(c.req.param("order"));
      audit(c, "show the people of an order", { order });
      return story(c, order, true);
    });

  function limited<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withTimeLimit(work, { ms: ASKS_FOR, clock, stop: stopping });
  }

  /** In the first pipeline that knows it. */
  async function find(name: string, signal: AbortSignal): Promise<number | undefined> {
    for (const context of pipelines) {
      const orderId = await findOrder(context, { name }, signal);
      if (orderId !== undefined) return orderId;
    }
    return undefined;
  }

  function search(c: Context<AppEnv>, said?: string): Response | Promise<Response> {
    return renderPage(c, options, {
      frame: {
        title: "Orders",
        current: "orders",
        live: false,
        status: said === undefined ? 200 : 404,
      },
      content: <SearchForm {...(said === undefined ? {} : { said })} />,
    });
  }

  async function story(
    c: Context<AppEnv>,
    orderId: number,
    showPersonalData: boolean,
  ): Promise<Response> {
    const all = await limited((signal) =>
      Promise.all(
        pipelines.map((served) => explainOrder(served, { orderId, showPersonalData }, signal)),
      )
    );
    const { isKnown, shown } = knownOf(all);
    if (prefersJson(c)) return c.json({ orders: shown });
    return await renderPage(c, options, {
      frame: {
        title: `Order ${orderId}`,
        current: "orders",
        live: false,
        status: isKnown ? 200 : 404,
      },
      content: (
        <>
          <SearchForm />
          {shown.map((explanation) => (
            <OrderStory explanation={explanation} isShown={showPersonalData} />
          ))}
        </>
      ),
    });
  }
}
