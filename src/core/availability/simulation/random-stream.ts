import { mixed } from "./mixing.ts";
import { exponentialFrom } from "./ziggurat.ts";

/** What streams of chance are for; each purpose has its own. */
export const purposes = { replications: 1, pilot: 2, biasing: 3, splitting: 4 } as const;

/** Words made at once: in a row they cost half of what they cost one by one. */
const wordsAtOnce = 256;

/**
 * Chance that comes from a seed: the same seed and place give the same numbers on every machine (xoshiro128++ by Blackman and Vigna).
 * The state is a mix of (seed, purpose, index) that loses nothing, so no two of them begin alike and each replication has a stream
 * of its own, whichever machine runs it.
 */
export class RandomStream {
  readonly #state: Int32Array;
  readonly #words = new Int32Array(wordsAtOnce);
  #used = wordsAtOnce;

  /** @param seed whole, at least 0; `purpose` and `index` below 2^32 */
  constructor(seed: number, purpose: number, index: number) {
    const words = mixed([seed, Math.floor(seed / 2 ** 32), purpose, index]);
    // From a state of zeros the generator never leaves.
    this.#state = Int32Array.from(words.some((word) => word !== 0) ? words : [1, 0, 0, 0]);
  }

  /** 32 random bits, as a signed whole number. */
  bits(): number {
    if (this.#used === wordsAtOnce) this.#refill();
    const word = this.#words[this.#used] as number;
    this.#used += 1;
    return word;
  }

  /** Above 0 and below 1, in steps of 2^-52: a chance of 1 in 10^12 is still met as often as it should be. */
  share(): number {
    return ((this.bits() >>> 6) * 2 ** 26 + (this.bits() >>> 6) + 0.5) * 2 ** -52;
  }

  /** A waiting time without memory, by its mean. */
  exponential(mean: number): number {
    return exponentialFrom(this) * mean;
  }

  /** Mean 0, standard deviation 1, by Marsaglia's polar method, of which one half is thrown away: a stream keeps no second state. */
  normal(): number {
    for (;;) {
      const x = 2 * this.share() - 1;
      const y = 2 * this.share() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** Whole, from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.share() * limit);
  }

  #refill(): void {
    const state = this.#state;
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let at = 0; at < wordsAtOnce; at += 1) {
      const sum = (a + d) | 0;
      this.#words[at] = (((sum << 7) | (sum >>> 25)) + a) | 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    state.set([a, b, c, d]);
    this.#used = 0;
  }
}
