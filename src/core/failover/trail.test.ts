import { describe, expect, it } from "vitest";
import { position } from "../../../test/example-reigns.ts";
import { milliseconds, monotonicMs } from "../units/units.ts";
import { firstSince, levelAt, noTrail, type Trail, withPosition } from "./trail.ts";

const tick = milliseconds(100);

/** Positions that a region told, with when each was heard. */
function trailOf(...told: readonly (readonly [lsn: number, atMs: number, timeline?: number])[]): Trail {
  return told.reduce(
    (trail, [lsn, at, timeline]) =>
      withPosition(trail, { position: position(lsn, timeline), at: monotonicMs(at) }, tick),
    noTrail,
  );
}

describe("what a region has told of how far it reaches", () => {
  it("says since when a member lacks nothing: since the newest position that it has reached", () => {
    const trail = trailOf([100, 1_000], [200, 2_000], [300, 3_000]);
    expect([99, 100, 250, 300, 900].map((lsn) => levelAt(trail, position(lsn)))).toEqual([
      null,
      1_000,
      2_000,
      3_000,
      3_000,
    ]);
  });

  it("says nothing of another timeline, which is another history", () => {
    expect(levelAt(trailOf([100, 1_000, 2]), position(500, 1))).toBeNull();
    expect(levelAt(trailOf([100, 1_000, 1]), position(500, 2))).toBeNull();
  });

  it("takes a burst for one report, the furthest, heard with the first: so late some of it may have been on the way", () => {
    const woken = trailOf([100, 5_000], [200, 5_010], [300, 5_020]);
    expect(woken).toEqual({ told: [{ position: position(300), at: 5_000 }], signAt: 5_020 });
    expect(levelAt(woken, position(200))).toBeNull();
  });

  it("says which position was told first in the last of the time", () => {
    const trail = trailOf([100, 1_000], [200, 2_000], [300, 3_000]);
    expect([0, 1_500, 2_000, 3_001].map((since) => firstSince(trail, since))).toEqual([
      position(100),
      position(200),
      position(200),
      null,
    ]);
  });

  it("keeps of a day what tells every lag within a tenth of it, and never too little, in a few hundred places", () => {
    const everyMs = 1_000;
    const count = 86_400;
    const trail = trailOf(...Array.from({ length: count }, (_, index) => [index, index * everyMs] as const));
    const now = (count - 1) * everyMs;
    const toldOf = (lsn: number): number => now - (levelAt(trail, position(lsn)) ?? 0);
    const lags = Array.from({ length: 400 }, (_, index) => Math.floor(1.028 ** index)).filter(
      (lag) => lag < count,
    );
    const misjudged = lags.filter((lag) => {
      const [real, told] = [lag * everyMs, toldOf(count - 1 - lag)];
      return told < real || told > real * 1.12 + everyMs;
    });
    expect(misjudged).toEqual([]);
    expect(trail.told.length).toBeLessThan(400);
  });
});
