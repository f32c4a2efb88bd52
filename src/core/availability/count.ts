import type { Chances } from "./chance.ts";

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
export function signedChances({ failed, works }: Chances, signs: Uint8Array): Chances {
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
