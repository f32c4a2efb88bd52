import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/relative-error.ts";
import { InvariantBroken } from "../problem/problem.ts";
import { ratio, seconds } from "../units/units.ts";
import { type CauseSharing, type CommonCauseEvents, commonCauseEvents } from "./common-cause.ts";
import type { Law } from "./law.ts";
import { longRunOf } from "./long-run.ts";

const rare: Law = { kind: "constant", unavailability: ratio(1e-3) };
const beta = (share: number): CauseSharing => ({ kind: "beta-factor", beta: ratio(share) });

/** Q of `required` of the members: over all combinations of the events, which are few. Positive terms. */
function unavailabilityOf({ events, failing }: CommonCauseEvents, required: number): number {
  let total = 0;
  for (let happened = 0; happened < 2 ** events.length; happened++) {
    const up = failing.filter((those) => those.every((event) => ((happened >> event) & 1) === 0));
    if (up.length >= required) continue;
    total += events.reduce((product, { law }, event) => {
      const { unavailability, availability } = longRunOf(law);
      return product * (((happened >> event) & 1) === 1 ? unavailability : availability);
    }, 1);
  }
  return total;
}

describe("a common cause", () => {
  it.each([
    { name: "E1: 1 of 2", names: ["a", "b"], required: 1, unavailability: 1.00809919e-4 },
    { name: "E2: 2 of 3", names: ["a", "b", "c"], required: 2, unavailability: 1.02428299146e-4 },
  ])("by a beta factor, $name", ({ names, required, unavailability }) => {
    const group = commonCauseEvents({ names, law: rare, sharing: beta(0.1) });
    expect(group.events).toHaveLength(names.length + 1);
    expect(relativeError(unavailabilityOf(group, required), unavailability)).toBeLessThan(1e-10);
  });

  it("by Greek letters takes singles, pairs and all (E3)", () => {
    const sharing = { kind: "multiple-greek-letters", letters: [ratio(0.1), ratio(0.3)] } as const;
    const group = commonCauseEvents({ names: ["a", "b", "c"], law: rare, sharing });
    expect(group.events.map(({ name }) => name)).toEqual([
      "a alone",
      "b alone",
      "c alone",
      "a + b together",
      "a + c together",
      "b + c together",
      "a + b + c together",
    ]);
    expect(group.failing).toEqual([
      [0, 3, 4, 6],
      [1, 3, 5, 6],
      [2, 4, 5, 6],
    ]);
    expect(relativeError(unavailabilityOf(group, 2), 1.37421389317e-4)).toBeLessThan(1e-10);
    expect(relativeError(unavailabilityOf(group, 1), 3.00988942559e-5)).toBeLessThan(1e-10);
  });

  it("by alpha factors: staggered tests count 2 a pair, tests of all together weigh by the members taken", () => {
    const alphas = [0.9, 0.1].map(ratio);
    const partsOf = (testing: "staggered" | "together"): readonly number[] =>
      commonCauseEvents({
        names: ["a", "b"],
        law: rare,
        sharing: { kind: "alpha-factor", alphas, testing },
      }).events.map(({ law }) => longRunOf(law).unavailability);
    const expected = { staggered: [9e-4, 9e-4, 1e-4], together: [0.9e-3 / 1.1, 0.9e-3 / 1.1, 0.2e-3 / 1.1] };
    for (const testing of ["staggered", "together"] as const) {
      for (const [at, part] of partsOf(testing).entries()) {
        expect(relativeError(part, expected[testing][at] as number)).toBeLessThan(1e-14);
      }
    }
  });

  it("leaves out what cannot happen: a beta of 0 is no common cause, a beta of 1 nothing else", () => {
    const names = ["a", "b"];
    expect(commonCauseEvents({ names, law: rare, sharing: beta(0) }).failing).toEqual([[0], [1]]);
    expect(commonCauseEvents({ names, law: rare, sharing: beta(1) }).failing).toEqual([[0], [0]]);
    expect(commonCauseEvents({ names: ["a"], law: rare, sharing: beta(0.1) }).failing).toEqual([[0]]);
  });

  it("takes large groups by a beta factor, and refuses more sets than can be drawn", () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `node-${at}`);
    expect(commonCauseEvents({ names, law: rare, sharing: beta(0.1) }).events).toHaveLength(1_001);
    const letters = names.slice(1, 20).map(() => ratio(0.5));
    const sharing = { kind: "multiple-greek-letters", letters } as const;
    expect(() => commonCauseEvents({ names: names.slice(0, 20), law: rare, sharing })).toThrow(
      InvariantBroken,
    );
  });

  it("is as long each time as the member's own failing, however that spreads", () => {
    const repair = { kind: "log-normal", sigma: 1 } as const;
    const law = { kind: "alternating", mtbf: seconds(900), mttr: seconds(100), repair } as const;
    const { events } = commonCauseEvents({ names: ["a", "b"], law, sharing: beta(0.2) });
    expect(events.map((event) => event.law)).toMatchObject([
      { kind: "alternating", mttr: 100, repair },
      { kind: "alternating", mttr: 100, repair },
      { kind: "alternating", mttr: 100, repair },
    ]);
  });

  it.each<readonly [string, CauseSharing]>([
    ["a letter too few", { kind: "multiple-greek-letters", letters: [ratio(0.1)] }],
    ["a factor too few", { kind: "alpha-factor", alphas: [ratio(0.9), ratio(0.1)], testing: "together" }],
    [
      "factors that do not add up",
      { kind: "alpha-factor", alphas: [0.9, 0.1, 0.1].map(ratio), testing: "together" },
    ],
  ])("refuses %s", (_, sharing) => {
    expect(() => commonCauseEvents({ names: ["a", "b", "c"], law: rare, sharing })).toThrow(InvariantBroken);
  });
});

