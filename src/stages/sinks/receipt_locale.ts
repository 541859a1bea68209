import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/error.ts";
import type { SitooOrder } from "../../records/sitoo_order.ts";
import type { StageServices } from "../contract.ts";
import { isLocale } from "./email_options.ts";

const logger = getLogger(["tillpipe", "receipts"]);

const fallback = "en-GB";
/** ms for which the tills' languages are taken to be as they were read. */
const keptFor = 24 * 3_600_000;
/** ms until they are asked for again, when they could not be read. */
const askedAgain = 10 * 60_000;
/** ms that a receipt waits for them. */
const patience = 20_000;

/** What the tills' languages are looked up with. */
export type LocaleServices = Pick<StageServices, "sitoo" | "now">;

/**
 * Tells how an order's receipt is written: as configured, else in the language of its till's receipts, else
 * in British English. A look-up that fails holds no receipt up.
 */
export function createReceiptLocales(
  services: LocaleServices,
  configured: string | undefined,
): (order: Pick<SitooOrder, "registerid">) => Promise<string> {
  let known: ReadonlyMap<string, string> = new Map();
  let until = -Infinity;
  return localeOf;

  async function localeOf({ registerid }: Pick<SitooOrder, "registerid">): Promise<string> {
    if (configured !== undefined) return configured;
    if (registerid === undefined) return fallback;
    if (services.now() >= until) await look();
    return known.get(idOf(registerid)) ?? fallback;
  }

  async function look(): Promise<void> {
    try {
      const registers = await services.sitoo.registers(AbortSignal.timeout(patience));
      known = new Map(registers.flatMap(({ registerid, receiptlanguagetag: tag }) => {
        const locale = tag?.replaceAll("_", "-");
        return locale === undefined || !isLocale(locale) ? [] : [[idOf(registerid), locale]];
      }));
      until = services.now() + keptFor;
    } catch (error) {
      if (!(error instanceof ApiError) && !isTimeout(error)) throw error;
      until = services.now() + askedAgain;
      logger.warn("Cannot read the tills' languages: receipts are written as before", {
        reason: error.message,
      });
    }
  }
}

function isTimeout(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** Ids are written with and without braces. */
function idOf(registerid: string): string {
  return registerid.replaceAll(/[{}]/g, "").toUpperCase();
}
