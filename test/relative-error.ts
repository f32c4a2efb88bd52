/** How far `value` is from what it should be, as a part of that; the plain distance from 0. */
export function relativeError(value: number, expected: number): number {
  return expected === 0 ? Math.abs(value) : Math.abs(value - expected) / Math.abs(expected);
}
