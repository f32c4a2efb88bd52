import { describe, expect, it } from "vitest";
import { monotonicMs, seconds } from "../../src/core/units/units.ts";
import type { TrialFault } from "../subject.ts";
import { asynchronousTargets, peerTargets } from "../targets.ts";
import { acknowledgedAfter, type Trial } from "../trial.ts";
import { peerResultOf, trialLine } from "./result.ts";
import { peersText } from "./text.ts";
import { isAnotherToMake, type Made } from "./trials.ts";

const ours = { system: "Holdfast", held: { targets: peerTargets, rpo: seconds(0) } } as const;
const asynchronous = { system: "Holdfast", held: { targets: asynchronousTargets, rpo: seconds(1) } } as const;

function made(outageSeconds: number, changes: Partial<Trial> = {}, fault: TrialFault = "kill"): Made {
  const trial: Trial = {
    injectedAt: monotonicMs(0),
    successor: "west",
    outage: {
      kind: "interrupted",
      from: monotonicMs(0),
      to: monotonicMs(outageSeconds * 1_000),
      duration: seconds(outageSeconds),
      others: [],
    },
    acknowledged: 100,
    lostIds: [],
    dataLoss: seconds(0),
    acknowledgedByOld: 0,
    returnPause: seconds(0.1),
    wholeAfter: seconds(4),
    ...changes,
  };
  return { kind: "measured", fault, member: "east", trial };
}

const failed: Extract<Made, { kind: "not-measured" }> = {
  kind: "not-measured",
  fault: "kill",
  problem: { code: "bench/not-whole", what: "it is not whole", where: null, why: "", mend: "" },
};

describe("what the trials of one fault come to", () => {
  it("are met when all are fast and nothing was lost", () => {
    expect(peerResultOf(ours, "kill", [made(0.8), made(1), made(1.4)])).toMatchObject({
      outage: { n: 3, median: 1, worst: 1.4 },
      replaced: 3,
      acknowledged: 300,
      verdict: "met",
    });
  });

  it.each<[string, TrialFault, readonly Made[]]>([
    ["half of the outages are longer than the target", "kill", [made(1.6)]],
    ["a switchover takes clients longer than a second", "switchover", [made(1.1, {}, "switchover")]],
    ["one acknowledged write is lost", "kill", [made(1, { lostIds: ["kill-1-edge-7"] })]],
    ["the old one acknowledged after its successor", "kill", [made(1, { acknowledgedByOld: 1 })]],
    ["the member that was lost serves still", "kill", [made(1, { successor: "east" })]],
    ["another serves where nobody was lost", "store-cut", [made(0.1, { successor: "west" }, "store-cut")]],
    [
      "service did not return",
      "kill",
      [made(1, { outage: { kind: "not-restored", from: monotonicMs(0), atLeast: seconds(1) } })],
    ],
    ["one could not be made", "kill", [made(1), failed]],
    ["nothing was measured", "kill", []],
  ])("are missed when %s", (_, fault, trials) => {
    expect(peerResultOf(ours, fault, trials).verdict).toBe("missed");
  });

  it("are met where the store alone is out of reach and the member serves on, however long its longest pause", () => {
    const trials = [made(5, { successor: "east" }, "store-cut")];
    expect(peerResultOf(ours, "store-cut", trials).verdict).toBe("met");
  });

  it("are met without confirmations as long as no more is lost than may be, and missed beyond that", () => {
    const losing = (lost: number): Made => made(9, { lostIds: ["one"], dataLoss: seconds(lost) });
    expect(peerResultOf(asynchronous, "kill", [losing(0.9)]).verdict).toBe("met");
    expect(peerResultOf(asynchronous, "kill", [losing(0.1), losing(1.1)]).verdict).toBe("missed");
    expect(peersText([peerResultOf(asynchronous, "kill", [losing(0.9)])])).toContain("1 (0.90 s at worst)");
  });

  it("are told beside how many were made, and what became of those that were not measured", () => {
    const text = peersText([
      peerResultOf({ system: "Peer", held: null }, "kill", [failed, made(20), failed]),
    ]);
    expect(text).toMatch(/\| killed +\| Peer +\| 1 of 3 /);
    expect(text).toContain("- Peer, killed: not measured: it is not whole: 2 of 3");
    const seen = ["east", "west"].map((name): Made => {
      const what = `the cluster is not whole after 180 s of waiting: ${name} is stopped`;
      return { ...failed, problem: { ...failed.problem, what } };
    });
    const others = peersText([peerResultOf({ system: "Peer", held: null }, "kill", [...seen, made(20)])]);
    expect(others).toContain("180 s of waiting: 2 of 3 (east is stopped / west is stopped)");
    expect(peersText([peerResultOf(ours, "kill", [])])).toMatch(/ 0 of 0 /);
  });

  it("are made anew until enough are measured, and no more than twice as often as are wanted", () => {
    const told = (...kinds: readonly Made["kind"][]): boolean =>
      isAnotherToMake(
        kinds.map((kind) => ({ kind })),
        3,
      );
    const [yes, no] = ["measured", "not-measured"] as const;
    expect(told()).toBe(true);
    expect(told(yes, yes)).toBe(true);
    expect(told(yes, yes, yes)).toBe(false);
    expect(told(yes, no, yes, no)).toBe(true);
    expect(told(yes, no, yes, no, yes)).toBe(false);
    expect(told(no, no, no, no, no)).toBe(true);
    expect(told(no, no, no, no, no, no)).toBe(false);
  });

  it("are a peer's figures, which are held to nothing", () => {
    const result = peerResultOf({ system: "Peer", held: null }, "kill", [made(20), failed]);
    expect(result).toMatchObject({
      verdict: null,
      notMeasured: ["it is not whole"],
      outage: { n: 1, median: 20 },
    });
  });
});

