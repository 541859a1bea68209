import { type Context, Hono } from "hono";
import { jsxRenderer } from "hono/jsx-renderer";
import type { JSX } from "hono/jsx/jsx-runtime";
import { getLogger } from "@logtape/logtape";
import type { AppEnv } from "../environment.ts";
import { Head } from "../pages/head.tsx";
import { audit } from "./audit.ts";
import { isOneOf } from "./credentials.ts";
import { type AccessParts, tooMany } from "./guard.ts";
import { callerOf, isLoopbackHost } from "./local.ts";

const log = getLogger(["tillpipe", "audit"]);

/** The form that asks for the password, and the end of a session. Open to everyone. */
export function loginRoutes(parts: AccessParts): Hono<AppEnv> {
  const { options, sessions, cap } = parts;
  const { password } = options.operator;

  return new Hono<AppEnv>({ strict: false })
    .get("/login", jsxRenderer(), (c) => {
      if (password === undefined) return c.redirect("/", 303);
      return c.render(form(c, { from: c.req.query("from") }));
    })
    .post("/login", jsxRenderer(), async (c) => {
      if (password === undefined) return c.redirect("/", 303);
      const caller = callerOf(c.req.raw.headers, c.env?.peer);
      if (cap.isUsedUp(caller)) return tooMany(c);
      const { password: given, from } = await c.req.parseBody();
      // Once more: others may have failed while the form was on its way.
      if (cap.isUsedUp(caller)) return tooMany(c);
      if (!isOneOf(typeof given === "string" ? given : "", [password])) {
        cap.fail(caller);
        log.warn("Somebody tried to log in with a wrong password");
        c.status(401);
        return c.render(form(c, { from, wrong: true }));
      }
      await sessions.begin(c);
      c.set("via", "password");
      audit(c, "login");
      return c.redirect(pathOf(from), 303);
    })
    .post("/logout", async (c) => {
      if (await sessions.isOpen(c)) {
        c.set("via", "session");
        audit(c, "logout");
      }
      await sessions.end(c);
      return c.redirect("/login", 303);
    });

  function form(
    c: Context<AppEnv>,
    { from, wrong = false }: { readonly from: unknown; readonly wrong?: boolean },
  ): JSX.Element {
    c.header("cache-control", "no-store");
    return (
      <LoginPage
        nonce={c.get("secureHeadersNonce")}
        {...{ from: pathOf(from), wrong }}
        plain={isPlain(c)}
      />
    );
  }

  /** Whether browsers will not keep the session: this connection is not encrypted, and not of this machine. */
  function isPlain(c: Context<AppEnv>): boolean {
    const { deploy, publicUrl } = options.operator;
    const isSafe = deploy || publicUrl?.startsWith("https:") === true ||
      c.req.header("x-forwarded-proto") === "https" || c.req.url.startsWith("https:");
    return !isSafe && !isLoopbackHost(c.req.header("host"));
  }
}

/** A path on this server, whatever somebody has put into a link. */
function pathOf(from: unknown): string {
  if (typeof from !== "string" || !/^\/(?![/\\])[\x21-\x7e]*$/.test(from)) return "/";
  return from.startsWith("/login") || from.startsWith("/logout") ? "/" : from;
}

interface LoginPageProps {
  readonly nonce: string | undefined;
  readonly from: string;
  readonly wrong: boolean;
  readonly plain: boolean;
}

function LoginPage(props: LoginPageProps): JSX.Element {
  return (
    <html lang="en">
      <Head title="Log in" nonce={props.nonce} />
      <body class="login">
        <main>
          <h1>Tillpipe</h1>
          <form method="post" action="/login">
            <input type="hidden" name="from" value={props.from} />
            <input type="text" name="user" value="operator" autocomplete="username" hidden />
            <label for="password">The operator's password</label>
            <input
              type="password"
              id="password"
              name="password"
              autocomplete="current-password"
              required
              autofocus
              {...(props.wrong ? { "aria-invalid": "true", "aria-describedby": "wrong" } : {})}
            />
            {props.wrong
              ? <p class="error" id="wrong" role="alert">This is not the password</p>
              : ""}
            <button type="submit" class="main">Log in</button>
          </form>
          <p class="note">
            It is the value of <code>TILLPIPE_ADMIN_PASSWORD</code> where Tillpipe runs.
          </p>
          {props.plain
            ? (
              <p class="error">
                Open this page over HTTPS: on a connection that is not encrypted a browser keeps no
                session
              </p>
            )
            : ""}
        </main>
      </body>
    </html>
  );
}
