import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import type { AppEnv, ServerOptions } from "../environment.ts";
import { isLoopbackHost } from "./local.ts";

const COOKIE = "tillpipe-session";
/** Seconds that a session lasts: a working day. */
const LASTS = 12 * 60 * 60;

/**
 * Sessions of operators, kept in a signed cookie, so that every instance on the same store knows them. The key
 * of the signature is made of the installation's secret and the password: another password ends them all.
 */
export class Sessions {
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Begins one for whoever has just given the password. */
  async begin(c: Context<AppEnv>): Promise<void> {
    const until = Math.floor(this.#options.clock.now() / 1000) + LASTS;
    await setSignedCookie(c, COOKIE, `${until}.${crypto.randomUUID()}`, this.#key(), {
      ...this.#form(c),
      maxAge: LASTS,
    });
  }

  /** Whether the request belongs to a session that has begun here and has not ended. */
  async isOpen(c: Context<AppEnv>): Promise<boolean> {
    const session = await this.#read(c);
    if (session === undefined || session.left <= 0) return false;
    return await this.#ended?.get(nameOf(session.id)) !== true;
  }

  /** Ends the request's session, for whoever may have a copy of its cookie, too. */
  async end(c: Context<AppEnv>): Promise<void> {
    const session = await this.#read(c);
    deleteCookie(c, COOKIE, this.#form(c));
    if (session === undefined || session.left <= 0) return;
    await this.#ended?.set(nameOf(session.id), true, session.left * 1000);
  }

  async #read(
    c: Context<AppEnv>,
  ): Promise<{ readonly id: string; readonly left: number } | undefined> {
    const value = await getSignedCookie(c, this.#key(), COOKIE);
    const [, until = "", id = ""] = /^(\d{1,12})\.([\w-]{1,64})$/.exec(value || "") ?? [];
    if (id === "") return undefined;
    return { id, left: Number(until) - Math.floor(this.#options.clock.now() / 1000) };
  }

  get #ended(): ServerOptions["pipelines"][number]["store"]["cache"] | undefined {
    return this.#options.pipelines[0]?.store.cache;
  }

  #key(): string {
    const { operator, pipelines } = this.#options;
    const text = `operator session\n${operator.password?.reveal() ?? ""}`;
    const key = pipelines[0]?.keyedHash(text);
    if (key === undefined) throw new TypeError("Cannot keep a session without a pipeline");
    return key;
  }

  /** Browsers take a `Secure` cookie over HTTPS alone; on this machine there is none. */
  #form(c: Context<AppEnv>): Cookie {
    const { deploy, publicUrl } = this.#options.operator;
    const secure = deploy || publicUrl?.startsWith("https:") === true ||
      !isLoopbackHost(c.req.header("host"));
    return { path: "/", httpOnly: true, sameSite: "Strict", secure };
  }
}

interface Cookie {
  readonly path: string;
  readonly httpOnly: boolean;
  readonly sameSite: "Strict";
  readonly secure: boolean;
}

function nameOf(id: string): string {
  return `operator-session-ended ${id}`;
}
