import * as z from "zod";
import { normaliseEmail } from "../../records/email.ts";
import type { OmetriaContact } from "../../records/ometria_contact.ts";
import { type MappedOrder, mappedOrderType } from "../../records/ometria_order.ts";
import { defineTransform } from "../define.ts";
import type { Input, OrderFacts, Transform, Verdict } from "../contract.ts";
import { Consent, type Person } from "./opt_in_consent.ts";

const origins = ["live", "history"] as const;

const schema = z.strictObject({
  enabled: z.boolean().default(false).meta({
    description:
      "Whether customers are opted in at all; on is the merchant's word that they agreed",
    examples: [true, false],
  }),
  collection: z.string().regex(/^[\w.-]{1,64}$/, "Expected a name of letters, digits and _ . -")
    .default("sitoo").meta({
      description:
        "The contacts' collection at Ometria; one of their own, so that no other is touched",
      examples: ["sitoo"],
    }),
  respect_opt_outs: z.boolean().default(true).meta({
    description:
      "Looks every customer's profile up first and leaves alone who opted out; without it, opted-out people may be subscribed again",
    examples: [true, false],
  }),
  applies_to: z.array(z.enum(origins)).default(["live", "history"]).meta({
    description: "Which orders opt their customer in; the sweep's count as live",
    examples: [["live", "history"], ["live"]],
  }),
}).meta({ examples: [{ enabled: true }] });

/** Opts customers of the till in at Ometria. */
export const optIn = defineTransform({
  use: "opt-in",
  summary: "Opts customers in at Ometria",
  description:
    `Off, no contacts are sent: an order makes or joins a profile, without any marketing preference. On, every order
with a customer's address brings one contact record, \`EXPLICITLY_OPTEDIN\`, subscribed when the order was placed.

Sitoo's orders hold no consent, so switching it on says that people agreed at the till.

With \`respect_opt_outs\` each customer's profile is looked up first, and the decision kept for 24 hours under a keyed
hash of the address. Without a profile, or opted in already: the contact is sent. Opted out, unclear, or a look-up that
fails: it is not, and the order goes without it; a failed look-up is tried again ten minutes later at the earliest.

An order is pushed only after its contact was accepted or decided against. The contact's id is a keyed hash of the
address, the same every time, so a repeated contact is an update. Nothing here opts anybody out, and nothing forces
an opt-in over an opt-out. Nobody is opted in whose order goes out without a person: excluded addresses, and
people who asked to be forgotten.`,
  schema,
  takes: mappedOrderType,
  gives: mappedOrderType,
  create(options, services): Transform<MappedOrder, MappedOrder> {
    const types = { takes: mappedOrderType, gives: mappedOrderType };
    if (!options.enabled) {
      return {
        ...types,
        apply: (inputs) => inputs.map(({ record }) => ({ kind: "pass", record })),
      };
    }
    const consent = new Consent(services);
    return { ...types, apply };

    async function apply(
      inputs: readonly Input<MappedOrder>[],
      signal: AbortSignal,
    ): Promise<readonly Verdict<MappedOrder>[]> {
      const people = inputs.map((input) =>
        covers(input.facts) ? personOf(input.record, services.keyedHash) : undefined
      );
      const unsure = people.filter((person, index): person is Person =>
        person !== undefined && inputs[index]?.facts.consent === undefined
      );
      const allowed = options.respect_opt_outs
        ? await consent.allowed(unsure, signal)
        : new Set(unsure.map((person) => person.hash));
      return inputs.map(({ record, facts }, index): Verdict<MappedOrder> => {
        const person = people[index];
        if (person === undefined) return { kind: "pass", record };
        const isAllowed = facts.consent === undefined
          ? allowed.has(person.hash)
          : facts.consent === "given";
        if (!isAllowed) return { kind: "pass", record };
        const contact = contactOf(record, { person, collection: options.collection });
        return { kind: "pass", record: { ...record, contact } };
      });
    }

    function covers(facts: OrderFacts): boolean {
      return options.applies_to.includes(facts.origin === "history" ? "history" : "live");
    }
  },
});

/** The order's customer, unless the order goes out without a person. */
function personOf(
  { order }: MappedOrder,
  keyedHash: (text: string) => string,
): Person | undefined {
  const email = normaliseEmail(order.customer?.email ?? "");
  return email === undefined ? undefined : { email, hash: keyedHash(email) };
}

function contactOf(
  { order }: MappedOrder,
  { person, collection }: { readonly person: Person; readonly collection: string },
): OmetriaContact {
  const { id, firstname, lastname } = order.customer ?? {};
  return {
    "@type": "contact",
    "@collection": collection,
    "@merge": true,
    id: `c-${person.hash.slice(0, 24)}`,
    email: person.email,
    ...(id === undefined ? {} : { customer_id: id }),
    ...(firstname === undefined ? {} : { firstname }),
    ...(lastname === undefined ? {} : { lastname }),
    marketing_optin: "EXPLICITLY_OPTEDIN",
    timestamp_subscribed: order.timestamp,
  };
}
