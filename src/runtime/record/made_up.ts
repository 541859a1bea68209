import type { PersonalKind } from "../desk/personal.ts";

/** What can be made up: what tells of a person, and what could lead to one. */
export type MadeUpKind = PersonalKind | "receipt" | "guid";

const firstNames = [
  "Maja",
  "Nils",
  "Elsa",
  "Olle",
  "Tyra",
  "Hugo",
  "Vera",
  "Axel",
  "Signe",
  "Ivar",
];
const lastNames = ["Ek", "Bo", "Lind", "Berg", "Dahl", "Holm", "Lund", "Ahl", "Falk", "Strand"];

/** How many candidates are tried before one is taken that resembles an original after all. */
const tries = 200;
/** Shorter texts are found in everything. */
const telling = 3;

/**
 * Makes values up in place of personal ones. The same original of a kind always gives the same value,
 * whatever its case, and no value is or holds one of the originals.
 */
export class MadeUp {
  readonly #originals: readonly string[];
  readonly #given = new Map<string, string>();
  readonly #next = new Map<MadeUpKind, number>();

  /** @param originals every personal text, in lower case, that no value may hold */
  constructor(originals: ReadonlySet<string>) {
    this.#originals = [...originals];
  }

  /** The value in place of an original; nothing in place of nothing. */
  of(kind: MadeUpKind, original: string): string {
    const text = original.trim().toLowerCase();
    if (text === "") return "";
    const key = `${kind}\n${text}`;
    const value = this.#given.get(key) ?? this.#make(kind, text);
    this.#given.set(key, value);
    return value;
  }

  #make(kind: MadeUpKind, original: string): string {
    let value = "";
    for (let attempt = 0; attempt < tries; attempt++) {
      const number = this.#next.get(kind) ?? 0;
      this.#next.set(kind, number + 1);
      value = make(kind, number);
      const made = value.toLowerCase();
      const resembles = this.#originals.some((one) =>
        made === one || (one.length >= telling && made.includes(one))
      );
      if (made !== original && !resembles) return value;
    }
    return value;
  }
}

function make(kind: MadeUpKind, number: number): string {
  const round = Math.floor(number / firstNames.length);
  const more = round === 0 ? "" : String(round + 1);
  const first = (firstNames[number % firstNames.length] ?? "Maja") + more;
  const last = (lastNames[(number + round) % lastNames.length] ?? "Ek") + more;
  const ordinal = number + 1;
  switch (kind) {
    case "email":
      return `${first}.${last}@example.com`.toLowerCase();
    case "first-name":
      return first;
    case "last-name":
      return last;
    case "company":
      return `Company ${ordinal}`;
    case "phone":
      return `+46700000${String(ordinal).padStart(3, "0")}`;
    case "street":
      return `Street ${ordinal}`;
    case "city":
      return `Town ${ordinal}`;
    case "region":
      return `Region ${ordinal}`;
    case "postcode":
      return String(10_000 + ordinal);
    case "national-id":
      return `000000-${String(ordinal).padStart(4, "0")}`;
    case "text":
      return `Words ${ordinal}`;
    case "code":
      return `CODE-${ordinal}`;
    case "receipt":
      return `SII${String(ordinal).padStart(18, "0")}`;
    case "guid":
      return `{00000000-0000-4000-8000-${String(ordinal).padStart(12, "0")}}`;
  }
}
