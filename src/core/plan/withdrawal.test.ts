import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { declared, type Person, person } from "../../../test/sample-signers.ts";
import { cryptography } from "../../adapters/files/evidence-cryptography.ts";
import { instantMs, milliseconds } from "../units/units.ts";
import {
  approvedRun,
  approversOf,
  believedRun,
  doubtsIn,
  missingApprovals,
  unprovenSteps,
} from "./approval.ts";
import { type Approval, type Asking, decideRun, type PlanRun, runOf, type Withdrawal } from "./run.ts";
import { type Withdrawn, withdrawnRun } from "./withdrawal.ts";

const { readPublicKey: readKey } = cryptography;
const now = instantMs(1_000_000);
const within = milliseconds(60_000);
const [bob, carl] = [person("bob"), person("carl")];

function askingOf(asks: Asking, more: Partial<PlanRun> = {}): PlanRun {
  const stages = [[runStep("spend", { asks })], [runStep("route")]];
  const { next } = decideRun(stages, { ...runOf(stages, newRun), ...more }, now);
  if (next === null) throw new Error("it begins");
  return next;
}

/** By name alone, or signed. */
type Who = string | Person;

function by(who: Who): { readonly by: string | null; readonly signer: Person["signer"] | null } {
  return typeof who === "string" ? { by: who, signer: null } : { by: null, signer: who.signer };
}

function yes(run: PlanRun, who: Who, at = now): PlanRun {
  const approved = approvedRun(run, { step: "spend", login: "root", ...by(who), at }, readKey);
  if (approved.kind === "refused") throw new Error(approved.because);
  return approved.run;
}

function tryBack(run: PlanRun, who: Who, more: { step?: string; by?: string } = {}): Withdrawn {
  const at = instantMs(now + 1_000);
  return withdrawnRun(run, { step: "spend", login: "root", ...by(who), at, ...more }, readKey);
}

function back(run: PlanRun, who: Who): PlanRun {
  const withdrawn = tryBack(run, who);
  if (withdrawn.kind !== "withdrawn") throw new Error(withdrawn.kind);
  return withdrawn.run;
}

function takenBackOf({ approvals }: PlanRun): Withdrawal {
  const [{ withdrawn } = { withdrawn: null }] = approvals;
  if (withdrawn === null) throw new Error("it was taken back");
  return withdrawn;
}

function because(withdrawn: Withdrawn): string {
  return withdrawn.kind === "refused" ? withdrawn.because : withdrawn.kind;
}

describe("an approval that is taken back", () => {
  const asks: Asking = { people: 2, approvers: [], within };

  it("no longer counts, and the step waits for another person again", () => {
    const run = yes(askingOf(asks), "bob");
    expect(missingApprovals(run, "spend")).toBe(1);
    expect(tryBack(run, "bob")).toMatchObject({ kind: "withdrawn", by: "bob", missing: 2 });
    const without = back(run, "bob");
    expect([...approversOf(without, "spend")]).toEqual([]);
    expect(missingApprovals(yes(without, "carl"), "spend")).toBe(1);
    expect(without.approvals).toMatchObject([
      { by: "bob", at: now, withdrawn: { at: now + 1_000, proof: null } },
    ]);
  });

  it("may be given again, also within the same millisecond, and taken back again", () => {
    const again = yes(back(yes(askingOf(asks), "bob"), "bob"), "bob");
    expect(missingApprovals(again, "spend")).toBe(1);
    expect(again.approvals.map(({ at }) => at - now)).toEqual([0, 1]);
    const twice = back(again, "bob");
    expect(missingApprovals(twice, "spend")).toBe(2);
    expect(twice.approvals.every(({ withdrawn }) => withdrawn !== null)).toBe(true);
    expect(twice.approvals[0]).toEqual(again.approvals[0]);
  });

  it("is not taken back twice, nor by whoever has not given one", () => {
    const run = back(yes(askingOf(asks), "bob"), "bob");
    expect(because(tryBack(run, "bob"))).toBe('bob has withdrawn the approval of step "spend" already');
    expect(because(tryBack(run, "carl"))).toBe('carl has not approved step "spend"');
  });

  it("is not taken back once its step was passed: it is too late", () => {
    const run = yes(yes(askingOf(asks), "bob"), "carl");
    const passed: PlanRun = { ...run, steps: { ...run.steps, spend: { kind: "done", at: now } } };
    expect(tryBack(passed, "bob")).toEqual({ kind: "too-late", run: passed });
  });

  it("is not taken back where the step asks for none, or the run does not go on", () => {
    const run = yes(askingOf(asks), "bob");
    expect(because(tryBack(run, "bob", { step: "route" }))).toBe(
      'step "route" does not ask for an approval now',
    );
    expect(because(tryBack({ ...run, stoppedBecause: "dora has stopped it" }, "bob"))).toBe(
      "the run does not go on: dora has stopped it",
    );
  });

  it("of an earlier asking is not there to be taken back", () => {
    const run = yes(askingOf(asks), "bob");
    const steps = { spend: { kind: "under-way", attempt: 2, since: instantMs(now + 1) } } as const;
    expect(because(tryBack({ ...run, steps }, "bob"))).toBe('bob has not approved step "spend"');
  });
});

