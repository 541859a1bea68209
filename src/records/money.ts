/**
 * Decimal numbers for money: exact from the API's text to the JSON number that is sent.
 *
 * Amounts of a till fit a safe integer of minor units, so that is what is calculated with; whatever
 * does not fit goes through BigInt and gives the same result.
 *
 * @module
 */

const powers: readonly number[] = Array.from({ length: 16 }, (_, digits) => 10 ** digits);

/** Integers with at most 15 digits are told apart by a JSON number, whatever their decimal point. */
const exactInJson = 1e15;

/** An exact decimal number. Immutable. */
export class Decimal {
  static readonly zero: Decimal = new Decimal(0, 0);

  readonly #units: number | bigint;
  readonly #scale: number;

  /** `units` times 10 to the power of minus `scale`: `new Decimal(19920, 2)` is 199.20. */
  constructor(units: number | bigint, scale: number) {
    if (!Number.isSafeInteger(scale) || scale < 0) {
      throw new RangeError("Cannot make a decimal: its scale has to be a whole number from 0");
    }
    this.#units = normalise(units);
    this.#scale = scale;
  }

  /**
   * Reads an amount as Sitoo writes it, `[-+]?\d+(\.\d+)?`, or a number in place of that text.
   *
   * @throws {SyntaxError} for anything else
   */
  static parse(value: string | number): Decimal {
    const text = typeof value === "number" ? String(value) : value;
    return parseShort(text) ?? parseLong(text);
  }

  /** The sum of all; zero when there are none. */
  static sum(values: Iterable<Decimal>): Decimal {
    let total = Decimal.zero;
    for (const value of values) total = total.plus(value);
    return total;
  }

  /** How many digits stand after the point. */
  get scale(): number {
    return this.#scale;
  }

  /** -1, 0 or 1. */
  get sign(): -1 | 0 | 1 {
    return this.#units > 0 ? 1 : this.#units < 0 ? -1 : 0;
  }

  get isZero(): boolean {
    return this.sign === 0;
  }

