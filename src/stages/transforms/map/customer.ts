import type { OmetriaAddress, OmetriaCustomer } from "../../../records/ometria_order.ts";
import type { SitooOrder } from "../../../records/sitoo_order.ts";
import type { MapOptions } from "./options.ts";

/** Tells whose orders go out without a person. `email` is normalised. */
export type Exclusion = (email: string) => boolean;

/** Prepares `exclude_emails`: whole addresses, and `*@` before a domain. */
export function prepareExclusion(entries: MapOptions["exclude_emails"]): Exclusion {
  const lower = entries.map((entry) => entry.toLowerCase());
  const addresses = new Set(lower.filter((entry) => !entry.startsWith("*@")));
  const domains = new Set(
    lower.filter((entry) => entry.startsWith("*@")).map((entry) => entry.slice(1)),
  );
  return (email) => addresses.has(email) || domains.has(email.slice(email.lastIndexOf("@")));
}

/** Who bought; nothing without a usable address and without an id, as a name alone attaches to nobody. */
export function customerOf(
  order: SitooOrder,
  email: string | undefined,
  id: string | undefined,
): OmetriaCustomer | undefined {
  if (email === undefined && id === undefined) return undefined;
  const firstname = order.namefirst.trim();
  const lastname = order.namelast.trim();
  return {
    ...(id === undefined ? {} : { id }),
    ...(email === undefined ? {} : { email }),
    ...(firstname === "" ? {} : { firstname }),
    ...(lastname === "" ? {} : { lastname }),
  };
}

/** Where a delivery goes, reduced to what Ometria keeps; nothing when the goods left with the buyer. */
export function shippingAddressOf(order: SitooOrder): OmetriaAddress | undefined {
  const city = order.delivery_city.trim();
  const state = order.delivery_state.trim();
  const postcode = order.delivery_zip.trim();
  const country = order.delivery_countryid.trim().toUpperCase();
  // A country alone is what the till fills in by itself.
  if (city === "" && postcode === "") return undefined;
  return {
    ...(city === "" ? {} : { city }),
    ...(state === "" ? {} : { state }),
    ...(postcode === "" ? {} : { postcode }),
    ...(country === "" ? {} : { country_code: country }),
  };
}

const personalKey = /^(crm|customcrm|voyado)-/;

/** The order as if it had been bought by nobody, so that no later stage sees who it was. */
export function withoutPerson(order: SitooOrder): SitooOrder {
  return {
    ...order,
    ...personalExtras,
    email: "",
    namefirst: "",
    namelast: "",
    phone: "",
    delivery_city: "",
    delivery_state: "",
    delivery_zip: "",
    delivery_countryid: "",
    invoice_city: "",
    invoice_state: "",
    invoice_zip: "",
    invoice_countryid: "",
    additionaldata: Object.fromEntries(
      Object.entries(order.additionaldata).filter(([key]) => !personalKey.test(key)),
    ),
  };
}

/** Fields that are only read when an expression names them. */
const personalExtras = {
  company: "",
  comment: "",
  customerref: "",
  checkoutref: "",
  invoice_address: "",
  invoice_address2: "",
  delivery_address: "",
  delivery_address2: "",
} as const;
