import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantMs, type MonotonicMs, monotonicMs, ratio, seconds } from "../units/units.ts";
import { type DrillObservations, drillResultOf } from "./drill.ts";
import type { Audit, Loss } from "./loss.ts";
import { outageOf } from "./outage.ts";
import { type Milestones, phaseNames, phasesOf } from "./phases.ts";
import { bucketsMax, writeSeriesOf } from "./series.ts";
import { summaryOf } from "./summary.ts";
import type { WriteAttempt } from "./writes.ts";

const at = monotonicMs;
const objectives = { rto: seconds(5), rpo: seconds(0), completionsFailedMax: null };

function acknowledged(...instants: readonly number[]): readonly WriteAttempt[] {
  return instants.map((instant) => write(instant, "acknowledged"));
}

function write(instant: number, kind: WriteAttempt["outcome"]["kind"]): WriteAttempt {
  return { id: `w${instant}`, sentAt: at(instant - 4), outcome: { kind, at: at(instant) } };
}

function audited(ids: Iterable<string>): Extract<Audit, { readonly kind: "audited" }> {
  return { kind: "audited", survivingIds: new Set(ids), regions: "agreed" };
}

/** Every 20 ms, both ends included. */
function steady(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / 20) + 1 }, (_, index) => from + 20 * index);
}

function milestones(...instants: readonly (number | null)[]): Milestones {
  const of = (index: number): MonotonicMs | null => {
    const instant = instants[index] ?? null;
    return instant === null ? null : at(instant);
  };
  return { detect: of(0), decide: of(1), fence: of(2), promote: of(3), route: of(4), verify: of(5) };
}

/** A region is lost at 10 s; writes pause from 10.000 to 10.900 and none is lost. */
function goodDrill(): DrillObservations {
  const writes = [...acknowledged(...steady(8_000, 10_000)), ...acknowledged(...steady(10_900, 14_000))];
  return {
    clock: { wall: instantMs(1_790_000_000_000), monotonic: at(4_000) },
    injectedAt: at(10_005),
    endedAt: at(14_010),
    milestones: milestones(10_205, 10_225, 10_365, 10_765, 10_805, 10_955),
    writes: [...writes, write(10_010, "unknown"), write(10_400, "failed")],
    completions: [
      {
        id: "c1",
        startedAt: at(8_000),
        firstTokenAt: at(8_010),
        outcome: { kind: "finished", at: at(9_000) },
      },
      {
        id: "c2",
        startedAt: at(9_500),
        firstTokenAt: at(9_510),
        outcome: { kind: "failed", at: at(10_006) },
      },
      { id: "c3", startedAt: at(10_100), firstTokenAt: null, outcome: { kind: "failed", at: at(10_110) } },
      { id: "c4", startedAt: at(13_900), firstTokenAt: at(13_910), outcome: { kind: "running" } },
    ],
    audit: audited([...writes.map(({ id }) => id), "w10010"]),
    lateAcknowledgedIds: [],
  };
}

describe("a drill in which a region is lost and another takes over", () => {
  const result = drillResultOf(goodDrill(), objectives);

  it("meets its objectives, each with the number that decided", () => {
    expect(result.verdict).toBe("met");
    expect(result.judgements.map(({ because }) => because)).toEqual([
      "the outage of 0.900 s is within the 5 s accepted",
      "none of 257 acknowledged writes was lost",
      "the old primary acknowledged 0 writes after the new one could",
      "a real write and a real completion came through the edge after the failover",
    ]);
  });

  it("is told in summary.json in exactly the documented shape", () => {
    const summary = summaryOf(result, "drill/7 4f2a");
    expect(JSON.stringify(summary)).toBe(
      '{"formatVersion":1,"outageSeconds":0.9,' +
        '"phasesSeconds":{"detect":0.2,"decide":0.02,"fence":0.14,"promote":0.4,"route":0.04,"verify":0.15},' +
        '"writesAcknowledged":257,"writesLost":0,"completionsStarted":4,"completionsFailed":2,' +
        '"rtoObjectiveSeconds":5,"rpoObjectiveSeconds":0,"objectivesMet":true,"evidenceHead":"drill/7 4f2a"}',
    );
  });

  it("gives the fault its date by the clock that was read twice", () => {
    expect(result.fault).toEqual({ wall: 1_790_000_006_005, monotonic: 10_005 });
  });

  it("tells a stream cut in the middle from one that never began", () => {
    expect(result.completions).toEqual({ started: 4, finished: 1, failed: 2, cut: 1 });
  });

  it("keeps a write of unknown outcome apart from the lost, whether or not it survived", () => {
    expect(result.writes).toMatchObject({
      unknown: 1,
      failed: 1,
      loss: { unknownKept: 1, lostIds: [] },
    });
  });
});

