import { labelWidth } from "./shapes.ts";

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface NamedSpot extends Spot {
  readonly text: string;
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacedLabel {
  readonly text: string;
  readonly bounds: Bounds;
  /** From the spot to the label; `null`: they stand side by side. */
  readonly leader: {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
  } | null;
}

const heightPx = 15;
const nearPx = 5;
/** How far a label may stand from its spot. */
const ringsMax = 40;
const ringPx = 9;
/** To the right first, then around. */
const directions = Array.from({ length: 16 }, (_, at) => ((at % 2 === 0 ? at : -at - 1) * Math.PI) / 16);

/**
 * Writes each name as near to its spot as it finds room: inside the frame, clear of the spots and of other names.
 *
 * @param marks what no name may cover
 * @returns one label for each spot, in their order; where no room is left, the spot's nearest place
 */
export function labelPlaces(
  spots: readonly NamedSpot[],
  marks: readonly Spot[],
  frame: Bounds,
): readonly PlacedLabel[] {
  const taken: Bounds[] = marks.map(({ x, y, radius }) => ({
    ...{ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius },
  }));
  return spots.map((spot) => {
    const place = freePlace(spot, taken, frame);
    taken.push(place.bounds);
    return place;
  });
}

function freePlace(spot: NamedSpot, taken: readonly Bounds[], frame: Bounds): PlacedLabel {
  for (let ring = 0; ring < ringsMax; ring++) {
    for (const direction of directions) {
      const place = placeAt(spot, ring, direction);
      if (isWithin(place.bounds, frame) && taken.every((each) => areApart(each, place.bounds))) return place;
    }
  }
  return placeAt(spot, 0, 0);
}

function placeAt({ x, y, radius, text }: NamedSpot, ring: number, direction: number): PlacedLabel {
  const [width, distance] = [labelWidth(text), radius + nearPx + ring * ringPx];
  const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
  const middleX = x + cos * (distance + width / 2);
  const middleY = y + sin * (distance + heightPx / 2);
  const bounds = {
    left: middleX - width / 2,
    right: middleX + width / 2,
    top: middleY - heightPx / 2,
    bottom: middleY + heightPx / 2,
  };
  if (ring === 0) return { text, bounds, leader: null };
  const from = [x + cos * radius, y + sin * radius] as const;
  const to = [x + cos * (distance - 1), y + sin * (distance - 1)] as const;
  return { text, bounds, leader: { from, to } };
}

function isWithin(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  );
}

function areApart(a: Bounds, b: Bounds): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}
