import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../test/sample-run.ts";
import { type PlanRun, runOf, type StepStanding } from "../core/plan/run.ts";
import { instantMs, milliseconds } from "../core/units/units.ts";
import { backLines, changedRows, runHeadline, stepRows } from "./run-text.ts";

const asks = { people: 2, approvers: [], within: milliseconds(1_000) };
const since = instantMs(5);

function run(...standings: readonly StepStanding[]): PlanRun {
  const steps = standings.map((_, at) => runStep(`${at + 1} step`, { asks: at === 0 ? asks : null }));
  const fresh = runOf([steps], { ...newRun, plan: `sha256:${"0123456789".repeat(6)}` });
  return { ...fresh, steps: Object.fromEntries(standings.map((each, at) => [`${at + 1} step`, each])) };
}

describe("a run in words", () => {
  it("says how each step stands", () => {
    const rows = stepRows(
      run(
        { kind: "under-way", attempt: 1, since },
        { kind: "under-way", attempt: 3, since },
        { kind: "waiting" },
        { kind: "done", at: since },
        { kind: "skipped", because: "west serves" },
        { kind: "failed", because: "it is silent" },
        { kind: "failed", because: "it is silent", mend: "let it speak" },
        { kind: "undoing", since },
        { kind: "undone" },
        { kind: "left", because: "there is no way back" },
      ),
    );
    expect(rows.map(([, text]) => text)).toEqual([
      "waits for 2 approvals: `holdfast failover approve`",
      "under way, attempt 3",
      "to come",
      "done",
      "not called for: west serves",
      "failed: it is silent",
      "failed: it is silent; mend: let it speak",
      "being undone",
      "undone",
      "left as it is: there is no way back",
    ]);
  });

  it("says of a run that is over that a step was not begun, and of one that asks for signatures how to give one", () => {
    const over = { ...run({ kind: "waiting" }), end: "undone" as const };
    expect(stepRows(over).map(([, text]) => text)).toEqual(["not begun"]);
    const asking = run({ kind: "under-way", attempt: 1, since });
    const [[step, asked] = ["", null]] = Object.entries(asking.asks);
    const signed = {
      ...asking,
      asks: { [step]: { ...asked, approvers: [{ name: "bob", key: "k" }] } },
    } as PlanRun;
    expect(stepRows(signed)[0]?.[1]).toContain("`holdfast failover approve --key PRIVATE.pem`");
  });

  it("says what has changed since, an approval too", () => {
    const before = run({ kind: "under-way", attempt: 1, since }, { kind: "waiting" });
    const approved = {
      ...before,
      approvals: [{ step: "1 step", by: "bob", at: since, proof: null, withdrawn: null }],
    };
    expect(changedRows(before, approved)).toEqual([
      ["1 step", "waits for 1 approval, has that of bob: `holdfast failover approve`"],
    ]);
    expect(changedRows(null, before).map(([step]) => step)).toEqual(["1 step"]);
    expect(changedRows(before, before)).toEqual([]);
  });

  it("says who has taken an approval back, and when, until they say yes again", () => {
    const asking = run({ kind: "under-way", attempt: 1, since });
    const yes = { step: "1 step", at: since, proof: null, withdrawn: null };
    const withdrawn = { at: instantMs(Date.UTC(2026, 10, 28, 21)), proof: null };
    const [cyds, bobs] = [
      { ...yes, by: "cyd" },
      { ...yes, by: "bob", withdrawn },
    ];
    expect(changedRows({ ...asking, approvals: [cyds] }, { ...asking, approvals: [cyds, bobs] })).toEqual([
      [
        "1 step",
        "waits for 1 approval, has that of cyd, that of bob withdrawn at 2026-11-28T21:00:00.000Z: `holdfast failover approve`",
      ],
    ]);
    const again = { ...yes, by: "bob", at: instantMs(since + 1) };
    expect(stepRows({ ...asking, approvals: [bobs, again] })[0]?.[1]).toBe(
      "waits for 1 approval, has that of bob: `holdfast failover approve`",
    );
    const done = run({ kind: "done", at: since });
    expect(stepRows({ ...done, approvals: [bobs, cyds] })[0]?.[1]).toBe("approved by cyd");
  });

  it("says who has approved a step, and that nobody has any more once it is undone", () => {
    const told = (standing: StepStanding): string | undefined => {
      const approvals = ["bob", "cyd"].map((by) => ({
        step: "1 step",
        by,
        at: since,
        proof: null,
        withdrawn: null,
      }));
      return stepRows({ ...run(standing), approvals })[0]?.[1];
    };
    expect(told({ kind: "done", at: since })).toBe("approved by bob, cyd");
    expect(told({ kind: "undone" })).toBe("no more approved");
    expect(told({ kind: "failed", because: "it is late" })).toBe("failed: it is late");
  });

  it("says how all of it stands, in which plan, by whom and under which epoch", () => {
    const under = "run of sha256:012345678901… by ada, under epoch 7";
    const present = run({ kind: "waiting" });
    expect(runHeadline(present)).toBe(`under way, going on: ${under}`);
    expect(runHeadline({ ...present, course: "back" })).toBe(`under way, going back: ${under}`);
    const stopped = { ...present, stoppedBecause: "bob has stopped it" };
    expect(runHeadline(stopped)).toBe(
      `stopping, once what is under way has ended: ${under}: bob has stopped it`,
    );
    expect(runHeadline({ ...stopped, end: "stopped" })).toBe(`stopped: ${under}: bob has stopped it`);
    expect(runHeadline({ ...present, end: "done" })).toBe(`done: ${under}`);
    expect(runHeadline({ ...present, end: "undone" })).toBe(`undone: ${under}`);
    const left = (because: string): PlanRun => ({
      ...run({ kind: "undone" }, { kind: "left", because }),
      end: "undone",
    });
    expect(runHeadline(left("there is no way back"))).toBe(`undone: ${under}`);
    expect(runHeadline(left("the file is not there"))).toBe(`undone but for what could not be: ${under}`);
  });

  describe("that shows what is back", () => {
    const at = (after: number): StepStanding => ({ kind: "done", at: instantMs(newRun.begunAt + after) });
    const objectives = [
      { journey: "chat", mode: null, rto: milliseconds(2_400_000), fuller: [] },
      { journey: "chat", mode: "small", rto: milliseconds(10_000), fuller: [null] },
      { journey: "chat", mode: "static", rto: milliseconds(10_000), fuller: [null, "small"] },
    ];

    function shown(whole: StepStanding, small: StepStanding, end: PlanRun["end"] = "done"): PlanRun {
      const steps = [
        runStep("whole", { shows: [{ journey: "chat", mode: null }] }),
        runStep("small", { shows: [{ journey: "chat", mode: "small" }] }),
      ];
      return { ...runOf([steps], { ...newRun, objectives }), steps: { whole, small }, end };
    }

    it("says when, whether that is within the RTO, and from when that counts", () => {
      expect(backLines(shown(at(474_000), at(12_300)))).toEqual([
        "chat in small is back, 12.3 s after the run began (measured)",
        "chat is back, 7.9 min after the run began (measured)",
        "chat: RTO 40 min met",
        "chat in small: RTO 10 s missed by 2.3 s",
        "chat in static: RTO 10 s not judged: no step of the plan shows it to be back",
        "each RTO is counted from when the run began, by wall clocks; the loss was earlier",
      ]);
      expect(backLines(shown(at(1), at(12_300)))).toContain(
        "chat in small: RTO 10 s met: by then chat was back",
      );
    });

    it("says what was not shown, what still may be, and what no clock can tell", () => {
      const wrong: StepStanding = { kind: "failed", because: "wrong" };
      expect(backLines(shown(wrong, at(-1)))).toEqual([
        "chat in small is back, and nobody can say since when: a clock was set back, or is behind",
        "not shown to be back: chat",
        "chat: RTO 40 min not shown to be met",
        "chat in small: RTO 10 s not judged: a clock was set back, or is behind",
        "chat in static: RTO 10 s not judged: no step of the plan shows it to be back",
        "each RTO is counted from when the run began, by wall clocks; the loss was earlier",
      ]);
      expect(backLines(shown({ kind: "waiting" }, at(1), null))).toContain("chat: RTO 40 min not judged yet");
      expect(backLines(shown(wrong, wrong, "undone"))).toEqual([]);
    });

    it("says nothing of any RTO where none is declared", () => {
      const run = shown(at(1_000), at(500));
      expect(backLines({ ...run, objectives: [] })).toEqual([
        "chat in small is back, 0.5 s after the run began (measured)",
        "chat is back, 1 s after the run began (measured)",
      ]);
    });
  });
});
