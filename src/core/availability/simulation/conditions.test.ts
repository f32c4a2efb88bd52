import { describe, expect, it } from "vitest";
import {
  alternating,
  bothFailed,
  holds,
  hour,
  run,
  subjectOf,
  top,
} from "../../../../test/simulated-subjects.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Gate } from "../fault-graph.ts";
import type { Law } from "../law.ts";
import { noConditions, type OperatingConditions } from "./conditions.ts";
import type { Estimate } from "./estimate.ts";

const day = 24 * hour;
const both: Gate = { name: "both", kind: "and", inputs: [0, 1] };
const either: Gate = { name: "either", kind: "or", inputs: [0, 1] };
// Failed for a tenth of the time.
const law = alternating(90, 10);

function unavailabilityOf(gate: Gate, conditions: Partial<OperatingConditions>, laws = [law, law]): Estimate {
  const subject = { ...subjectOf(laws, [gate]), conditions: { ...noConditions, ...conditions } };
  return top(run(subject, { seed: 1, replications: 100, years: 20 })).unavailability;
}

describe("maintenance", () => {
  const month = seconds(30 * day);
  const lasts = seconds(36 * hour);
  const window = (event: number, first: number) => ({ event, every: month, lasts, first: seconds(first) });
  const share = 36 / 720;

  it("of two parts one after the other leaves each alone with the failures of the other", () => {
    const staggered = { maintenance: [window(0, day), window(1, 10 * day)] };
    expect(holds(unavailabilityOf(both, staggered), 2 * share * 0.1 + (1 - 2 * share) * 0.01)).toBe(true);
  });

  it("of two parts at once takes both", () => {
    const together = { maintenance: [window(0, day), window(1, day)] };
    expect(holds(unavailabilityOf(both, together), share + (1 - share) * 0.01)).toBe(true);
  });

  it("that follows without a gap is one outage", () => {
    const never = alternating(1e300, 1);
    const gapless = { maintenance: [window(0, 0), window(1, 36 * hour)] };
    const subject = {
      ...subjectOf([never, never], [either]),
      conditions: { ...noConditions, ...gapless },
    };
    const estimates = top(run(subject, { seed: 1, replications: 2, years: 30 / 365 }));
    expect(estimates.outagesSeen).toBe(0);
    expect(estimates.unavailability).toMatchObject({ value: 0.1 });
  });
});

describe("a cascade", () => {
  it.each([0, 0.3, 1])("takes another along with probability %f", (probability) => {
    const cascades = [{ from: 0, to: [1], probability: ratio(probability) }];
    expect(holds(unavailabilityOf(both, { cascades }), bothFailed(probability))).toBe(true);
  });

  it("goes on from the one that was taken along", () => {
    const never = alternating(1e300, 10);
    const cascades = [
      { from: 0, to: [1], probability: ratio(1) },
      { from: 1, to: [2], probability: ratio(1) },
    ];
    const all: Gate = { name: "all", kind: "or", inputs: [2] };
    const found = unavailabilityOf(all, { cascades }, [law, never, never]);
    expect(found).toMatchObject({ kind: "interval" });
    expect(found.high).toBeGreaterThan(0.05);
  });
});

describe("a spare pool", () => {
  const pool = (bestEffort: number) => ({
    sparePools: [{ members: [0, 1], reserved: 1, bestEffort: ratio(bestEffort), failover: [] }],
  });

  // Half: by the balance of one failed in the reserved place or by best effort, two failed and served, two failed and one not.
  it.each([
    [0, 0.01],
    [0.5, 0.0048717949],
    [1, 0],
  ])("with one place and best effort of %f fails somebody for a share of %f", (bestEffort, share) => {
    expect(holds(unavailabilityOf(either, pool(bestEffort)), share)).toBe(true);
  });

  it("that always has capacity costs the failover alone", () => {
    const failover = [{ kind: "fixed", seconds: seconds(hour / 2) }] as const;
    const sparePools = [{ members: [0, 1], reserved: 2, bestEffort: ratio(0), failover }];
    const first: Gate = { name: "first", kind: "or", inputs: [0] };
    // Of each cycle of 100 h half an hour, or less when it is repaired before: 10 (1 - e^(-1/20)).
    expect(holds(unavailabilityOf(first, { sparePools }), (10 * (1 - Math.exp(-0.05))) / 100)).toBe(true);
  });
});

describe("people who are away at night", () => {
  it("take longer for what fails then", () => {
    const standby: Law = {
      kind: "standby",
      units: 2,
      mtbf: seconds(720 * hour),
      mttr: seconds(2 * hour),
      crews: 2,
      standbyFailureShare: ratio(1),
      coverage: ratio(0),
      switchover: seconds(0),
      manual: seconds(hour),
    };
    const onCall = { fromHour: 8, toHour: 18, away: seconds(8 * hour) };
    const top: Gate = { name: "top", kind: "or", inputs: [0] };
    const found = unavailabilityOf(top, { onCall }, [standby]);
    // Case B with 1 h and, for 14 of 24 hours, 8 h more.
    const [x, m] = [(2 / 720) * 2, (1 + (8 * 14) / 24) / 720];
    const z = ((1 / 720) * x) / (2 / 2);
    expect(holds(found, (m + z) / (1 + x + m + z))).toBe(true);
  });
});
