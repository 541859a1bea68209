import * as z from "zod";
import type { OmetriaConnection, SitooConnection } from "./definition.ts";
import { duration, rate, secret } from "./scalars.ts";

/** What makes addresses acceptable. */
export interface HostOptions {
  /** Takes any http(s) address: for the sandbox and for tests only. @default false */
  readonly allowInsecureHosts?: boolean;
}

/** Where Sitoo's API lives: `https://api140.mysitoo.com/v2/accounts/4711`. */
const sitooAccount = /^https:\/\/api(?:-sandbox|\d+)?\.mysitoo\.com\/v2\/accounts\/\d+\/?$/;
const anyAccount = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?\/v2\/accounts\/\d+\/?$/;

/** `connections.sitoo`, as the program uses it. */
export function sitooConnection(options: HostOptions = {}): z.ZodType<SitooConnection> {
  const pattern = options.allowInsecureHosts === true ? anyAccount : sitooAccount;
  const expected = "Expected the address of a Sitoo account\n" +
    "Write https://api140.mysitoo.com/v2/accounts/4711 with your own host and number";
  return z.strictObject({
    account_url: z.string().regex(pattern, expected).meta({
      description: "Address of the Sitoo account, as shown when the API password is made",
      examples: ["https://api140.mysitoo.com/v2/accounts/4711", "${SITOO_ACCOUNT_URL}"],
    }),
    api_id: headerSafe(z.string()).meta({
      description: "API id from Settings → Sitoo REST API; use a variable: ${SITOO_API_ID}",
      examples: ["${SITOO_API_ID}"],
    }),
    api_key: secret("Password of the API id; use a variable: ${SITOO_API_KEY}")
      .meta({ examples: ["${SITOO_API_KEY}"] }),
    gap: duration().prefault("250ms").meta({ description: "Pause between two requests" }),
  }).transform((given): SitooConnection => {
    const accountUrl = given.account_url.replace(/\/$/, "");
    return {
      accountUrl,
      accountId: accountUrl.slice(accountUrl.lastIndexOf("/") + 1),
      apiId: given.api_id,
      apiKey: given.api_key,
      gap: given.gap,
    };
  }).meta({ description: "How to reach Sitoo" });
}

/** `connections.ometria`, as the program uses it. */
export function ometriaConnection(options: HostOptions = {}): z.ZodType<OmetriaConnection> {
  return z.strictObject({
    account: z.string()
      .regex(/^[a-z0-9-]{1,32}$/, "Expected 1 to 32 of a-z, 0-9 and -")
      .prefault("default")
      .meta({
        description:
          "Your own label for the Ometria account. What was delivered is kept for each " +
          "label: with another one, nothing has been delivered yet",
        examples: ["default", "staging"],
      }),
    api_url: z.string()
      .refine(
        (value) => isApiAddress(value, options.allowInsecureHosts === true),
        "Expected an https address\nWrite https://api.ometria.com/v2",
      )
      .prefault("https://api.ometria.com/v2")
      .meta({ description: "Address of Ometria's API" }),
    api_key: secret("API key for the Data and Push API; use a variable: ${OMETRIA_API_KEY}")
      .meta({ examples: ["${OMETRIA_API_KEY}"] }),
    email_api_key: secret("API key for transactional email; without it api_key is used")
      .meta({ examples: ["${OMETRIA_EMAIL_API_KEY:-}"] }).optional(),
    push_rate: rate().prefault("3/s").meta({ description: "Push calls a second" }),
    read_rate: rate().prefault("2/s").meta({ description: "Read calls a second" }),
    email_rate: rate().prefault("10/s").meta({ description: "Email calls a second" }),
  }).transform((given): OmetriaConnection => ({
    account: given.account,
    apiUrl: given.api_url.replace(/\/$/, ""),
    apiKey: given.api_key,
    emailApiKey: given.email_api_key ?? given.api_key,
    pushRate: given.push_rate,
    readRate: given.read_rate,
    emailRate: given.email_rate,
  })).meta({ description: "How to reach Ometria" });
}

/** An http(s) address without credentials, query or fragment; https unless insecure hosts are allowed. */
export function isApiAddress(value: string, allowInsecure: boolean): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.search !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (allowInsecure && url.protocol === "http:");
}

/** Text that can go into an Authorization header as a user name: no colon, no spaces around. */
function headerSafe(type: z.ZodString): z.ZodString {
  return type.min(1, "Expected an API id such as 4711-12").regex(
    /^[\x21-\x39\x3b-\x7e]+$/,
    "Expected an API id without spaces or colons, such as 4711-12",
  );
}