describe("what the member that served acknowledged after its successor", () => {
  const writeAt = (at: number) =>
    ({
      id: `${at}`,
      sentAt: monotonicMs(at - 1),
      outcome: { kind: "acknowledged", at: monotonicMs(at) },
    }) as const;

  it("is counted from the end of the outage", () => {
    const outage = {
      kind: "interrupted",
      from: monotonicMs(0),
      to: monotonicMs(1_000),
      duration: seconds(1),
      others: [],
    } as const;
    expect(acknowledgedAfter(outage, [writeAt(900), writeAt(1_001), writeAt(2_000)])).toBe(2);
  });

  it("is nothing where no successor ever acknowledged", () => {
    const outage = { kind: "not-restored", from: monotonicMs(0), atLeast: seconds(1) } as const;
    expect(acknowledgedAfter(outage, [writeAt(2_000)])).toBe(0);
  });
});

describe("the table beside peers", () => {
  it("puts the systems of one fault together, with targets for ours alone", () => {
    const results = [
      peerResultOf(ours, "switchover", [made(0.5, {}, "switchover")]),
      peerResultOf(ours, "kill", [made(0.8)]),
      peerResultOf({ system: "Peer", held: null }, "kill", [made(20)]),
    ];
    const rows = peersText(results).split("\n").slice(2);
    expect(
      rows.map((row) =>
        row
          .split("|")
          .slice(1, 3)
          .map((cell) => cell.trim()),
      ),
    ).toEqual([
      ["killed", "Holdfast"],
      ["killed", "Peer"],
      ["asked to hand over", "Holdfast"],
    ]);
    expect(rows[0]).toContain("≤ 1.5 s");
    expect(rows[1]).not.toContain("≤");
  });

  it("says that one which never ended took longer than was watched", () => {
    const never = made(1, { outage: { kind: "not-restored", from: monotonicMs(0), atLeast: seconds(60) } });
    expect(peersText([peerResultOf(ours, "kill", [never])])).toContain("> 60.00 s");
  });

  it("says below it why something was not measured", () => {
    const text = peersText([peerResultOf({ system: "Peer", held: null }, "kill", [made(20), failed])]);
    expect(text.split("\n\n")[1]).toBe("- Peer, killed: not measured: it is not whole: 1 of 2");
  });

  it("tells each trial in a line, and why one was not measured", () => {
    expect(trialLine("kill 1/3", made(0.8))).toContain(
      "kill 1/3: east, outage 0.80 s (interrupted); west serves",
    );
    expect(trialLine("kill 2/3", failed)).toBe("kill 2/3: not measured: it is not whole");
  });
});
