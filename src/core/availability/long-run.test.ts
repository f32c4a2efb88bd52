import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/relative-error.ts";
import { InvariantBroken } from "../problem/problem.ts";
import { ratio, type Seconds, seconds } from "../units/units.ts";
import type { Law, LongRun } from "./law.ts";
import { assumedRepair, longRunOf } from "./long-run.ts";
import { meanTimeToFailure, type Replicas } from "./replicas.ts";
import { standbyLongRun, type Standby, standbyShares } from "./standby.ts";

const hour = 3_600;
const hours = (count: number): Seconds => seconds(count * hour);

/** Identical units in use with a crew each, unless said otherwise. */
function replicas(required: number, units: number, rest: Partial<Replicas> = {}): Replicas {
  return {
    kind: "replicas",
    units,
    required,
    active: units,
    spareFailureShare: ratio(1),
    crews: units,
    mtbf: hours(1_000),
    mttr: hours(4),
    repair: { kind: "exponential" },
    ...rest,
  };
}

/** Units that are up this share of the time. */
function upFor(availability: number): Partial<Replicas> {
  return { mtbf: seconds(availability), mttr: seconds(1 - availability) };
}

function standby(rest: Partial<Standby> = {}): Standby {
  return {
    kind: "standby",
    units: 2,
    mtbf: hours(720),
    mttr: hours(2),
    standbyFailureShare: ratio(0),
    crews: 2,
    coverage: ratio(1),
    switchover: seconds(0),
    manual: hours(1),
    ...rest,
  };
}

const unavailabilityOf = (law: Law): number => longRunOf(law).unavailability;

describe("the long run of replicas", () => {
  const slow = { mtbf: hours(2_000), mttr: hours(24), active: 8, spareFailureShare: ratio(0) };
  const rare = { mtbf: hours(1_000), mttr: hours(1) };

  it.each<readonly [string, Replicas, number]>([
    ["A1: 2 of 3", replicas(2, 3), 4.74918155666e-5],
    ["A2: 2 of 3, one crew", replicas(2, 3, { crews: 1 }), 9.52320367148e-5],
    ["A5: 5 of 7", replicas(5, 7, upFor(0.995)), 4.30976765742e-6],
    ["A6: 8 of 10", replicas(8, 10, upFor(0.999)), 1.19371509902e-7],
    ["A7: 95 of 100", replicas(95, 100, upFor(0.99)), 5.34534463993e-4],
    ["A9: 8 of 10, cold spares, one crew", replicas(8, 10, { ...slow, crews: 1 }), 8.7213752936e-4],
    ["A10: 8 of 10, cold spares, two crews", replicas(8, 10, { ...slow, crews: 2 }), 2.0967505181e-4],
    ["I1: 1 of 5", replicas(1, 5, rare), 9.9501496507e-16],
    ["I3: 6 of 10", replicas(6, 10, rare), 2.49701835095e-13],
    ["I4: 1 of 3", replicas(1, 3, { mtbf: hours(10_000), mttr: hours(1) }), 9.9970005999e-13],
  ])("%s", (_, law, unavailability) => {
    const answer = longRunOf(law);
    expect(relativeError(answer.unavailability, unavailability)).toBeLessThan(1e-10);
    expect(relativeError(answer.availability, 1 - unavailability)).toBeLessThan(1e-14);
  });

  it("says how often they fail, and so for how long (A1f, I1)", () => {
    const { unavailability, availability, failuresPerHour } = longRunOf(replicas(2, 3)) as LongRun & {
      readonly failuresPerHour: number;
    };
    expect(relativeError(failuresPerHour, 2.37142887316e-5)).toBeLessThan(1e-10);
    expect(relativeError(unavailability / failuresPerHour, 2.00266666667)).toBeLessThan(1e-10);
    expect(relativeError(availability / failuresPerHour, 42_166.6666667)).toBeLessThan(1e-10);
    expect(
      relativeError(longRunOf(replicas(1, 5, rare)).failuresPerHour ?? 0, 4.97507482535e-15),
    ).toBeLessThan(1e-10);
  });

  it.each<readonly [string, Replicas, number]>([
    ["A3", replicas(2, 3), 42_500],
    ["A3, rarer", replicas(2, 3, { mtbf: hours(10_000), mttr: hours(1) }), 16_675_000],
    ["A4", replicas(1, 2), 126_500],
    ["A4, rarer", replicas(1, 2, { mtbf: hours(10_000), mttr: hours(1) }), 50_015_000],
    ["I2", replicas(1, 5, rare), 2.01052286052e14],
  ])("the first failure is so far off: %s", (_, law, time) => {
    expect(relativeError((meanTimeToFailure(law) ?? 0) / hour, time)).toBeLessThan(1e-10);
  });

  it("adds up for ten thousand units, and at once", () => {
    const { unavailability, availability } = longRunOf(replicas(9_990, 10_000, upFor(0.999)));
    expect(relativeError(unavailability + availability, 1)).toBeLessThan(1e-13);
    // Poisson with mean 10 beyond 10, to the order of 1 / n.
    expect(relativeError(unavailability, 0.41696)).toBeLessThan(1e-3);
  });

  it("takes a repair of no time, a failure in no time and a failure never", () => {
    expect(longRunOf(replicas(2, 3, { mttr: seconds(0) }))).toEqual({
      unavailability: 0,
      availability: 1,
      failuresPerHour: 0,
    });
    expect(meanTimeToFailure(replicas(2, 3, { mttr: seconds(0) }))).toBeNull();
    expect(meanTimeToFailure(replicas(3, 3, { mttr: seconds(0), mtbf: seconds(3) }))).toBe(1);
    expect(longRunOf(replicas(2, 3, { mtbf: seconds(1e300) }))).toMatchObject({
      unavailability: 0,
      availability: 1,
    });
    const never = longRunOf(replicas(1, 2, { mtbf: seconds(1e-300), mttr: seconds(1e10) }));
    expect(never.unavailability).toBe(1);
    expect(never.availability).toBeLessThan(1e-300);
    expect(relativeError(unavailabilityOf(replicas(3, 3)), 1 - (250 / 251) ** 3)).toBeLessThan(1e-13);
  });

  it.each<readonly [string, Replicas]>([
    ["none required", replicas(0, 3)],
    ["more required than there are", replicas(4, 3)],
    ["fewer in use than required", replicas(2, 3, { active: 1 })],
    ["half a unit", replicas(1.5, 3)],
    ["nobody to repair", replicas(1, 3, { crews: 0 })],
    ["no time between failures", replicas(1, 3, { mtbf: seconds(0) })],
  ])("refuses what makes no sense: %s", (_, law) => {
    expect(() => longRunOf(law)).toThrow(InvariantBroken);
    expect(() => meanTimeToFailure(law)).toThrow(InvariantBroken);
  });
});

