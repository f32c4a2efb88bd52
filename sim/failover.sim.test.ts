import { describe, expect, it } from "vitest";
import type { Violation } from "./audit.ts";
import { emptyCoverage, neverSeen, undeclared } from "./coverage.ts";
import { type PlantedBug, plantedBugs } from "./planted-bugs.ts";
import { Random } from "./random.ts";
import { type SimulationOptions, simulate } from "./simulate.ts";

const seedsPerTest = 250;
const seedsTotal = 2_000;

const batches = Array.from({ length: seedsTotal / seedsPerTest }, (_, index) => 1 + index * seedsPerTest);

interface Batch {
  readonly broken: readonly { readonly seed: number; readonly violations: readonly Violation[] }[];
  readonly failovers: number;
  readonly acknowledged: number;
}

const coverage = emptyCoverage();
const played = new Map<number, Batch>();

/** The schedules from `first`, played once however many tests ask about them. */
function batchFrom(first: number): Batch {
  const known = played.get(first);
  if (known !== undefined) return known;
  const seeds = Array.from({ length: seedsPerTest }, (_, index) => first + index);
  const outcomes = seeds.map((seed) => {
    const { violations, work } = simulate(seed, { coverage });
    return { seed, violations, work };
  });
  const batch: Batch = {
    broken: outcomes.flatMap(({ seed, violations }) => (violations.length > 0 ? [{ seed, violations }] : [])),
    failovers: outcomes.reduce((sum, { work }) => sum + work.failovers, 0),
    acknowledged: outcomes.reduce((sum, { work }) => sum + work.acknowledged, 0),
  };
  played.set(first, batch);
  return batch;
}

describe("failover in a seeded world", () => {
  it.each(batches)("keeps every promise in 250 schedules from SIM_SEED=%i", (first) => {
    const { broken, failovers, acknowledged } = batchFrom(first);
    expect(broken, "see each with SIM_SEED=N npm run sim -- --shrink").toEqual([]);
    // A world in which nothing happens keeps every promise.
    expect(failovers).toBeGreaterThan(seedsPerTest / 3);
    expect(acknowledged).toBeGreaterThan(seedsPerTest * 40);
  });

  it("comes through every phase, transition, decision, goal and deed that is declared, and through no other", () => {
    for (const first of batches) batchFrom(first);
    expect({ never: neverSeen(coverage), unknown: undeclared(coverage) }).toEqual({ never: [], unknown: [] });
  });

  it("replays a seed byte for byte", () => {
    for (const seed of [3, 43, 138, 1716]) expect(simulate(seed)).toEqual(simulate(seed));
  });

  it("draws different schedules from different seeds", () => {
    const traces = new Set(Array.from({ length: 50 }, (_, index) => simulate(index + 1).trace.join("\n")));
    expect(traces.size).toBe(50);
  });
});

interface Search {
  /** What the bug breaks: found by another broken promise alone it would be found for the wrong reason. */
  readonly breaks: Violation["invariant"];
  readonly seedsMax: number;
  /** Where a bug shows in one kind of replication alone, the search looks there. */
  readonly options: SimulationOptions;
}