describe("an outage", () => {
  const watched = { injectedAt: at(1_000), endedAt: at(5_000) };

  it("lasts from the last acknowledgement before the fault to the first after", () => {
    const writes = acknowledged(...steady(0, 980), ...steady(1_700, 5_000));
    expect(outageOf({ ...watched, writes })).toMatchObject({
      kind: "interrupted",
      duration: 0.72,
      others: [],
    });
  });

  it("is not shortened by an acknowledgement that slips out while the fault takes hold", () => {
    const writes = acknowledged(...steady(0, 980), 1_006, ...steady(2_006, 5_000));
    expect(outageOf({ ...watched, writes })).toMatchObject({ kind: "interrupted", from: 1_006, duration: 1 });
  });

  it("is the longest of several, and the others are listed", () => {
    const writes = acknowledged(...steady(0, 1_000), ...steady(1_400, 2_000), ...steady(3_500, 5_000));
    expect(outageOf({ ...watched, writes })).toMatchObject({
      kind: "interrupted",
      duration: 1.5,
      others: [{ from: 1_000, to: 1_400 }],
    });
  });

  it("was not noticed when no pause stands out from the calm before", () => {
    const writes = acknowledged(...steady(0, 400), ...steady(700, 1_600), ...steady(2_000, 5_000));
    expect(outageOf({ ...watched, writes })).toMatchObject({ kind: "unnoticed", duration: 0.4 });
  });

  it("was noticed when writes failed in it, however uneven the calm before", () => {
    const uneven = acknowledged(...steady(0, 400), ...steady(700, 1_600), ...steady(2_000, 5_000));
    const writes = [...uneven, write(1_700, "failed")];
    expect(outageOf({ ...watched, writes })).toMatchObject({ kind: "interrupted", duration: 0.4 });
  });

  it("was not noticed when the fault never bit", () => {
    expect(outageOf({ ...watched, writes: acknowledged(...steady(0, 5_000)) })).toMatchObject({
      kind: "unnoticed",
      duration: 0.02,
    });
  });

  it("has no end when no write is acknowledged after it", () => {
    const writes = [...acknowledged(...steady(0, 980)), write(1_500, "failed")];
    expect(outageOf({ ...watched, writes })).toEqual({ kind: "not-restored", from: 980, atLeast: 4.02 });
  });

  it("has no end when service returned and went away again for good", () => {
    const writes = acknowledged(...steady(0, 980), ...steady(1_500, 3_000));
    expect(outageOf({ ...watched, writes })).toEqual({ kind: "not-restored", from: 3_000, atLeast: 2 });
  });

  it("is not measured when nothing was acknowledged before the fault", () => {
    expect(outageOf({ ...watched, writes: acknowledged(2_000, 2_020) })).toEqual({ kind: "unmeasured" });
    expect(outageOf({ ...watched, writes: [] })).toEqual({ kind: "unmeasured" });
  });
});

describe("a drill misses its objectives", () => {
  const missed = (
    change: Partial<DrillObservations>,
    goals: Parameters<typeof drillResultOf>[1] = objectives,
  ): string[] =>
    drillResultOf({ ...goodDrill(), ...change }, goals)
      .judgements.filter(({ isMet }) => !isMet)
      .map(({ name, because }) => `${name}: ${because}`);

  it("when the outage is longer than accepted", () => {
    expect(missed({}, { ...objectives, rto: seconds(0.5) })).toEqual([
      "recovery-time: the outage of 0.900 s is longer than the 500 ms accepted",
    ]);
  });

  it("when service was never there, so that nothing was proven", () => {
    expect(missed({ writes: [] })).toEqual([
      "recovery-time: nothing was acknowledged before the fault, so there was no service to interrupt",
    ]);
  });

  it("when one acknowledged write is missing and none may be", () => {
    const audit = audited(
      goodDrill()
        .writes.map(({ id }) => id)
        .filter((id) => id !== "w10000"),
    );
    expect(missed({ audit })).toEqual([
      "data-loss: 1 of 257 acknowledged writes was lost over 0.005 s; 0 s is accepted",
    ]);
    expect(missed({ audit }, { ...objectives, rpo: seconds(1) })).toEqual([]);
    const lostAtTheFault = [...goodDrill().writes, write(10_005, "acknowledged")];
    expect(missed({ writes: lostAtTheFault })).toHaveLength(1);
  });

  it("when the old primary acknowledged after the new one could", () => {
    expect(missed({ lateAcknowledgedIds: ["w12000"] })).toEqual([
      "one-writer: the old primary acknowledged 1 write after the new one could",
    ]);
  });

  it("when the recovery was not verified", () => {
    expect(missed({ milestones: milestones(10_205, 10_225, 10_365, 10_765, 10_805, null) })).toEqual([
      "verified: no real write and completion came through the edge to prove a recovery",
    ]);
  });

  it("when more completions failed than accepted", () => {
    expect(missed({}, { ...objectives, completionsFailedMax: ratio(0.4) })).toEqual([
      "completions: 2 of 4 completions failed; 40 % is accepted",
    ]);
    expect(missed({}, { ...objectives, completionsFailedMax: ratio(0.5) })).toEqual([]);
  });
});