describe("the long run of a standby", () => {
  const hot = ratio(1);
  const minute = seconds(60);
  const cases: readonly {
    readonly name: string;
    readonly law: Standby;
    readonly unavailability: number;
    readonly parts: readonly number[];
  }[] = [
    {
      name: "B1",
      law: standby({ switchover: seconds(3_600e-12) }),
      unavailability: 3.84732284179e-6,
      parts: [1.385e-15, 0, 3.8473228404e-6],
    },
    {
      name: "B2",
      law: standby({ coverage: ratio(0.95), switchover: minute }),
      unavailability: 9.50202100678e-5,
      parts: [2.19277407849e-5, 6.92454972154e-5, 3.84697206752e-6],
    },
    {
      name: "B3",
      law: standby({ coverage: ratio(0.95), switchover: minute, standbyFailureShare: hot }),
      unavailability: 9.85937160125e-5,
      parts: [2.18670887654e-5, 6.90539645224e-5, 7.67266272471e-6],
    },
    {
      name: "B4",
      law: standby({
        coverage: ratio(0.999),
        switchover: seconds(30),
        manual: hours(0.5),
        standbyFailureShare: hot,
      }),
      unavailability: 1.98622512781e-5,
      parts: [1.14983903961e-5, 6.90594017782e-7, 7.67326686425e-6],
    },
    {
      name: "B5",
      law: standby({
        coverage: ratio(0.5),
        switchover: seconds(300),
        manual: hours(4),
        standbyFailureShare: hot,
      }),
      unavailability: 2.81968191539e-3,
      parts: [5.73883700555e-5, 2.75464176266e-3, 7.65178267407e-6],
    },
  ];

  it.each(cases)("$name, and where the time goes", ({ name, law, unavailability, parts }) => {
    expect(relativeError(longRunOf(law).unavailability, unavailability)).toBeLessThan(1e-10);
    const { switchingOver, waitingForPerson, allDown } = standbyShares(law);
    for (const [at, share] of [switchingOver, waitingForPerson, allDown].entries()) {
      // The smallest of the table has four digits.
      expect(relativeError(share, parts[at] as number)).toBeLessThan(
        name === "B1" && at === 0 ? 1e-3 : 1e-10,
      );
    }
  });

  it("is worse than no standby at all where half of the failures wait for a person (B5)", () => {
    const alone = longRunOf(standby({ units: 1 })).unavailability;
    expect(relativeError(alone, 2.77008310249e-3)).toBeLessThan(1e-10);
    expect(longRunOf((cases[4] as (typeof cases)[number]).law).unavailability).toBeGreaterThan(alone);
  });

  it("hot, covered and switched over at once, is that of replicas of which one is required", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (units, crews) => {
        const law = standby({ units, crews, standbyFailureShare: hot });
        const { mtbf, mttr } = law;
        const same = replicas(1, units, { crews, mtbf, mttr });
        expect(relativeError(unavailabilityOf(law), unavailabilityOf(same))).toBeLessThan(1e-13);
      }),
    );
  });

  it("fails whenever the unit that serves does, even where another serves at once", () => {
    const { availability, failuresPerHour } = longRunOf(standby({ units: 3 }));
    expect(failuresPerHour).toBe(availability / 720);
  });

  it("takes no coverage, a repair of no time and a failure never", () => {
    expect(standbyShares(standby({ coverage: ratio(0), switchover: minute })).switchingOver).toBe(0);
    expect(longRunOf(standby({ mttr: seconds(0) }))).toMatchObject({ unavailability: 0, availability: 1 });
    expect(longRunOf(standby({ mtbf: seconds(1e300), switchover: minute })).unavailability).toBeLessThan(
      1e-296,
    );
  });

  it.each([{ units: 0 }, { units: 1.5 }, { crews: 0 }, { mtbf: seconds(0) }])("refuses %j", (rest) => {
    expect(() => standbyLongRun(standby(rest))).toThrow(InvariantBroken);
  });
});