  get isNegative(): boolean {
    return this.sign < 0;
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.#scale, other.#scale);
    return new Decimal(add(this.#unitsAt(scale), other.#unitsAt(scale)), scale);
  }

  minus(other: Decimal): Decimal {
    const scale = Math.max(this.#scale, other.#scale);
    return new Decimal(add(this.#unitsAt(scale), -other.#unitsAt(scale)), scale);
  }

  negated(): Decimal {
    return new Decimal(-this.#units, this.#scale);
  }

  abs(): Decimal {
    return this.isNegative ? this.negated() : this;
  }

  times(factor: Decimal | number): Decimal {
    const other = typeof factor === "number" ? new Decimal(factor, 0) : factor;
    const left = this.#units;
    const right = other.#units;
    const scale = this.#scale + other.#scale;
    if (typeof left === "number" && typeof right === "number") {
      const units = left * right;
      if (Number.isSafeInteger(units)) return new Decimal(units, scale);
    }
    return new Decimal(BigInt(left) * BigInt(right), scale);
  }

  /**
   * The quotient with `digits` after the point, halves rounded away from zero.
   *
   * @throws {RangeError} when the divisor is zero
   */
  dividedBy(divisor: Decimal | number, digits: number): Decimal {
    const other = typeof divisor === "number" ? new Decimal(divisor, 0) : divisor;
    if (other.isZero) throw new RangeError("Cannot divide an amount by zero");
    const shift = digits + other.#scale - this.#scale;
    return new Decimal(
      divide(
        shift >= 0 ? raise(this.#units, shift) : this.#units,
        shift >= 0 ? other.#units : raise(other.#units, -shift),
      ),
      digits,
    );
  }

  /** At most `digits` after the point, halves rounded away from zero. */
  round(digits: number): Decimal {
    if (this.#scale <= digits) return this;
    return new Decimal(divide(this.#units, raise(1, this.#scale - digits)), digits);
  }

  /** Negative, zero or positive, as `Array.sort` wants it. */
  compare(other: Decimal): -1 | 0 | 1 {
    const scale = Math.max(this.#scale, other.#scale);
    const left = this.#unitsAt(scale);
    const right = other.#unitsAt(scale);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  equals(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  /** The smaller of the two. */
  min(other: Decimal): Decimal {
    return this.compare(other) <= 0 ? this : other;
  }

  /** All digits of its scale: `199.20`, `-0.50`. */
  toString(): string {
    const digits = String(this.#units < 0 ? -this.#units : this.#units)
      .padStart(this.#scale + 1, "0");
    const sign = this.isNegative ? "-" : "";
    if (this.#scale === 0) return sign + digits;
    const point = digits.length - this.#scale;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  /**
   * The number whose JSON text is this decimal without trailing zeros.
   *
   * @throws {RangeError} when no JSON number of JavaScript has that text
   */
  toNumber(): number {
    const units = this.#units;
    if (typeof units === "number" && Math.abs(units) < exactInJson && this.#scale <= 6) {
      // Both are whole numbers held exactly, so the one rounding of the division is that of parsing.
      return units / (powers[this.#scale] ?? 1);
    }
    const value = Number(this.toString());
    if (!/^-?\d+(\.\d+)?$/.test(String(value)) || !Decimal.parse(value).equals(this)) {
      throw new RangeError("Cannot write an amount as a JSON number: it has too many digits");
    }
    return value;
  }

  /** So that a decimal put into JSON by mistake is text and loses nothing. */
  toJSON(): string {
    return this.toString();
  }

  /** The same amount in units of a scale that is no smaller. */
  #unitsAt(scale: number): number | bigint {
    return scale === this.#scale ? this.#units : raise(this.#units, scale - this.#scale);
  }
}

/** ISO 4217: currencies whose minor unit is not a hundredth. */
const unusualDigits: ReadonlyMap<string, number> = new Map([
  ...names("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
  ...names("BHD IQD JOD KWD LYD OMR TND", 3),
  ...names("CLF UYW", 4),
]);

/** Digits after the point in a currency's amounts, by ISO 4217: 2 for SEK, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return unusualDigits.get(currency) ?? 2;
}

function names(codes: string, digits: number): [string, number][] {
  return codes.split(" ").map((code) => [code, digits]);
}

function normalise(units: number | bigint): number | bigint {
  if (typeof units === "number") {
    if (!Number.isSafeInteger(units)) {
      throw new RangeError("Cannot make a decimal: its units have to be a safe whole number");
    }
    return units + 0; // -0 becomes 0
  }
  const small = Number(units);
  return Number.isSafeInteger(small) ? small : units;
}

/** Texts of up to 15 characters, digit by digit: the way of nearly every amount. */
function parseShort(text: string): Decimal | undefined {
  if (text.length > 15) return undefined;
  const first = text.charCodeAt(0);
  let units = 0;
  let point = -1;
  let index = first === 45 || first === 43 ? 1 : 0;
  const start = index;
  for (; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === -2 && point < 0 && index > start) point = index;
    else return undefined;
  }
  if (index === start || point === text.length - 1) return undefined;
  return new Decimal(first === 45 ? -units : units, point < 0 ? 0 : text.length - 1 - point);
}

function parseLong(text: string): Decimal {
  const match = /^([-+]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new SyntaxError("Cannot read an amount: it is no decimal number");
  const fraction = match[3] ?? "";
  const units = BigInt(`${match[2]}${fraction}`);
  return new Decimal(match[1] === "-" ? -units : units, fraction.length);
}

function add(left: number | bigint, right: number | bigint): number | bigint {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(left) + BigInt(right);
}

function raise(units: number | bigint, digits: number): number | bigint {
  const factor = powers[digits];
  if (typeof units === "number" && factor !== undefined) {
    const raised = units * factor;
    if (Number.isSafeInteger(raised)) return raised;
  }
  return BigInt(units) * 10n ** BigInt(digits);
}

/** Whole quotient, halves away from zero. */
function divide(numerator: number | bigint, divisor: number | bigint): number | bigint {
  if (typeof numerator === "number" && typeof divisor === "number") {
    // The remainder is exact, so what is left divides without rounding.
    const rest = Math.abs(numerator % divisor);
    const quotient = Math.trunc((Math.abs(numerator) - rest) / Math.abs(divisor));
    const rounded = rest >= Math.abs(divisor) - rest ? quotient + 1 : quotient;
    return (numerator < 0) === (divisor < 0) ? rounded : -rounded;
  }
  return divideBig(BigInt(numerator), BigInt(divisor));
}

function divideBig(numerator: bigint, divisor: bigint): bigint {
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = divisor < 0n ? -divisor : divisor;
  const rounded = (2n * top + bottom) / (2n * bottom);
  return (numerator < 0n) === (divisor < 0n) ? rounded : -rounded;
}
