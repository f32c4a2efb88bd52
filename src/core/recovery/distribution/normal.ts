const tableStep = 1 / 16;
const tableFrom = -39;
const tableTo = 9;

const tableLength = (tableTo - tableFrom) / tableStep + 1;
const shares = new Float64Array(tableLength);
const densities = new Float64Array(tableLength);
for (let at = 0; at < tableLength; at++) {
  const z = tableFrom + at * tableStep;
  densities[at] = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  shares[at] = z > 0 ? 1 - tailAbove(z / Math.SQRT2) / 2 : tailAbove(-z / Math.SQRT2) / 2;
}

/**
 * Φ(z): share of a standard normal distribution below z, right to 1e-12 of itself also where it is very small: Taylor's series about
 * the nearest of a table.
 */
export function normalShareBelow(z: number): number {
  if (z >= tableTo) return 1;
  if (z < tableFrom + tableStep) return 0;
  const at = Math.round((z - tableFrom) / tableStep);
  const near = tableFrom + at * tableStep;
  const off = z - near;
  let before = 0;
  let derivative = densities[at] as number;
  let power = off;
  let share = shares[at] as number;
  let last = 0;
  for (let order = 1; order <= 20; order++) {
    const term = derivative * power;
    share += term;
    // Near 0 every other term is 0.
    if (order > 1 && Math.abs(term) + Math.abs(last) < share * 1e-17) break;
    last = term;
    const next = -near * derivative - (order - 1) * before;
    before = derivative;
    derivative = next;
    power *= off / (order + 1);
  }
  return share;
}

/** erfc(x) for x ≥ 0: a series of positive terms, and the continued fraction where that would lose digits. */
function tailAbove(x: number): number {
  const peak = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2.5) {
    let term = x;
    let total = x;
    for (let order = 1; term > total * 1e-17; order++) {
      term *= (2 * x * x) / (2 * order + 1);
      total += term;
    }
    return 1 - 2 * peak * total;
  }
  let fraction = x;
  for (let order = 60; order >= 1; order--) fraction = x + order / 2 / fraction;
  return peak / fraction;
}
