const steps = 20_000_000;
const rounds = 5;

/**
 * Nanoseconds of one step of a chain of whole-number products and sums, the median of some rounds: how fast the machine is just now,
 * so that figures of two days can be held against each other. A virtual machine may be three times slower an hour later.
 */
export function paceOfMachine(): number {
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    let value = 1;
    for (let step = 0; step < steps; step += 1) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
    // What is not read might not be worked out.
    return value === 0 ? Number.NaN : ((performance.now() - begun) * 1e6) / steps;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}
