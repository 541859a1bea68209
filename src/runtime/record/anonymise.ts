import { isMap, mapScalars } from "../../definition/plain.ts";
import { normaliseEmail } from "../../records/email.ts";
import { sitooOrderFields } from "../../stages/transforms/map/sitoo_fields.ts";
import { isZone } from "../../stages/transforms/map/dates.ts";
import { personalKind, personalTexts } from "../desk/personal.ts";
import type { RawOrder } from "../pipeline_tests/raw_orders.ts";
import { extraRules, type FieldRule, itemRules, orderRules, taxRules } from "./field_rules.ts";
import { MadeUp } from "./made_up.ts";

/** Orders without anybody in them. */
export interface Anonymised {
  readonly orders: readonly RawOrder[];
  /** Fields whose values are made up now, as `email` or `additionaldata.crm-customerid`. */
  readonly replaced: readonly string[];
  /** Fields that are not there any more, as nothing is known of them. */
  readonly dropped: readonly string[];
}

/** Shorter texts are found in everything. */
const telling = 3;

const forms: Readonly<Record<Exclude<Kept, "merchant" | "zone">, RegExp>> = {
  number: /^-?\d{1,15}$/,
  money: /^-?\d{1,12}(?:\.\d{1,6})?$/,
  currency: /^[A-Za-z]{3}$/,
  country: /^[A-Za-z]{2}$/,
  word: /^[A-Za-z0-9]{1,4}$/,
};
type Kept = Extract<FieldRule, { readonly keep: string }>["keep"];

/** What of an unknown field cannot tell of anybody: truth, and small numbers. */
const harmless = /^(?:true|false|yes|no|-?\d{1,5}(?:\.\d{1,3})?)$/;

/**
 * Replaces whoever is in these orders by people who are made up, the same ones throughout. A field that is
 * not known is kept only where its value is a truth or a small number.
 */
export function anonymise(orders: readonly RawOrder[]): Anonymised {
  const work = new Anonymising(orders);
  return {
    orders: orders.map((order) => work.order(order)),
    replaced: [...work.replaced].toSorted(),
    dropped: [...work.dropped].toSorted(),
  };
}

class Anonymising {
  readonly replaced = new Set<string>();
  readonly dropped = new Set<string>();
  readonly #known: readonly string[];
  readonly #madeUp: MadeUp;

  constructor(orders: readonly RawOrder[]) {
    const known = personalTexts(orders);
    this.#known = [...known].filter((text) => text.length >= telling);
    this.#madeUp = new MadeUp(textsOf(orders));
  }

  order(order: RawOrder): RawOrder {
    const { additionaldata, orderitems, ...fields } = order;
    return {
      ...this.#fields(fields, orderRules, ""),
      ...this.#extras(additionaldata, "additionaldata."),
      orderitems: Array.isArray(orderitems)
        ? orderitems.filter(isMap).map((i) => this.#item(i))
        : [],
    };
  }

  #item(item: RawOrder): RawOrder {
    const { additionaldata, salestaxes, ...fields } = item;
    const taxes = Array.isArray(salestaxes) ? salestaxes.filter(isMap) : [];
    const place = "orderitems[].";
    return {
      ...this.#fields(fields, itemRules, place),
      ...(taxes.length === 0 ? {} : {
        salestaxes: taxes.map((tax) => this.#fields(tax, taxRules, `${place}salestaxes[].`)),
      }),
      ...this.#extras(additionaldata, `${place}additionaldata.`),
    };
  }

  #extras(extras: unknown, place: string): RawOrder {
    if (!isMap(extras)) return {};
    const kept = this.#fields(extras, extraRules, place);
    return Object.keys(kept).length === 0 ? {} : { additionaldata: kept };
  }

  #fields(fields: RawOrder, rules: Readonly<Record<string, FieldRule>>, place: string): RawOrder {
    return Object.fromEntries(
      Object.entries(fields).flatMap(([field, value]) => {
        if (value === null || value === undefined || value === "") return [];
        // Somebody may stand in a key that an integrator has made.
        const isOurs = Object.hasOwn(rules, field) || sitooOrderFields.has(field);
        if (!isOurs && this.#tells(field)) {
          this.dropped.add(`${place}…`);
          return [];
        }
        const result = this.#value(
          field,
          value,
          Object.hasOwn(rules, field) ? rules[field] : undefined,
        );
        if (result === undefined) this.dropped.add(place + field);
        else if (result !== value) this.replaced.add(place + field);
        return result === undefined ? [] : [[field, result] as const];
      }),
    );
  }

  #value(field: string, value: unknown, rule: FieldRule | undefined): unknown {
    if (typeof value === "object") return undefined;
    const text = String(value);
    const kind = personalKind(field);
    if (rule === undefined) {
      if (kind !== undefined) return this.#made(kind, text);
      return harmless.test(text) && !this.#tells(text) ? value : undefined;
    }
    if ("made" in rule) return this.#madeUp.of(rule.made, text);
    if (rule.keep === "zone") return isZone(text) ? value : undefined;
    if (rule.keep !== "merchant") return forms[rule.keep].test(text.trim()) ? value : undefined;
    return this.#tells(text) ? this.#madeUp.of("text", text) : value;
  }

  /** An address that is none stays one that is none. */
  #made(kind: Parameters<MadeUp["of"]>[0], text: string): string {
    const isOdd = kind === "email" && normaliseEmail(text) === undefined;
    return this.#madeUp.of(isOdd ? "text" : kind, text);
  }

  #tells(text: string): boolean {
    const lower = text.trim().toLowerCase();
    return /\S@\S/.test(text) || this.#known.some((known) => lower.includes(known));
  }
}

/** Every text in the orders but short numbers, in lower case. */
function textsOf(orders: readonly RawOrder[]): ReadonlySet<string> {
  const texts = new Set<string>();
  mapScalars(orders, (value) => {
    const text = String(value).trim().toLowerCase();
    if (!/^-?[\d.]{1,5}$/.test(text)) texts.add(text);
    return value;
  });
  return texts;
}
