import { at, hash } from "./random.ts";

/** A made-up customer. Addresses are of reserved domains only. */
export interface Person {
  /** As a till would have it: now and then with capitals or blanks around it. */
  readonly email: string;
  readonly first: string;
  readonly last: string;
}

const FIRST: readonly string[] = [
  "Maja",
  "Nils",
  "Elsa",
  "Åke",
  "Saga",
  "Björn",
  "Leo",
  "Ava",
  "Zoë",
  "Omar",
  "Linnéa",
  "Kai",
];
const LAST: readonly string[] = [
  "Ek",
  "Bo",
  "Lind",
  "Åberg",
  "Östlund",
  "Hart",
  "Reed",
  "O'Dell",
  "Sjö",
  "Nyström",
];
const DOMAINS: readonly string[] = ["example.com", "example.net", "example.org"];

/** Customer number `n` of a seed. */
export function personOf(seed: number, n: number): Person {
  const h = hash(seed, n, 991);
  const first = at(FIRST, h % FIRST.length);
  const last = at(LAST, (h >>> 8) % LAST.length);
  const local = `${plain(first)}.${plain(last)}.${n}`;
  const email = `${local}@${at(DOMAINS, (h >>> 16) % DOMAINS.length)}`;
  const odd = (h >>> 20) % 40;
  if (odd === 0) return { email: email.toUpperCase(), first, last };
  if (odd === 1) return { email: ` ${email} `, first, last };
  return { email, first, last };
}

function plain(name: string): string {
  return name.normalize("NFD").replaceAll(/[^A-Za-z]/g, "").toLowerCase();
}
