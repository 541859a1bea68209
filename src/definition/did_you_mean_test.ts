import fc from "fast-check";
import { assert, assertEquals } from "../std/assert.ts";
import { didYouMean, nearest } from "./did_you_mean.ts";

const keys = ["page_size", "start_date", "min_age", "enabled"];

Deno.test("nearest() finds a misspelt word, whatever its case and separators", () => {
  assertEquals(nearest("page_sise", keys), "page_size");
  assertEquals(nearest("pageSize", keys), "page_size");
  assertEquals(nearest("PAGE-SIZE", keys), "page_size");
  assertEquals(nearest("enable", keys), "enabled");
  assertEquals(nearest("nmae", ["name", "none"]), "name");
});

Deno.test("nearest() guesses nothing when nothing is near", () => {
  assertEquals(nearest("colour", keys), undefined);
  assertEquals(nearest("x", keys), undefined);
  assertEquals(nearest("x", []), undefined);
});

Deno.test("nearest() answers every candidate with itself", () => {
  fc.assert(fc.property(fc.constantFrom(...keys), (key) => assertEquals(nearest(key, keys), key)));
});

Deno.test("nearest() gives a candidate or nothing for any word", () => {
  fc.assert(fc.property(fc.string(), (word) => {
    const found = nearest(word, keys);
    assert(found === undefined || keys.includes(found));
  }));
});

Deno.test("didYouMean() lists the choices when none is near", () => {
  assertEquals(didYouMean("page_sise", keys), 'Did you mean "page_size"?');
  assertEquals(didYouMean("zzz", ["on", "off"]), "Choose from: on, off");
  assertEquals(didYouMean("zzz", []), undefined);
});
