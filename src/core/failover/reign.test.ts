import { instantMs } from "../units/units.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyOf, position, reignOf, revision } from "../../../test/example-reigns.ts";
import type { Position, RegionId, SyncSet } from "./member.ts";
import {
  areGuardsFenced,
  candidateOf,
  comparePositions,
  fencesNeeded,
  intentText,
  isPrefix,
  readReign,
  type Reign,
  reignText,
  sameSyncSet,
  wantedSyncSet,
} from "./reign.ts";

const everybody: readonly RegionId[] = ["a", "b", "c", "d", "e", "f"];

const syncSets: fc.Arbitrary<SyncSet> = fc
  .subarray([...everybody], { minLength: 1 })
  .chain((members) =>
    fc.record({ members: fc.constant(members), confirmations: fc.integer({ min: 1, max: members.length }) }),
  );

const positions: fc.Arbitrary<Position> = fc
  .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 4 }))
  .map(([lsn, timeline]) => position(lsn, timeline));

const fencedMembers = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...everybody), positions), { selector: ([region]) => region })
  .map((entries) => new Map(entries));

/** Every way to choose `size` of `members`, by brute force. */
function choicesOf(members: readonly RegionId[], size: number): readonly (readonly RegionId[])[] {
  return Array.from({ length: 2 ** members.length }, (_, bits) =>
    members.filter((_member, index) => (bits >> index) % 2 === 1),
  ).filter((choice) => choice.length === size);
}

describe("a fence of n − k + 1 members", () => {
  it.each([
    { n: 1, k: 1, needed: 1 },
    { n: 2, k: 1, needed: 2 },
    { n: 2, k: 2, needed: 1 },
    { n: 4, k: 2, needed: 3 },
    { n: 6, k: 1, needed: 6 },
  ])("takes $needed of $n when any $k confirm", ({ n, k, needed }) => {
    expect(fencesNeeded(anyOf(k, ...everybody.slice(0, n)))).toBe(needed);
  });

  it("meets every set of members that could confirm a commit, whichever members it is made of", () => {
    fc.assert(
      fc.property(syncSets, (guard) => {
        const fences = choicesOf(guard.members, fencesNeeded(guard));
        const confirmers = choicesOf(guard.members, guard.confirmations);
        return fences.every((fence) =>
          confirmers.every((commit) => commit.some((one) => fence.includes(one))),
        );
      }),
    );
  });

  it("is the smallest that does: with one member fewer, some commit can still be confirmed by the rest", () => {
    fc.assert(
      fc.property(syncSets, (guard) => {
        const tooFew = choicesOf(guard.members, fencesNeeded(guard) - 1);
        const confirmers = choicesOf(guard.members, guard.confirmations);
        return tooFew.every((fence) =>
          confirmers.some((commit) => !commit.some((one) => fence.includes(one))),
        );
      }),
    );
  });

  it("is complete exactly when no guard's commits can be confirmed without a fenced member", () => {
    fc.assert(
      fc.property(fc.array(syncSets, { minLength: 1, maxLength: 3 }), fencedMembers, (guards, fenced) => {
        const isSealed = guards.every((guard) =>
          choicesOf(guard.members, guard.confirmations).every((commit) =>
            commit.some((one) => fenced.has(one)),
          ),
        );
        return areGuardsFenced(guards, fenced) === isSealed;
      }),
    );
  });

  it("is never complete for an asynchronous set, which commits without asking anybody", () => {
    const everyoneFenced = new Map(everybody.map((region) => [region, position(1)]));
    expect(areGuardsFenced([anyOf(0, ...everybody)], everyoneFenced)).toBe(false);
  });

  it("counts no member outside the guard", () => {
    const outsiders = new Map([
      ["c", position(9)],
      ["d", position(9)],
    ]);
    expect(areGuardsFenced([anyOf(1, "a", "b")], outsiders)).toBe(false);
  });
});

describe("the candidate", () => {
  it("is a fenced member that no other fenced member surpasses", () => {
    fc.assert(
      fc.property(fencedMembers, (fenced) => {
        const candidate = candidateOf(fenced, everybody);
        if (candidate === null) return fenced.size === 0;
        const own = fenced.get(candidate) ?? expect.fail("the candidate is not fenced");
        return [...fenced.values()].every((other) => comparePositions(other, own) <= 0);
      }),
    );
  });

  it("does not depend on the order in which members were fenced", () => {
    fc.assert(
      fc.property(fencedMembers, (fenced) => {
        const reversed = new Map([...fenced].reverse());
        return candidateOf(fenced, everybody) === candidateOf(reversed, everybody);
      }),
    );
  });

  it("is the preferred one of those that hold the same", () => {
    const fenced = new Map([
      ["a", position(7)],
      ["b", position(7)],
      ["c", position(6)],
    ]);
    expect(candidateOf(fenced, ["c", "b", "a"])).toBe("b");
  });

  it("is one of a younger timeline before one that reaches further on an older", () => {
    const fenced = new Map([
      ["a", position(900, 1)],
      ["b", position(500, 2)],
    ]);
    expect(candidateOf(fenced, ["a", "b"])).toBe("b");
  });

  it("is nobody while nobody is fenced", () => {
    expect(candidateOf(new Map(), everybody)).toBeNull();
  });
});