const searches: Readonly<Record<PlantedBug, Search>> = {
  "unguarded-put": { breaks: 4, seedsMax: 600, options: {} },
  // What is obeyed again and again, newer and older in turn, never comes to rest; the fence keeps what was acknowledged.
  "no-epoch-check": { breaks: 10, seedsMax: 1_000, options: {} },
  "reused-epoch": { breaks: 1, seedsMax: 100, options: {} },
  "promote-before-fence": { breaks: 2, seedsMax: 200, options: {} },
  "one-standby-goes-on-confirming": { breaks: 2, seedsMax: 1_500, options: { replication: "synchronous" } },
  "candidate-without-asking-enough": { breaks: 2, seedsMax: 1_000, options: { replication: "synchronous" } },
  "single-vantage": { breaks: 6, seedsMax: 100, options: {} },
  "acknowledge-before-confirmed": { breaks: 2, seedsMax: 200, options: { replication: "synchronous" } },
  // Where commits are confirmed nothing rests on it.
  "shut-down-without-standbys": { breaks: 2, seedsMax: 1_000, options: { replication: "asynchronous" } },
  "no-cool-down": { breaks: 8, seedsMax: 600, options: { trouble: "flaps" } },
  "cool-down-by-wall-clock": { breaks: 8, seedsMax: 1_500, options: { trouble: "flaps" } },
  "fails-back-by-itself": { breaks: 8, seedsMax: 100, options: {} },
  "ignores-streams": { breaks: 6, seedsMax: 200, options: { trouble: "witnesses" } },
  "lossy-failover-without-bound": { breaks: 2, seedsMax: 1_500, options: { replication: "asynchronous" } },
  // A region that reads an old reign goes on serving; where nobody confirms its writes, beside the new one.
  "stale-read": { breaks: 1, seedsMax: 500, options: { replication: "asynchronous" } },
  "commits-without-a-record": { breaks: 11, seedsMax: 300, options: {} },
  "begun-before-written": { breaks: 9, seedsMax: 100, options: { trouble: "runs" } },
  "undone-as-it-was-done": { breaks: 9, seedsMax: 200, options: { trouble: "runs" } },
  "every-yes-counts": { breaks: 8, seedsMax: 200, options: { trouble: "runs" } },
  "carries-on-when-replaced": { breaks: 9, seedsMax: 200, options: { trouble: "runs" } },
  "waits-by-the-wall-clock": { breaks: 12, seedsMax: 600, options: { trouble: "runs" } },
  "waits-anew-when-taken-over": { breaks: 12, seedsMax: 500, options: { trouble: "runs" } },
  "despite-one-is-despite-all": { breaks: 13, seedsMax: 300, options: { trouble: "runs" } },
  "begins-what-would-stop": { breaks: 14, seedsMax: 200, options: { trouble: "runs" } },
  "holds-nothing-back": { breaks: 2, seedsMax: 500, options: { replication: "asynchronous" } },
  "forgets-what-was-begun": { breaks: 9, seedsMax: 400, options: { trouble: "runs" } },
  "resumed-from-the-beginning": { breaks: 9, seedsMax: 400, options: { trouble: "runs" } },
  "taken-for-lost-unasked": { breaks: 9, seedsMax: 100, options: { trouble: "runs" } },
  "acts-unproven": { breaks: 15, seedsMax: 100, options: { trouble: "trust" } },
  "acts-by-an-old-proof": { breaks: 15, seedsMax: 1_000, options: { trouble: "trust" } },
  "changed-in-an-outage": { breaks: 15, seedsMax: 100, options: { trouble: "trust" } },
  "proven-by-another-plan": { breaks: 15, seedsMax: 100, options: { trouble: "trust" } },
  "late-yield": { breaks: 1, seedsMax: 1_000, options: { replication: "asynchronous" } },
};

describe("a planted bug", () => {
  it.each(Object.entries(plantedBugs))("is found by what it breaks: %s (%s)", (name) => {
    const bug = name as PlantedBug;
    const { breaks, seedsMax, options } = searches[bug];
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const { violations } = simulate(seed, { ...options, bugs: new Set([bug]) });
      if (violations.some(({ invariant }) => invariant === breaks)) return;
    }
    expect.fail(`${seedsMax} schedules did not find ${bug} break invariant ${breaks}`);
  });
});

describe("Random", () => {
  it("spreads over [0, 1) and repeats with its seed", () => {
    const random = new Random(5);
    const shares = Array.from({ length: 10_000 }, () => random.share());
    expect(shares.every((share) => share >= 0 && share < 1)).toBe(true);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeCloseTo(0.5, 1);
    const again = new Random(5);
    expect(shares.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => again.share()));
  });
});
