import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../std/assert.ts";
import { Decimal, minorDigits } from "./money.ts";

const anyDecimal = fc.tuple(
  fc.oneof(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt(-100_000n, 100_000n)),
  fc.nat({ max: 6 }),
).map(([units, scale]) => new Decimal(units, scale));

const anyAmount = fc.tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.nat({ max: 4 }))
  .map(([units, scale]) => new Decimal(units, scale));

function same(left: Decimal, right: Decimal): void {
  assert(left.equals(right), `${left} is not ${right}`);
}

Deno.test("Decimal.parse() reads what Sitoo writes", () => {
  const cases: [string | number, string][] = [
    ["199.20", "199.20"],
    ["-0.50", "-0.50"],
    ["+7", "7"],
    ["-0.00", "0.00"],
    ["0012.5", "12.5"],
    ["123456789012345678901234567890.12", "123456789012345678901234567890.12"],
    [-25, "-25"],
    [0.1, "0.1"],
  ];
  for (const [input, text] of cases) assertEquals(Decimal.parse(input).toString(), text);
});

Deno.test("Decimal.parse() refuses what is no decimal", () => {
  for (
    const text of [
      "",
      "-",
      ".5",
      "5.",
      "1,5",
      "1e3",
      " 1",
      "1 ",
      "1.2.3",
      "0x10",
      "--1",
      "Infinity",
    ]
  ) assertThrows(() => Decimal.parse(text), SyntaxError, "Cannot read an amount");
  for (const value of [NaN, Infinity, 1e21, 1e-7]) {
    assertThrows(() => Decimal.parse(value), SyntaxError);
  }
});

Deno.test("Decimal.parse() reads back what toString() wrote", () => {
  fc.assert(fc.property(anyDecimal, (value) => {
    const again = Decimal.parse(value.toString());
    assertEquals(again.toString(), value.toString());
    assertEquals(again.scale, value.scale);
  }));
});

Deno.test("Decimal sums obey the laws of addition, also past safe integers", () => {
  fc.assert(fc.property(anyDecimal, anyDecimal, anyDecimal, (a, b, c) => {
    same(a.plus(b), b.plus(a));
    same(a.plus(b).plus(c), a.plus(b.plus(c)));
    same(a.minus(b).plus(b), a);
    same(a.plus(a.negated()), Decimal.zero);
    same(Decimal.sum([a, b, c]), c.plus(b).plus(a));
    assertEquals(a.compare(b), b.compare(a) === 0 ? 0 : b.compare(a) === 1 ? -1 : 1);
  }));
});

Deno.test("Decimal goes on exactly where a safe integer ends", () => {
  const most = new Decimal(Number.MAX_SAFE_INTEGER, 2);
  const cases: readonly (readonly [Decimal, string])[] = [
    [most.plus(most), "180143985094819.82"],
    [most.plus(new Decimal(1, 2)), "90071992547409.92"],
    [most.negated().minus(most), "-180143985094819.82"],
    [most.plus(most).minus(most), "90071992547409.91"],
    [most.times(10), "900719925474099.10"],
    [most.times(most), "8112963841460666368139049566.2081"],
    [most.dividedBy(1, 4), "90071992547409.9100"],
    [most.dividedBy(3, 2), "30023997515803.30"],
    [most.negated().dividedBy(2, 2), "-45035996273704.96"],
    [Decimal.parse("90071992547409.915").round(2), "90071992547409.92"],
    [Decimal.parse("-900719925474099.155").round(2), "-900719925474099.16"],
  ];
  for (const [value, text] of cases) assertEquals(value.toString(), text);
});

Deno.test("Decimal products obey the laws of multiplication, also past safe integers", () => {
  fc.assert(fc.property(anyDecimal, anyDecimal, anyDecimal, (a, b, c) => {
    same(a.times(b), b.times(a));
    same(a.times(b.plus(c)), a.times(b).plus(a.times(c)));
    same(a.times(-1), a.negated());
  }));
});

Deno.test("Decimal.round() is never more than half a unit away, and then away from zero", () => {
  fc.assert(fc.property(anyDecimal, fc.nat({ max: 5 }), (value, digits) => {
    const rounded = value.round(digits);
    const half = new Decimal(5, digits + 1);
    const off = rounded.minus(value).abs();
    assert(off.compare(half) <= 0);
    if (off.equals(half)) assert(rounded.abs().compare(value.abs()) > 0);
    assert(rounded.scale <= Math.max(digits, 0) || value.scale <= digits);
  }));
});

Deno.test("Decimal.round() rounds halves away from zero", () => {
  assertEquals(Decimal.parse("1.005").round(2).toString(), "1.01");
  assertEquals(Decimal.parse("-1.005").round(2).toString(), "-1.01");
  assertEquals(Decimal.parse("1.00499").round(2).toString(), "1.00");
  assertEquals(Decimal.parse("1090.50").round(0).toString(), "1091");
  assertEquals(Decimal.parse("0.75").round(1).toString(), "0.8");
  assertEquals(Decimal.parse("-0.75").round(1).toString(), "-0.8");
});

Deno.test("Decimal.dividedBy() is the rounded product's inverse", () => {
  fc.assert(fc.property(anyDecimal, anyDecimal, fc.nat({ max: 4 }), (value, divisor, digits) => {
    fc.pre(!divisor.isZero);
    const quotient = value.dividedBy(divisor, digits);
    const off = quotient.times(divisor).minus(value).abs();
    const half = new Decimal(5, digits + 1).times(divisor).abs();
    assert(off.compare(half) <= 0, `${value} / ${divisor} is not ${quotient}`);
    same(value.times(divisor).dividedBy(divisor, 8), value);
  }));
});

Deno.test("Decimal.dividedBy() refuses zero", () => {
  for (const amount of ["1.00", "0.00", "123456789012345678901"]) {
    const divide = (): Decimal => Decimal.parse(amount).dividedBy(0, 2);
    assertThrows(divide, RangeError, "Cannot divide an amount by zero");
  }
});

Deno.test("Decimal.toNumber() has the decimal's text in JSON", () => {
  fc.assert(fc.property(anyAmount, (value) => {
    const number = value.toNumber();
    assertEquals(number, Number(value.toString()));
    same(Decimal.parse(JSON.stringify(number)), value);
    assert(!Object.is(number, -0));
  }));
});

Deno.test("Decimal.toNumber() refuses an amount that JSON numbers cannot tell apart", () => {
  assertThrows(() => Decimal.parse("12345678901234567.89").toNumber(), RangeError);
  assertThrows(() => Decimal.parse("0.0000000001").toNumber(), RangeError);
  assertEquals(Decimal.parse("9007199254740991").toNumber(), 9007199254740991);
});

Deno.test("Decimal keeps no negative zero", () => {
  assert(Object.is(Decimal.parse("-0.00").toNumber(), 0));
  assert(Object.is(Decimal.parse("0.00").negated().toNumber(), 0));
  assert(Object.is(Decimal.parse("-0.004").round(2).toNumber(), 0));
});

Deno.test("Decimal refuses units that are not whole", () => {
  assertThrows(() => new Decimal(0.5, 0), RangeError);
  assertThrows(() => new Decimal(2 ** 53, 0), RangeError);
  assertThrows(() => new Decimal(1, -1), RangeError);
  assertThrows(() => new Decimal(1, 0.5), RangeError);
});

Deno.test("minorDigits() knows the currencies without hundredths", () => {
  assertEquals(["SEK", "JPY", "KRW", "ISK", "KWD", "BHD", "CLF"].map(minorDigits), [
    2,
    0,
    0,
    0,
    3,
    3,
    4,
  ]);
});