describe("the long run of one thing", () => {
  it("is the share that its means come to", () => {
    const repair = { kind: "log-normal", sigma: 1 } as const;
    const answer = longRunOf({ kind: "alternating", mtbf: hours(1e16), mttr: hours(1), repair });
    expect(relativeError(answer.unavailability, 1e-16)).toBeLessThan(1e-15);
    expect(answer.availability).toBe(1);
    expect(relativeError(answer.failuresPerHour ?? 0, 1e-16)).toBeLessThan(1e-15);
  });

  it("is what a constant says, and nothing of how often", () => {
    expect(longRunOf({ kind: "constant", unavailability: ratio(0.25) })).toEqual({
      unavailability: 0.25,
      availability: 0.75,
      failuresPerHour: null,
    });
  });

  it("stays a pair of shares where a number runs over", () => {
    const repair = { kind: "fixed" } as const;
    const long = { kind: "alternating", mtbf: seconds(1e-300), mttr: seconds(1e300), repair } as const;
    expect(longRunOf(long)).toMatchObject({ unavailability: 1, availability: 0 });
    expect(() => longRunOf({ ...long, mtbf: seconds(0) })).toThrow(InvariantBroken);
  });
});

describe("laws of the long run", () => {
  const counts = fc.integer({ min: 1, max: 40 });
  const spans = fc.double({ min: 1, max: 1e6, noNaN: true }).map(seconds);
  const laws = fc
    .record({
      units: counts,
      required: counts,
      crews: counts,
      mtbf: spans,
      mttr: spans,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .filter(({ units, required }) => required <= units)
    .map(({ units, required, share, ...rest }) =>
      replicas(required, units, { ...rest, active: required, spareFailureShare: ratio(share) }),
    );

  it("one more spare never lowers availability", () => {
    fc.assert(
      fc.property(laws, (law) => {
        const more = unavailabilityOf({ ...law, units: law.units + 1 });
        expect(more).toBeLessThanOrEqual(unavailabilityOf(law) * (1 + 1e-12));
      }),
    );
  });

  it("one more required never raises it", () => {
    fc.assert(
      fc.property(laws, (law) => {
        const one = { ...law, active: law.units };
        if (one.required === one.units) return;
        const more = unavailabilityOf({ ...one, required: one.required + 1 });
        expect(more).toBeGreaterThanOrEqual(unavailabilityOf(one) * (1 - 1e-12));
      }),
    );
  });

  it("the two shares add up to 1", () => {
    fc.assert(
      fc.property(laws, (law) => {
        const { unavailability, availability } = longRunOf(law);
        expect(Math.abs(unavailability + availability - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  it("with a crew for each unit no unit waits, and repairs may spread in any way", () => {
    expect(assumedRepair(replicas(2, 3))).toBe("any");
    expect(assumedRepair(replicas(2, 3, { crews: 2 }))).toBe("exponential");
    expect(assumedRepair(standby({ crews: 1 }))).toBe("exponential");
    expect(assumedRepair({ kind: "constant", unavailability: ratio(0) })).toBe("any");
  });
});
