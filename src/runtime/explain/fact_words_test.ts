import { assertEquals } from "../../std/assert.ts";
import type { SitooFacts } from "./explanation.ts";
import { factWords } from "./fact_words.ts";

const facts: SitooFacts = {
  site: 1,
  placedAt: 0,
  orderstateid: 10,
  paymentstateid: 20,
  ordertypeid: 10,
  total: "249.00",
  currency: "SEK",
  lines: 1,
  till: true,
  warehouse: 3,
  receipt: "SII50211",
  email: "usable",
};

Deno.test("factWords() says state, money and place", () => {
  assertEquals(factWords(facts), {
    state: "order, closed, paid",
    money: "249.00 SEK, 1 line, a usable email address",
    place: "site 1, warehouse 3, at a till, receipt SII50211",
  });
});

Deno.test("factWords() gives numbers that it does not know as they are", () => {
  const odd = factWords({ ...facts, orderstateid: 99, ordertypeid: 7, paymentstateid: 8 });
  assertEquals(odd.state, "ordertypeid 7, orderstateid 99, paymentstateid 8");
});
