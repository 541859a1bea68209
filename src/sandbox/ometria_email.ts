import { isEmail, isFields } from "./ometria_check.ts";

/** An email that was taken for sending. */
export interface SentEmail {
  readonly to: string;
  readonly subject: string;
  readonly stream: string;
  readonly sandbox: boolean;
  /** Merge fields, as sent. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The whole body, as sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

const KNOWN = new Set([
  "to",
  "from",
  "reply_to",
  "subject",
  "template_id",
  "content",
  "data",
  "stream",
  "transactional",
  "sandbox",
  "profile_id",
  "attachments",
]);

/** Reads the body of `POST /transactional-email/send`: an email, or what is wrong with it. */
export function readEmail(text: string): SentEmail | string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "Not JSON";
  }
  if (!isFields(body)) return "Body must be one object";
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return `Unknown field ${unknown}`;
  const { to, stream, subject, data = {} } = body;
  if (!isMailbox(to) || !isFields(to)) return "Invalid value in to";
  if (!isMailbox(body["from"])) return "Invalid value in from";
  if (body["reply_to"] !== undefined && !isMailbox(body["reply_to"])) {
    return "Invalid value in reply_to";
  }
  if (typeof subject !== "string" || subject === "") return "Invalid value in subject";
  if (typeof stream !== "string" || !/^[^\sA-Z]+$/.test(stream)) return "Invalid value in stream";
  if (body["transactional"] !== true) return "Invalid value in transactional";
  if (typeof body["sandbox"] !== "boolean") return "Invalid value in sandbox";
  if (!isFields(data)) return "Invalid value in data";
  const wrong = templateError(body);
  if (wrong !== undefined) return wrong;
  return { to: String(to["email"]), subject, stream, sandbox: body["sandbox"], data, body };
}

/** Exactly one of a hosted template and own content. */
function templateError(body: Readonly<Record<string, unknown>>): string | undefined {
  const { template_id: template, content } = body;
  if ((template === undefined) === (content === undefined)) {
    return "Exactly one of template_id and content is needed";
  }
  if (template !== undefined && !Number.isSafeInteger(template)) {
    return "Invalid value in template_id";
  }
  if (content === undefined) return undefined;
  const whole = isFields(content) && typeof content["html"] === "string" &&
    typeof content["text"] === "string";
  return whole ? undefined : "Invalid value in content";
}

function isMailbox(value: unknown): boolean {
  return isFields(value) && isEmail(value["email"]) &&
    (value["name"] === undefined || typeof value["name"] === "string");
}
