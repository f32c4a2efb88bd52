/** Of this many real values: a power of 2. */
export const transformLength = 1_024;
const half = transformLength / 2;

/** e^(−2πi k / transformLength) for every k. */
export const unitCosines = Float64Array.from({ length: transformLength }, (_, at) =>
  Math.cos((2 * Math.PI * at) / transformLength),
);
export const unitSines = Float64Array.from(
  { length: transformLength },
  (_, at) => -Math.sin((2 * Math.PI * at) / transformLength),
);

/** Where each of `half` values goes when its index is read backwards bit by bit. */
const reversed = Int32Array.from({ length: half }, (_, at) => {
  let turned = 0;
  for (let bit = 1; bit < half; bit *= 2) turned = turned * 2 + ((at & bit) === 0 ? 0 : 1);
  return turned;
});

/** The first half of the transform of real values, 0 … transformLength / 2; the rest mirrors it. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function emptySpectrum(): Spectrum {
  return { re: new Float64Array(half + 1), im: new Float64Array(half + 1) };
}

/** @param values `transformLength` of them */
export function spectrumOf(values: Float64Array): Spectrum {
  const packed = { re: new Float64Array(half), im: new Float64Array(half) };
  for (let at = 0; at < half; at++) {
    packed.re[reversed[at] as number] = values[2 * at] as number;
    packed.im[reversed[at] as number] = values[2 * at + 1] as number;
  }
  combine(packed);
  const found = emptySpectrum();
  for (let at = 0; at <= half; at++) {
    const here = at % half;
    const there = (half - at) % half;
    const zr = packed.re[here] as number;
    const zi = packed.im[here] as number;
    const yr = packed.re[there] as number;
    const yi = -(packed.im[there] as number);
    const dr = (zi - yi) / 2;
    const di = (yr - zr) / 2;
    const c = unitCosines[at] as number;
    const s = unitSines[at] as number;
    found.re[at] = (zr + yr) / 2 + dr * c - di * s;
    found.im[at] = (zi + yi) / 2 + dr * s + di * c;
  }
  return found;
}

/** The real values that have this spectrum. */
export function valuesOf({ re, im }: Spectrum): Float64Array {
  const packed = { re: new Float64Array(half), im: new Float64Array(half) };
  for (let at = 0; at < half; at++) {
    const xr = re[at] as number;
    const xi = im[at] as number;
    const yr = re[half - at] as number;
    const yi = -(im[half - at] as number);
    const dr = (xr - yr) / 2;
    const di = (xi - yi) / 2;
    const c = unitCosines[at] as number;
    const s = -(unitSines[at] as number);
    const or = dr * c - di * s;
    const oi = dr * s + di * c;
    // Conjugated, so that the forward steps turn it back.
    packed.re[reversed[at] as number] = (xr + yr) / 2 - oi;
    packed.im[reversed[at] as number] = -((xi + yi) / 2 + or);
  }
  combine(packed);
  const values = new Float64Array(transformLength);
  for (let at = 0; at < half; at++) {
    values[2 * at] = (packed.re[at] as number) / half;
    values[2 * at + 1] = -(packed.im[at] as number) / half;
  }
  return values;
}

/** Cooley and Tukey's steps over values in reversed order, in place. */
function combine({ re, im }: { readonly re: Float64Array; readonly im: Float64Array }): void {
  for (let size = 1; size < half; size *= 2) {
    const stride = half / size;
    for (let first = 0; first < half; first += 2 * size) {
      for (let at = 0; at < size; at++) {
        const c = unitCosines[at * stride] as number;
        const s = unitSines[at * stride] as number;
        const low = first + at;
        const high = low + size;
        const hr = (re[high] as number) * c - (im[high] as number) * s;
        const hi = (re[high] as number) * s + (im[high] as number) * c;
        re[high] = (re[low] as number) - hr;
        im[high] = (im[low] as number) - hi;
        re[low] = (re[low] as number) + hr;
        im[low] = (im[low] as number) + hi;
      }
    }
  }
}
