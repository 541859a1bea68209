import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { moment } from "../figures.ts";
import { Head } from "./head.tsx";

/** The pages that the navigation leads to. */
export type PageName =
  | "overview"
  | "orders"
  | "dead"
  | "receipts"
  | "backfill"
  | "reconcile"
  | "pipeline";

/** What frames a page. */
export interface PageFrame {
  readonly title: string;
  readonly current: PageName;
  /** The pipeline that the page is about; absent where it is about all. */
  readonly pipeline?: string;
  /** Whether the page keeps itself up to date where scripts run. @default true */
  readonly live?: boolean;
  readonly status?: 200 | 400 | 404 | 409;
}

interface Link {
  readonly page: PageName;
  readonly text: string;
  readonly href: string;
}

/** Answers a whole page: the header with its navigation, and `content`. */
export function renderPage(
  c: Context<AppEnv>,
  { clock, pipelines, operator }: ServerOptions,
  { frame, content }: { readonly frame: PageFrame; readonly content: Child },
): Response | Promise<Response> {
  const { title, current, live = true } = frame;
  const names = pipelines.map(({ pipeline }) => pipeline.definition.name);
  const chosen = frame.pipeline ?? names[0] ?? "";
  c.status(frame.status ?? 200);
  const page = (
    <html lang="en">
      <Head title={title} nonce={c.get("secureHeadersNonce")} live={live} />
      <body>
        <a class="skip" href="#content">To the content</a>
        <header class="top">
          <p class="brand">Tillpipe</p>
          <nav aria-label="Pages">
            <ul>
              {linksOf(chosen).map((link) => (
                <li>
                  <a
                    href={link.href}
                    {...(link.page === current ? { "aria-current": "page" } : {})}
                  >
                    {link.text}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          {current === "orders"
            ? ""
            : (
              <form method="post" action="/orders" role="search" aria-label="Find an order">
                <input
                  name="q"
                  aria-label="Order id or receipt number"
                  placeholder="Find an order"
                  required
                  maxlength={60}
                  autocomplete="off"
                />
              </form>
            )}
          {operator.password !== undefined && c.get("via") === "session"
            ? (
              <form method="post" action="/logout">
                <button type="submit">Log out</button>
              </form>
            )
            : ""}
        </header>
        <main id="content" tabindex={-1}>
          <div class="heading">
            <h1>{title}</h1>
            {frame.pipeline === undefined || names.length < 2
              ? ""
              : <Switch names={names} chosen={chosen} path={new URL(c.req.url).pathname} />}
            <p class="asof">
              <strong id="lost" class="error" role="status" hidden>No connection</strong>
              As of <time id="as-of">{moment(clock.now())}</time>
              {live
                ? (
                  <button type="button" id="pause" aria-pressed="false" hidden>
                    Pause updates
                  </button>
                )
                : ""}
            </p>
          </div>
          <div id="live">{content}</div>
        </main>
      </body>
    </html>
  );
  return c.html(html`${raw("<!DOCTYPE html>")}${page}`);
}

/** The address of a page about one pipeline. */
export function pipelinePath(pipeline: string, rest = ""): string {
  return `/pipelines/${encodeURIComponent(pipeline)}${rest}`;
}

function linksOf(pipeline: string): readonly Link[] {
  return [
    { page: "overview", text: "Overview", href: "/" },
    { page: "orders", text: "Orders", href: "/orders" },
    { page: "dead", text: "Dead letters", href: pipelinePath(pipeline, "/dead") },
    { page: "receipts", text: "Receipts", href: pipelinePath(pipeline, "/receipts") },
    { page: "backfill", text: "Backfill", href: pipelinePath(pipeline, "/backfill") },
    { page: "reconcile", text: "Reconcile", href: pipelinePath(pipeline, "/reconcile") },
    { page: "pipeline", text: "Pipeline", href: pipelinePath(pipeline) },
  ];
}

/** The same page for another pipeline. */
function Switch(
  props: { readonly names: readonly string[]; readonly chosen: string; readonly path: string },
): JSX.Element {
  const [, , , ...rest] = props.path.split("/");
  return (
    <nav aria-label="Pipelines" class="switch">
      {props.names.map((name) => (
        <a
          href={pipelinePath(name, rest[0] === undefined ? "" : `/${rest[0]}`)}
          {...(name === props.chosen ? { "aria-current": "true" } : {})}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
