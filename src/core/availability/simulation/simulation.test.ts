import { describe, expect, it } from "vitest";
import {
  alternating,
  enumerated,
  exponential,
  holds,
  hour,
  named,
  randomGraph,
  run,
  runPlain,
  subjectOf,
  surely,
  top,
} from "../../../../test/simulated-subjects.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Law } from "../law.ts";
import { noConditions } from "./conditions.ts";
import { estimatesOf } from "./estimate.ts";
import { merged, type SimulationPart } from "./part.ts";
import { simulate } from "./simulation.ts";
import type { Subject } from "./subject.ts";

const graphSeeds = Array.from({ length: 60 }, (_, at) => at + 1);

describe("a simulation by replications", () => {
  // A1 and A1f of the reference cases.
  it("finds two of three units of their own crews, share and frequency", () => {
    const laws = [1, 2, 3].map(() => alternating(1000, 4));
    const part = run(subjectOf(laws, [{ name: "top", kind: "at-least", least: 2, inputs: [0, 1, 2] }]), {
      seed: 1,
      replications: 100,
      years: 400,
    });
    const { unavailability, outagesPerYear, meanOutageSeconds } = top(part);
    expect(holds(unavailability, 4.74918155666e-5)).toBe(true);
    expect(holds(outagesPerYear, 0.207737169289)).toBe(true);
    expect(holds(meanOutageSeconds, 2.00266666667 * hour)).toBe(true);
    expect(unavailability).toMatchObject({ kind: "interval" });
  });

  // A9 and A10: 8 needed of 10, the two others cold.
  it.each([
    [1, 8.7213752936e-4],
    [2, 2.0967505181e-4],
  ])("finds spares that do not fail and %i hands to repair", (crews, unavailability) => {
    const law: Law = {
      kind: "replicas",
      units: 10,
      required: 8,
      active: 8,
      spareFailureShare: ratio(0),
      crews,
      mtbf: seconds(2000 * hour),
      mttr: seconds(24 * hour),
      repair: exponential,
    };
    const part = run(subjectOf([law], [{ name: "top", kind: "or", inputs: [0] }]), {
      seed: 2,
      replications: 100,
      years: 600,
    });
    expect(holds(top(part).unavailability, unavailability)).toBe(true);
  });

  // B2 to B5: one serves, one stands by; coverage, switch-over (s), a person's time (s), hot or cold, hands to repair.
  it.each([
    ["B2", { coverage: 0.95, switchover: 60, manual: 3600, standbyFailureShare: 0 }, 9.50202100678e-5],
    ["B3", { coverage: 0.95, switchover: 60, manual: 3600, standbyFailureShare: 1 }, 9.85937160125e-5],
    ["B4", { coverage: 0.999, switchover: 30, manual: 1800, standbyFailureShare: 1 }, 1.98622512781e-5],
    ["B5", { coverage: 0.5, switchover: 300, manual: 14_400, standbyFailureShare: 1 }, 2.81968191539e-3],
  ])("finds %s in a million outages", (_, each, unavailability) => {
    const law: Law = {
      kind: "standby",
      units: 2,
      mtbf: seconds(720 * hour),
      mttr: seconds(2 * hour),
      crews: 2,
      standbyFailureShare: ratio(each.standbyFailureShare),
      coverage: ratio(each.coverage),
      switchover: seconds(each.switchover),
      manual: seconds(each.manual),
    };
    const subject = subjectOf([law], [{ name: "top", kind: "or", inputs: [0] }]);
    const estimates = top(run(subject, { seed: 3, replications: 100, years: 830 }));
    expect(estimates.outagesSeen).toBeGreaterThan(1e6);
    expect(holds(estimates.unavailability, unavailability)).toBe(true);
  });

  it.each(graphSeeds)("agrees with all states of a small graph written out, graph %i", (seed) => {
    const { laws, gates } = randomGraph(seed);
    const part = run(subjectOf(laws, gates), { seed, replications: 40, years: 1 });
    expect(holds(top(part).unavailability, enumerated(laws, gates))).toBe(true);
  });
});

