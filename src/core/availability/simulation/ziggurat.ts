/**
 * Exponential times of mean 1 by the ziggurat of Marsaglia and Tsang (2000): 256 layers of equal area, of which 98 in 100 draws need a
 * look at a table and no logarithm. The lowest layer begins anew beyond its edge, for what is left has no memory.
 */
const layers = 256;
const edge = 7.697117470131487;
const area = 0.003949659822581572;

/** By layer, how far it reaches, the lowest first: that one as wide as its area asks for. Then 0, the tip. */
const widths = new Float64Array(layers + 1);
const heights = new Float64Array(layers + 1);
widths[0] = area * Math.exp(edge);
widths[1] = edge;
for (let layer = 2; layer < layers; layer += 1) {
  const below = widths[layer - 1] as number;
  widths[layer] = -Math.log(area / below + Math.exp(-below));
}
for (let layer = 0; layer <= layers; layer += 1) heights[layer] = Math.exp(-(widths[layer] as number));

/** Where chance comes from: 32 bits, and a share between 0 and 1. */
interface Chance {
  bits(): number;
  share(): number;
}

export function exponentialFrom(random: Chance): number {
  let beyond = 0;
  for (;;) {
    const word = random.bits();
    const layer = word & (layers - 1);
    const share = ((word >>> 8) * 2 ** 26 + (random.bits() >>> 6) + 0.5) * 2 ** -50;
    const time = share * (widths[layer] as number);
    if (time < (widths[layer + 1] as number)) return beyond + time;
    if (layer === 0) beyond += edge;
    else if (isUnderCurve(time, layer, random.share())) return beyond + time;
  }
}

function isUnderCurve(time: number, layer: number, share: number): boolean {
  const low = heights[layer] as number;
  return low + ((heights[layer + 1] as number) - low) * share < Math.exp(-time);
}