describe("positions", () => {
  it("are in one order, whichever of them is asked first", () => {
    fc.assert(
      fc.property(positions, positions, positions, (one, other, third) => {
        const isAntisymmetric =
          Math.sign(comparePositions(one, other)) === -Math.sign(comparePositions(other, one));
        const isTransitive =
          comparePositions(one, other) > 0 ||
          comparePositions(other, third) > 0 ||
          comparePositions(one, third) <= 0;
        return isAntisymmetric && isTransitive;
      }),
    );
  });
});

describe("a member's history", () => {
  it.each([
    { what: "ends before the branch", at: position(90), isIt: true },
    { what: "ends at the branch", at: position(100), isIt: true },
    { what: "goes on beyond the branch", at: position(101), isIt: false },
    { what: "is of a younger timeline", at: position(90, 2), isIt: false },
    { what: "is of an older timeline", at: position(90, 0), isIt: false },
  ])("that $what is a prefix: $isIt", ({ at, isIt }) => {
    expect(isPrefix(at, position(100))).toBe(isIt);
  });

  it("is the prefix of nothing while no branch is known", () => {
    expect(isPrefix(position(0), null)).toBe(false);
  });
});

const reigns: fc.Arbitrary<Reign> = fc.record({
  epoch: fc.integer({ min: 1 }).map(revision),
  phase: fc.constantFrom("steady", "closing", "fencing", "promoting"),
  active: fc.constantFrom(...everybody),
  guards: fc
    .tuple(syncSets, fc.array(syncSets, { maxLength: 3 }))
    .map(([first, rest]): Reign["guards"] => [first, ...rest]),
  branch: fc.option(positions),
  floor: fc.option(positions),
  wanted: fc.option(fc.constantFrom(...everybody)),
  mayLack: fc.option(fc.constant({ kind: "unknown" } as const)),
  settledAt: fc.constant(null),
  automation: fc.constantFrom("armed", "held"),
  armedUntil: fc.option(fc.nat().map(instantMs)),
});

describe("a reign as text", () => {
  it("reads as it was written, at the revision that the store gave it", () => {
    fc.assert(
      fc.property(reigns, fc.integer({ min: 1 }).map(revision), (reign, at) => {
        expect(readReign(reignText(reign), at)).toEqual({ revision: at, reign });
      }),
    );
  });

  it("takes the revision of its own write for its epoch when it is an intent", () => {
    fc.assert(
      fc.property(reigns, fc.integer({ min: 1 }).map(revision), (reign, at) => {
        expect(readReign(intentText(reign), at).reign).toEqual({ ...reign, epoch: at });
      }),
    );
  });

  it("written before there was a floor has none, and not a floor that nobody reaches", () => {
    const older = { ...reignOf(), floor: undefined };
    expect(readReign(JSON.stringify(older), revision(10)).reign.floor).toBeNull();
  });

  it("written before losses were told tells of none", () => {
    const older = { ...reignOf(), mayLack: undefined };
    expect(readReign(JSON.stringify(older), revision(10)).reign.mayLack).toBeNull();
  });

  it("is refused when it names no sync set", () => {
    const text = JSON.stringify({ ...reignOf(), guards: [] });
    expect(() => readReign(text, revision(1))).toThrow("at least one sync set");
  });
});

describe("sync sets", () => {
  it("are the same whatever the order of their members", () => {
    expect(sameSyncSet(anyOf(1, "a", "b"), anyOf(1, "b", "a"))).toBe(true);
  });

  it.each([
    ["more confirmations", anyOf(2, "a", "b")],
    ["another member", anyOf(1, "a", "c")],
    ["fewer members", anyOf(1, "a")],
    ["nobody known", null],
  ])("differ by %s", (_, other) => {
    expect(sameSyncSet(anyOf(1, "a", "b"), other)).toBe(false);
    expect(sameSyncSet(other, anyOf(1, "a", "b"))).toBe(false);
  });

  it("are wanted as the last guard says, while a change is on its way", () => {
    const reign = reignOf({ guards: [anyOf(1, "a", "b"), anyOf(1, "a")] });
    expect(wantedSyncSet(reign)).toEqual(anyOf(1, "a"));
  });
});