describe("lengths of outages", () => {
  const exact = { 0.5: 76.1788176803, 0.95: 174.14694281, 0.99: 238.935905795 };
  const shares = { 60: 0.315302446743, 90: 0.628205787864, 120: 0.813584938761, 300: 0.997822978334 };

  it("spread as G3 says, whose recovery is a wait for the third probe and two phases, in a million outages", () => {
    const phases = [
      { kind: "uniform", least: seconds(22), most: seconds(32) },
      { kind: "exponential", mean: seconds(20) },
      { kind: "exponential", mean: seconds(40) },
    ] as const;
    const law = alternating(10, 87 / hour);
    const subject: Subject = {
      graph: { events: named([law]), gates: [] },
      outputs: Object.keys(shares).map((rto) => ({ name: rto, node: 0, rto: seconds(Number(rto)) })),
      conditions: { ...noConditions, recoveries: [{ event: 0, phases }] },
    };
    const told = estimatesOf(run(subject, { seed: 4, replications: 100, years: 11.5 }), surely);
    expect(told[0]?.outagesSeen).toBeGreaterThan(1e6);
    const over = told.map((each) => each.overRto?.share ?? null);
    expect(Object.values(shares).map((within, at) => holds(over[at] ?? null, 1 - within))).toEqual(
      Object.values(shares).map(() => true),
    );
    const quantiles = told[0]?.outageLengths?.quantiles.filter(({ of }) => of in exact) ?? [];
    expect(quantiles.map(({ of, low }) => low <= exact[of as 0.5])).toEqual([true, true, true]);
    expect(quantiles.map(({ of, high }) => exact[of as 0.5] <= (high ?? 0))).toEqual([true, true, true]);
    expect(quantiles.every(({ low, high }) => (high ?? low * 2) < low * 1.02)).toBe(true);
    expect(holds(told[0]?.meanOutageSeconds ?? null, 87)).toBe(true);
  });
});

describe("a replication that is shorter than an outage", () => {
  it.each([exponential, { kind: "fixed" } as const, { kind: "log-normal", sigma: 1 } as const])(
    "begins as it is met at any moment, and sees outages to their end, with repairs: %o",
    (repair) => {
      const subject = subjectOf([alternating(10, 10, repair)], [{ name: "top", kind: "or", inputs: [0] }]);
      const told = top(run(subject, { seed: 8, replications: 20_000, years: 5 / 8760 }));
      expect(holds(told.unavailability, 0.5)).toBe(true);
      expect(holds(told.outagesPerYear, 8760 / 20)).toBe(true);
      expect(told.outageLengths?.longest).toBeGreaterThan(9.999 * hour);
      expect(told.outageLengths?.quantiles.length).toBe(4);
    },
  );
});

describe("intervals", () => {
  const law = alternating(40, 10);
  const pair = subjectOf([law, law], [{ name: "top", kind: "and", inputs: [0, 1] }]);
  const rare = subjectOf(
    [alternating(999, 1), alternating(999, 1, { kind: "log-normal", sigma: 1.5 })],
    [{ name: "top", kind: "and", inputs: [0, 1] }],
  );
  // U, and of pairs the frequency: both fail while the other is failed.
  it.each([
    { kind: "many", subject: pair, replications: 10, years: 1, share: 0.04, perYear: (8760 * 2 * 0.04) / 10 },
    { kind: "few", subject: rare, replications: 20, years: 50, share: 1e-6, perYear: 8760 * 2 * 1e-6 },
  ])("of 99 % hold the truth for 99 of 100 seeds, with $kind outages", (each) => {
    const { subject, replications, years, share, perYear } = each;
    const seeds = Array.from({ length: 200 }, (_, at) => at);
    const told = seeds.map((seed) => top(runPlain(subject, { seed, replications, years })));
    expect(told.filter(({ unavailability }) => holds(unavailability, share)).length).toBeGreaterThanOrEqual(
      195,
    );
    expect(told.filter((one) => holds(one.outagesPerYear, perYear)).length).toBeGreaterThanOrEqual(195);
  });

  it("find a repair that takes 1 % longer than it should", () => {
    const effort = { seed: 5, replications: 100, years: 100 };
    const planted = alternating(40, 10.1);
    const slow = subjectOf([planted, planted], [{ name: "top", kind: "and", inputs: [0, 1] }]);
    expect(holds(top(run(pair, effort)).unavailability, 0.04)).toBe(true);
    expect(holds(top(run(slow, effort)).unavailability, 0.04)).toBe(false);
  });

  it("are a bound where nothing was seen, never 0", () => {
    const years = 10;
    const subject = subjectOf([alternating(1e9, 1)], [{ name: "top", kind: "or", inputs: [0] }]);
    const told = estimatesOf(runPlain(subject, { seed: 6, replications: 60, years }), ratio(0.95))[0];
    // The rule of three: 3 / n.
    expect(told?.outagesPerYear.kind).toBe("at-most");
    expect((told?.outagesPerYear.high ?? 0) * 60 * years).toBeCloseTo(3, 1);
    expect(told?.unavailability.kind).toBe("at-most");
    expect((told?.unavailability.high ?? 0) * 60).toBeCloseTo(3, 0);
    expect(told?.meanOutageSeconds).toBeNull();
    expect(told?.outageLengths).toBeNull();
  });
});

