/**
 * A sum of numbers without any rounding: a whole number times a power of 2. The order of what is added makes no difference, which is
 * why parts of a simulation come to the same bits however they are divided.
 */
export class ExactSum {
  #mantissa: bigint;
  #exponent: number;

  constructor(mantissa = 0n, exponent = 0) {
    this.#mantissa = mantissa;
    this.#exponent = exponent;
  }

  static of(value: number): ExactSum {
    const { mantissa, exponent } = partsOf(value);
    return new ExactSum(mantissa, exponent);
  }

  static product(one: number, other: number): ExactSum {
    return ExactSum.of(one).times(other);
  }

  add(other: ExactSum): void {
    const exponent = Math.min(this.#exponent, other.#exponent);
    this.#mantissa =
      (this.#mantissa << BigInt(this.#exponent - exponent)) +
      (other.#mantissa << BigInt(other.#exponent - exponent));
    this.#exponent = exponent;
  }

  times(factor: number): ExactSum {
    const { mantissa, exponent } = partsOf(factor);
    return new ExactSum(this.#mantissa * mantissa, this.#exponent + exponent);
  }

  /** The nearest number. */
  value(): number {
    const size = this.#mantissa < 0n ? -this.#mantissa : this.#mantissa;
    const surplus = Math.max(0, size.toString(16).length * 4 - digitsKept);
    const kept = size >> BigInt(surplus);
    const isCut = kept << BigInt(surplus) !== size;
    const rounded = Number((kept << 1n) | (isCut ? 1n : 0n));
    const scaled = scaledBy(rounded, this.#exponent + surplus - 1);
    return this.#mantissa < 0n ? -scaled : scaled;
  }

  /** One text for one sum: the whole number in hexadecimal, without a factor 2, and the power of 2. */
  toText(): string {
    let [mantissa, exponent] = [this.#mantissa, this.#exponent];
    if (mantissa === 0n) return "0p0";
    while ((mantissa & 0xffffffffn) === 0n) [mantissa, exponent] = [mantissa >> 32n, exponent + 32];
    while ((mantissa & 1n) === 0n) [mantissa, exponent] = [mantissa >> 1n, exponent + 1];
    return `${mantissa.toString(16)}p${exponent}`;
  }

  /** @returns `null` when the text is none of `toText` */
  static fromText(text: string): ExactSum | null {
    const [, sign, digits, exponent] = /^(-?)([0-9a-f]{1,2000})p(-?\d{1,6})$/.exec(text) ?? [];
    if (digits === undefined) return null;
    const mantissa = BigInt(`0x${digits}`);
    return new ExactSum(sign === "-" ? -mantissa : mantissa, Number(exponent));
  }
}

/** Bits that are enough to round rightly with what follows told as one bit more. */
const digitsKept = 80;

const double = new Float64Array(1);
const bitsOfDouble = new BigUint64Array(double.buffer);

/** A finite number as a whole number times a power of 2, exactly. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  double[0] = value;
  const bits = bitsOfDouble[0] as bigint;
  const fraction = bits & 0xfffffffffffffn;
  const biased = Number((bits >> 52n) & 0x7ffn);
  const size = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -size : size, exponent: Math.max(1, biased) - 1075 };
}

/** In two steps, for one power of 2 may lie outside what a number can hold where the product does not. */
function scaledBy(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