describe("an approval by a declared approver", () => {
  const asks: Asking = { people: 1, approvers: declared([bob, carl]), within };
  const counted = (run: PlanRun): number =>
    1 - missingApprovals(believedRun(run, { spend: asks }, readKey), "spend");

  it("is taken back by the same key alone", () => {
    const run = yes(askingOf(asks), bob);
    expect(because(tryBack(run, "bob"))).toContain("each by a signature");
    expect(because(tryBack(run, carl))).toBe('carl has not approved step "spend"');
    expect(because(tryBack(run, carl, { by: "bob" }))).toBe("this key is carl's, and not bob's");
    expect(because(tryBack(run, person("eve")))).toContain("this key is of none who may approve");
    expect(counted(run)).toBe(1);
    const without = back(run, bob);
    expect(counted(without)).toBe(0);
    expect(doubtsIn(without, readKey)).toEqual([]);
    expect(counted(yes(without, bob))).toBe(1);
  });

  it("counts though somebody has written into the store that it was taken back, however that was made", () => {
    const run = yes(askingOf(asks), bob);
    const [real] = run.approvals;
    const theirs = takenBackOf(back(run, bob));
    const ofAnotherRun = takenBackOf(back(yes(askingOf(asks, { id: "an earlier run" }), bob), bob));
    const carls = takenBackOf(back(yes(askingOf(asks), carl), carl));
    const { proof } = theirs;
    if (real === undefined || proof === null) throw new Error("it is signed");
    const counts = (withdrawn: Withdrawal | null, more: Partial<Approval> = {}): number =>
      counted({ ...run, approvals: [{ ...real, ...more, withdrawn }] });
    expect(counts(theirs)).toBe(0);
    const forged: Readonly<Record<string, Withdrawal | null>> = {
      "without a signature": { ...theirs, proof: null },
      "of another run": ofAnotherRun,
      "by somebody else": carls,
      "at another time": { ...theirs, at: instantMs(theirs.at + 1) },
      "with the signature of the approval": { ...theirs, proof: real.proof },
      "with a signature that is none": { ...theirs, proof: { ...proof, signature: "nonsense" } },
    };
    for (const [how, withdrawn] of Object.entries(forged))
      expect({ how, counts: counts(withdrawn) }).toEqual({ how, counts: 1 });
  });

  it("that was given again is not taken back by what was signed of the one before", () => {
    const again = yes(back(yes(askingOf(asks), bob), bob), bob);
    const [before, after] = again.approvals;
    if (before === undefined || after === undefined) throw new Error("there are two");
    expect(counted(again)).toBe(1);
    const moved = { ...again, approvals: [before, { ...after, withdrawn: before.withdrawn }] };
    expect(counted(moved)).toBe(1);
    expect(doubtsIn(moved, readKey)).toEqual([
      "the signature of bob is not over the withdrawal of what they have approved of spend",
    ]);
  });

  it("is told as a doubt where its withdrawal is forged, and may be taken back all the same", () => {
    const run = yes(askingOf(asks), bob);
    const forged = run.approvals.map((each) => ({ ...each, withdrawn: { at: now, proof: null } }));
    const doubted = { ...run, approvals: forged };
    expect(doubtsIn(doubted, readKey)).toEqual([
      "nothing proves that bob has withdrawn the approval of spend: it is not signed",
    ]);
    expect(counted(back(doubted, bob))).toBe(0);
  });

  it("does not prove a step that the store says is done", () => {
    const run = back(yes(askingOf(asks), bob), bob);
    const done: PlanRun = { ...run, steps: { spend: { kind: "done", at: now } } };
    expect(unprovenSteps(done, { spend: asks }, readKey)).toEqual(["spend"]);
    const again = yes(run, carl);
    expect(unprovenSteps({ ...again, steps: done.steps }, { spend: asks }, readKey)).toEqual([]);
  });
});