describe("events that cannot be simulated", () => {
  it("are told all at once, with the way out", () => {
    const laws: readonly Law[] = [
      { kind: "constant", unavailability: ratio(0.1) },
      { kind: "alternating", mtbf: seconds(1e-5), mttr: seconds(0), repair: exponential },
      { kind: "constant", unavailability: ratio(1) },
    ];
    const subject = subjectOf(laws, [{ name: "top", kind: "or", inputs: [0, 1, 2] }]);
    const refused = simulate(subject, { seed: 1, replications: 2, years: 1 }, { index: 0, count: 1 });
    expect(!refused.ok && refused.problems.map(({ code, what }) => [code, what.slice(0, 9)])).toEqual([
      ["simulation/constant-law", '"event-0"'],
      ["simulation/too-quick", '"event-1"'],
    ]);
  });

  it("do not include what never changes, or is repaired in no time", () => {
    const laws: readonly Law[] = [
      { kind: "constant", unavailability: ratio(1) },
      { kind: "constant", unavailability: ratio(0) },
      alternating(1, 0),
    ];
    const subject = subjectOf(laws, [{ name: "top", kind: "at-least", least: 2, inputs: [0, 1, 2] }]);
    const told = top(run(subject, { seed: 1, replications: 2, years: 1 }));
    expect(told).toMatchObject({ outagesSeen: 0, unavailability: { kind: "at-most" } });
  });
});

describe("the method", () => {
  const rarely = alternating(1000, 1);
  const often = alternating(10, 1);
  const graph = {
    events: named([rarely, rarely, rarely, often]),
    gates: [{ name: "three", kind: "and", inputs: [0, 1, 2] } as const],
  };
  const outputs = [
    { name: "rare", node: 4, rto: null },
    { name: "frequent", node: 3, rto: null },
    { name: "works", node: ~4, rto: null },
  ];
  const effort = { seed: 1, replications: 50, years: 10 };
  const share = 1 / 1001 ** 3;

  it("is chosen for each output by how often it fails, and said", () => {
    const told = estimatesOf(run({ graph, outputs, conditions: noConditions }, effort), surely);
    expect(told.map(({ method }) => method)).toEqual(["failure-biasing", "replications", "replications"]);
    expect(holds(told[0]?.unavailability ?? null, share)).toBe(true);
    expect(holds(told[1]?.unavailability ?? null, 1 / 11)).toBe(true);
    expect(told.map(({ outagesSeen }) => outagesSeen === null)).toEqual([true, false, false]);
  });

  it("makes no difference to merging", () => {
    const subject = { graph, outputs, conditions: noConditions };
    const parts = [1, 0].flatMap((index) => {
      const part = simulate(subject, effort, { index, count: 2 });
      return part.ok ? [part.value] : [];
    });
    const sum = merged(parts);
    expect(sum.ok && JSON.stringify(sum.value)).toBe(JSON.stringify(run(subject, effort)));
  });
});

describe("parts of a simulation", () => {
  const subject = subjectOf(
    [alternating(100, 4), alternating(200, 8, { kind: "log-normal", sigma: 1 }), alternating(50, 1)],
    [
      { name: "pair", kind: "and", inputs: [0, 1] },
      { name: "top", kind: "or", inputs: [3, 2] },
    ],
  );
  const effort = { seed: 7, replications: 23, years: 3 };

  it("come to the same bits for the same seed, and to others for another", () => {
    expect(JSON.stringify(run(subject, effort))).toBe(JSON.stringify(run(subject, effort)));
    expect(run(subject, effort)).not.toEqual(run(subject, { ...effort, seed: 8 }));
  });

  it.each([1, 2, 3, 5, 23, 30])("of %i shards merge, in any order, to the bits of one run", (count) => {
    const parts = Array.from({ length: count }, (_, index) => {
      const part = simulate(subject, effort, { index, count });
      if (!part.ok) throw new Error("refused");
      return JSON.parse(JSON.stringify(part.value)) as SimulationPart;
    });
    const sum = merged(parts.toReversed());
    expect(sum.ok && JSON.stringify(sum.value)).toBe(JSON.stringify(run(subject, effort)));
  });

  it.each([
    ["none", [], "simulation/shard-missing"],
    ["one of two", [{ ...effort, index: 0 }], "simulation/shard-missing"],
    ["one of them twice", [0, 1, 1].map((index) => ({ ...effort, index })), "simulation/shard-twice"],
    ["another seed", [0, 1].map((index) => ({ ...effort, seed: index, index })), "simulation/parts-differ"],
  ])("are not merged when there is %s", (_, runs, code) => {
    const parts = runs.flatMap(({ index, ...each }) => {
      const part = simulate(subject, each, { index, count: 2 });
      return part.ok ? [part.value] : [];
    });
    const sum = merged(parts);
    expect(!sum.ok && sum.problems[0].code).toBe(code);
  });
});