describe("a drill in which nobody takes over and nobody can read the store", () => {
  const before = acknowledged(...steady(8_000, 10_000));
  const result = drillResultOf(
    {
      ...goodDrill(),
      writes: [...before, write(10_400, "failed")],
      milestones: milestones(10_205, null, null, null, null, null),
      audit: { kind: "unaudited", because: "the store gives no answer through the edge: timeout" },
    },
    objectives,
  );

  it("is judged: it has missed its objectives, and what was lost is not known", () => {
    expect(result.verdict).toBe("missed");
    expect(result.judgements.map(({ isMet, because }) => [isMet, because])).toEqual([
      [false, "the writer was not answered again in the 4.010 s that it was watched"],
      [false, "nobody could read the surviving store, so what was lost is not known"],
      [true, "no second writer was seen, for no new primary was proven to serve"],
      [false, "no real write and completion came through the edge to prove a recovery"],
    ]);
    expect(result.outage.kind).toBe("not-restored");
  });

  it("makes up no number of lost writes in its summary", () => {
    expect(summaryOf(result, "")).toMatchObject({
      outageSeconds: null,
      writesAcknowledged: 101,
      writesLost: null,
      objectivesMet: false,
    });
  });

  it("misses its objectives also when it was back in time: nobody can say that nothing was lost", () => {
    const { verdict } = drillResultOf(
      { ...goodDrill(), audit: { kind: "unaudited", because: "timeout" } },
      { ...objectives, rpo: seconds(60) },
    );
    expect(verdict).toBe("missed");
  });
});

describe("a drill whose regions did not agree before the store was read", () => {
  it("says so beside what it counted", () => {
    const audit = { ...audited([]), regions: "not-agreed" } as const;
    const { judgements } = drillResultOf({ ...goodDrill(), audit }, objectives);
    expect(judgements[1]?.because).toBe(
      "257 of 257 acknowledged writes were lost over 6.000 s, counted before the surviving regions agreed; 0 s is accepted",
    );
  });
});

describe("the phases of a recovery", () => {
  const instant = fc.double({ min: -5_000, max: 60_000, noNaN: true });
  const anyMilestones = fc
    .array(fc.option(instant), { minLength: 6, maxLength: 6 })
    .map((six) => milestones(...six));

  it("are never negative and never add up to more than the time to the verification", () => {
    fc.assert(
      fc.property(anyMilestones, instant, (reached, injected) => {
        const phases = phasesOf(at(injected), reached);
        const sum = phases.reduce((total, { duration }) => total + (duration ?? 0), 0);
        expect(phases.every(({ duration }) => duration === null || duration >= 0)).toBe(true);
        if (reached.verify === null) return;
        expect(sum).toBeLessThanOrEqual(Math.max(0, reached.verify - injected) / 1_000 + 1e-9);
      }),
    );
  });

  it("add up to exactly that time when each of them ended", () => {
    const six = fc.array(instant, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(six, instant, (instants, injected) => {
        const reached = milestones(...instants);
        const sum = phasesOf(at(injected), reached).reduce(
          (total, { duration }) => total + (duration ?? 0),
          0,
        );
        expect(sum).toBeCloseTo(Math.max(0, (reached.verify ?? 0) - injected) / 1_000, 9);
      }),
    );
  });

  it("count work done ahead of its turn once", () => {
    const phases = phasesOf(at(0), milestones(100, 150, 130, 400, 400, 500));
    expect(phases.map(({ duration }) => duration)).toEqual([0.1, 0.05, 0, 0.25, 0, 0.1]);
    expect(phases.map(({ name }) => name)).toEqual(phaseNames);
  });

  it("leave one that did not end without a duration, and count the next from the last that did", () => {
    const phases = phasesOf(at(0), milestones(100, null, 300, null, null, null));
    expect(phases.map(({ duration }) => duration)).toEqual([0.1, null, 0.2, null, null, null]);
  });
});