describe("the events of a member", () => {
  // What is rarer than numbers can hold in full has fewer digits.
  const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => ratio(value < 1e-12 ? 0 : value));
  const span = fc.double({ min: 1e-3, max: 1e9, noNaN: true }).map(seconds);
  const laws: fc.Arbitrary<Law> = fc.oneof(
    fc.record({ kind: fc.constant("constant" as const), unavailability: share }),
    fc.record({
      kind: fc.constant("alternating" as const),
      mtbf: span,
      mttr: span,
      repair: fc.constant({ kind: "fixed" as const }),
    }),
    fc.record({
      kind: fc.constant("standby" as const),
      units: fc.constant(2),
      crews: fc.constant(1),
      mtbf: span,
      mttr: span,
      standbyFailureShare: share,
      coverage: share,
      switchover: span,
      manual: span,
    }),
  );

  it("add up to its own unavailability and frequency", () => {
    fc.assert(
      fc.property(laws, fc.array(share, { minLength: 0, maxLength: 5 }), (law, letters) => {
        const names = ["first", ...letters.map((_, at) => `other-${at}`)];
        const sharing = { kind: "multiple-greek-letters", letters } as const;
        const { events, failing } = commonCauseEvents({ names, law, sharing });
        const whole = longRunOf(law);
        for (const those of failing) {
          const parts = those.map((event) => longRunOf((events[event] as (typeof events)[number]).law));
          const sumOver = (of: (part: (typeof parts)[number]) => number): number =>
            parts.reduce((sum, part) => sum + of(part), 0);
          expect(
            relativeError(
              sumOver(({ unavailability }) => unavailability),
              whole.unavailability,
            ),
          ).toBeLessThan(1e-10);
          if (whole.failuresPerHour !== null) {
            expect(
              relativeError(
                sumOver((part) => part.failuresPerHour ?? 0),
                whole.failuresPerHour,
              ),
            ).toBeLessThan(1e-10);
          }
        }
      }),
    );
  });
});
