import { type Seconds, seconds } from "../../units/units.ts";
import { type Distribution, longestOf, roughSlowest, shortestOf } from "./distribution.ts";

/** Gauss-Legendre nodes in [−1, 1] above 0, and their weights; the others mirror them. */
const nodes = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
] as const;
const panelsMax = 400;
/** In seconds. */
const widthMin = 1e-6;
/** What is left of the mean beyond the last panel, as a part of it. */
const restMax = 1e-9;

/**
 * Mean of the slowest of several times: the integral of the share that takes longer, over panels that widen with the time and end
 * where a part's times begin or end.
 */
export function meanOfSlowest(
  parts: readonly Distribution[],
  shareWithin: (part: Distribution, time: Seconds) => number,
): number {
  const beyond = (time: number): number =>
    1 - parts.reduce((product, part) => product * shareWithin(part, seconds(time)), 1);
  const shortest = Math.max(...parts.map(shortestOf));
  const ends = parts.map(longestOf);
  const borders = [...parts.map(shortestOf), ...ends.filter((time) => time !== null)]
    .filter((time) => time > shortest)
    .sort((a, b) => a - b);
  const end = ends.includes(null) ? Infinity : Math.max(shortest, ...borders);
  let mean: number = shortest;
  const lastBorder = borders.at(-1) ?? shortest;
  let from: number = shortest;
  let width = firstWidth(beyond, { shortest, about: roughSlowest(parts) });
  for (let panel = 0; panel < panelsMax && from < end; panel++) {
    const to = Math.min(from + width, borders.find((border) => border > from) ?? Infinity);
    const part = integral(beyond, from, to);
    mean += part;
    if (to >= lastBorder && part < restMax * mean && beyond(to) * to < restMax * mean) break;
    width = Math.max(width, (to - shortest) / 2);
    from = to;
  }
  return mean;
}

interface Whereabouts {
  readonly shortest: number;
  readonly about: number;
}

/**
 * A small part of the time within which half of the times lie: the smallest of ever doubled widths that holds them, looked for from
 * about the mean, for shares of times far from it are dear.
 */
function firstWidth(beyond: (time: number) => number, { shortest, about }: Whereabouts): number {
  const doublings = Math.round(Math.log2((about - shortest) / widthMin));
  let width = widthMin * 2 ** Math.min(1_000, Math.max(0, doublings));
  while (width > widthMin && beyond(shortest + width / 2) <= 0.5) width /= 2;
  while (beyond(shortest + width) > 0.5 && width < 1e300) width *= 2;
  return width / 32;
}

function integral(of: (time: number) => number, from: number, to: number): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  return (
    half *
    nodes.reduce(
      (sum, [node, weight]) => sum + weight * (of(middle - half * node) + of(middle + half * node)),
      0,
    )
  );
}