describe("the arithmetic of any drill", () => {
  const kinds = fc.constantFrom("acknowledged" as const, "failed" as const, "unknown" as const);
  const anyWrites = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 20_000 }), kinds), {
    selector: ([instant]) => instant,
    maxLength: 200,
  });
  const anyDrill = fc.record({
    injected: fc.integer({ min: 0, max: 20_000 }),
    attempts: anyWrites,
    kept: fc.func(fc.boolean()),
  });
  const observed = (
    attempts: readonly (readonly [number, WriteAttempt["outcome"]["kind"]])[],
  ): readonly WriteAttempt[] => attempts.map(([instant, kind]) => write(instant, kind));

  it("gives the same whatever the order of the writer's record", () => {
    fc.assert(
      fc.property(anyDrill, ({ injected, attempts }) => {
        const drill = { ...goodDrill(), injectedAt: at(injected), endedAt: at(20_000) };
        const forward = drillResultOf({ ...drill, writes: observed(attempts) }, objectives);
        expect(drillResultOf({ ...drill, writes: observed(attempts.toReversed()) }, objectives)).toEqual(
          forward,
        );
      }),
    );
  });

  it("never calls an outage shorter than the pause around the fault", () => {
    fc.assert(
      fc.property(anyDrill, ({ injected, attempts }) => {
        const outage = outageOf({
          injectedAt: at(injected),
          endedAt: at(20_000),
          writes: observed(attempts),
        });
        const instants = attempts.filter(([, kind]) => kind === "acknowledged").map(([instant]) => instant);
        const before = Math.max(...instants.filter((instant) => instant <= injected));
        const after = Math.min(...instants.filter((instant) => instant > injected));
        if (outage.kind !== "interrupted" && outage.kind !== "unnoticed") return;
        expect(outage.duration).toBeGreaterThanOrEqual((after - before) / 1_000);
      }),
    );
  });

  it("loses only what was acknowledged, and nothing when all survives", () => {
    fc.assert(
      fc.property(anyDrill, ({ injected, attempts, kept }) => {
        const writes = observed(attempts);
        const drill = { ...goodDrill(), injectedAt: at(injected), endedAt: at(20_000), writes };
        const some = new Set(writes.map(({ id }) => id).filter(kept));
        const lossOf = (audit: Audit): Extract<Loss, { readonly kind: "audited" }> => {
          const { loss } = drillResultOf({ ...drill, audit }, objectives).writes;
          if (loss.kind === "unaudited") throw new Error(loss.because);
          return loss;
        };
        const account = lossOf(audited(some));
        const promised = writes.filter(({ outcome }) => outcome.kind === "acknowledged").map(({ id }) => id);
        expect(new Set(account.lostIds)).toEqual(new Set(promised.filter((id) => !some.has(id))));
        expect(account.dataLoss >= 0 && (account.dataLoss === 0 || account.lostIds.length > 0)).toBe(true);
        const all = new Set(writes.map(({ id }) => id));
        expect(lossOf(audited(all)).lostIds).toEqual([]);
      }),
    );
  });

  it("shows in its bars every write of the span that they cover, in at most as many bars as paper takes", () => {
    fc.assert(
      fc.property(anyDrill, fc.integer({ min: 0, max: 5_000_000 }), ({ injected, attempts }, longer) => {
        const writes = observed(attempts);
        const endedAt = at(20_000 + longer);
        const { width, buckets } = writeSeriesOf(writes, at(injected), { recoveredAt: null, endedAt });
        const [first, last] = [buckets[0]?.startMs ?? 0, (buckets.at(-1)?.startMs ?? 0) + width];
        const covered = writes.filter(
          ({ outcome }) => outcome.at - injected >= first && outcome.at - injected < last,
        );
        const shown = buckets.reduce((total, bucket) => total + bucket.acknowledged + bucket.failed, 0);
        expect(shown).toBe(covered.length);
        expect(buckets.length).toBeLessThanOrEqual(bucketsMax);
        expect(buckets.some(({ startMs }) => startMs === 0)).toBe(true);
      }),
    );
  });
});
