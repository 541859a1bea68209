import { isMap } from "../../definition/plain.ts";
import { normaliseEmail } from "../../records/email.ts";

/** What a field of a Sitoo order tells of a person. */
export type PersonalKind =
  | "email"
  | "first-name"
  | "last-name"
  | "company"
  | "phone"
  | "street"
  | "city"
  | "region"
  | "postcode"
  | "national-id"
  | "text"
  | "code";

/** Fields of a Sitoo order that hold people, whichever of them a pipeline reads. */
const orderFields: Readonly<Record<string, PersonalKind>> = {
  email: "email",
  namefirst: "first-name",
  namelast: "last-name",
  company: "company",
  phone: "phone",
  mobile: "phone",
  personalid: "national-id",
  invoice_address: "street",
  invoice_address2: "street",
  invoice_zip: "postcode",
  invoice_city: "city",
  invoice_state: "region",
  delivery_address: "street",
  delivery_address2: "street",
  delivery_zip: "postcode",
  delivery_city: "city",
  delivery_state: "region",
  comment: "text",
  commentinternal: "text",
  customerref: "text",
  checkoutref: "text",
};

/** Words in names of fields that integrators made up. */
const telling: readonly (readonly [RegExp, PersonalKind])[] = [
  [/e-?mail/i, "email"],
  [/first-?name|given-?name/i, "first-name"],
  [/last-?name|sur-?name|family-?name/i, "last-name"],
  [/phone|mobile|msisdn/i, "phone"],
  [/personal-?(id|number|no)|personnummer|ssn|national-?id|birth/i, "national-id"],
  [/street|address/i, "street"],
  [/zip|post-?code|postal/i, "postcode"],
  [/(?<!-)city$|-city\b/i, "city"],
  [/company(?!id)/i, "company"],
  [/^(crm|customcrm|voyado|loyalty|member)\b|-member|member-/i, "code"],
  [/customer|card-?number|giftcard/i, "code"],
  [/comment|note|message|ref(erence)?$/i, "text"],
  [/staff.*name/i, "last-name"],
];

/** What a field of that name holds of a person, as far as its name tells. */
export function personalKind(field: string): PersonalKind | undefined {
  if (Object.hasOwn(orderFields, field)) return orderFields[field];
  return telling.find(([pattern]) => pattern.test(field))?.[1];
}

/** Every text of an order that may tell of a person, in lower case. */
export function personalTexts(order: unknown): ReadonlySet<string> {
  const texts = new Set<string>();
  collect(order, false);
  return texts;

  function collect(value: unknown, personal: boolean): void {
    if (Array.isArray(value)) return value.forEach((entry) => collect(entry, personal));
    if (isMap(value)) {
      for (const [key, entry] of Object.entries(value)) {
        collect(entry, personal || personalKind(key) !== undefined);
      }
      return;
    }
    const text = String(value ?? "").trim().toLowerCase();
    if (text !== "" && (personal || normaliseEmail(text) !== undefined)) texts.add(text);
  }
}
