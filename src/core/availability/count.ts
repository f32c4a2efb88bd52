import type { Chances } from "./chances.ts";

/** A gate that counts inputs of which each is read by nothing else: `sign` and `signs` 1 negate. */
export interface CountGate {
  readonly least: number;
  readonly signs: Uint8Array;
  readonly sign: 0 | 1;
}

/** How likely `least` or more of independent inputs are true, and fewer: sums of products, in n × min(least, n − least + 1) steps. */
export function countChance(gate: CountGate, read: Chances): { failed: number; works: number } {
  const { least, signs, sign } = gate;
  const signed = signedChances(read, signs);
  const { atLeast, fewer } = tailsOf(signed.failed, signed.works, least);
  return sign === 0 ? { failed: atLeast, works: fewer } : { failed: fewer, works: atLeast };
}

/** Chances of the inputs as the gate reads them. */
function signedChances({ failed, works }: Chances, signs: Uint8Array): Chances {
  return {
    failed: failed.map((value, index) => (signs[index] === 0 ? value : (works[index] as number))),
    works: works.map((value, index) => (signs[index] === 0 ? value : (failed[index] as number))),
  };
}

function tailsOf(yes: Float64Array, no: Float64Array, least: number): { atLeast: number; fewer: number } {
  const count = yes.length;
  if (2 * least > count + 1) {
    // Counting those that are not true is shorter: `least` are true unless more than count − least are not.
    const { atLeast, fewer } = tailsOf(no, yes, count - least + 1);
    return { atLeast: fewer, fewer: atLeast };
  }
  const exactly = new Float64Array(least);
  exactly[0] = 1;
  let atLeast = 0;
  for (let index = 0; index < count; index += 1) {
    const p = yes[index] as number;
    const q = no[index] as number;
    atLeast += p * (exactly[least - 1] as number);
    for (let already = least - 1; already > 0; already -= 1) {
      exactly[already] = q * (exactly[already] as number) + p * (exactly[already - 1] as number);
    }
    exactly[0] = q * exactly[0];
  }
  return { atLeast, fewer: exactly.reduce((sum, each) => sum + each, 0) };
}

/**
 * How the chance of a count changes with that of each input: how likely just one too few of all the others are true. Each half of
 * the inputs is handed what the other half comes to, and so on down to one: nothing is taken back out of a sum.
 */
export function countSlopes({ least, signs, sign }: CountGate, read: Chances): Float64Array {
  const { failed, works } = signedChances(read, signs);
  const count = failed.length;
  const isShort = 2 * least <= count + 1;
  const yes = isShort ? failed : works;
  const no = isShort ? works : failed;
  const needed = isShort ? least : count - least + 1;
  const slopes = new Float64Array(count);
  const none = new Float64Array(needed);
  none[0] = 1;
  spread({ yes, no, slopes }, none, [0, count]);
  return slopes.map((value, index) => (signs[index] === sign ? value : -value));
}

interface Spreading {
  readonly yes: Float64Array;
  readonly no: Float64Array;
  readonly slopes: Float64Array;
}

/** @param outside how likely just so many of the inputs outside of the range are true */
function spread(all: Spreading, outside: Float64Array, [from, to]: readonly [number, number]): void {
  if (to - from === 1) {
    all.slopes[from] = outside[outside.length - 1] as number;
    return;
  }
  const middle = (from + to) >> 1;
  spread(all, joined(all, outside, [middle, to]), [from, middle]);
  spread(all, joined(all, outside, [from, middle]), [middle, to]);
}

function joined(
  { yes, no }: Spreading,
  outside: Float64Array,
  [from, to]: readonly [number, number],
): Float64Array {
  const exactly = outside.slice();
  for (let index = from; index < to; index += 1) takeIn(exactly, yes[index] as number, no[index] as number);
  return exactly;
}

/** One more input: how likely just so many are true, with it. */
function takeIn(exactly: Float64Array, p: number, q: number): void {
  for (let already = exactly.length - 1; already > 0; already -= 1) {
    exactly[already] = q * (exactly[already] as number) + p * (exactly[already - 1] as number);
  }
  exactly[0] = q * (exactly[0] as number);
}
