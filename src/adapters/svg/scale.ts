/** From a value to a pixel. */
export type Scale = (value: number) => number;

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const span = domain[1] - domain[0];
  return (value) => range[0] + (span === 0 ? 0 : (value - domain[0]) / span) * (range[1] - range[0]);
}

/** @param domain both above 0 */
export function logarithmicScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const linear = linearScale([Math.log(domain[0]), Math.log(domain[1])], range);
  return (value) => linear(Math.log(value));
}

/** Powers of ten from `from` to `to`, both above 0, with 2 and 5 times them where there is room: at most `countMax`, but two. */
export function logarithmicTicks(from: number, to: number, countMax: number): readonly number[] {
  const first = Math.floor(Math.log10(from));
  const powers = Array.from({ length: Math.ceil(Math.log10(to)) - first + 1 }, (_, at) => first + at);
  const within = (factors: readonly number[]): readonly number[] =>
    powers
      .flatMap((power) => factors.map((factor) => tidy(factor * 10 ** power)))
      .filter((value) => value >= from && value <= to);
  const found = [[1, 2, 5], [1, 3], [1]].map(within).find(({ length }) => length <= countMax);
  if (found !== undefined) return found;
  const every = Math.ceil(within([1]).length / Math.max(2, countMax));
  return within([1]).filter((_, at) => at % every === 0);
}

/** Round values from `from` to `to`, at most `countMax` of them and at least one step apart: 1, 2 or 5 times a power of ten. */
export function ticks(from: number, to: number, countMax: number): readonly number[] {
  const rough = (to - from) / Math.max(1, countMax);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => tidy((first + index) * step));
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
