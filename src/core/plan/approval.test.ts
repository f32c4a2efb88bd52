import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { declared, type Person, person } from "../../../test/sample-signers.ts";
import { cryptography } from "../../adapters/files/evidence-cryptography.ts";
import { instantMs, milliseconds } from "../units/units.ts";
import {
  type Approved,
  approvedRun,
  askingSteps,
  believedRun,
  doubtsIn,
  missingApprovals,
  unprovenSteps,
  type Yes,
} from "./approval.ts";
import {
  afterDeed,
  type Approval,
  type ApprovalProof,
  decideRun,
  type PlanRun,
  runOf,
  type Stages,
  type StepStanding,
} from "./run.ts";
import { signApproval, signRun } from "./signed-approval.ts";

const now = instantMs(1_000_000);
const within = milliseconds(60_000);

const stages: Stages = [
  [runStep("spend", { asks: { people: 2, approvers: [], within } }), runStep("warm")],
  [runStep("route")],
];

function asking(): PlanRun {
  const fresh = runOf(stages, newRun);
  const { next } = decideRun(stages, fresh, now);
  if (next === null) throw new Error("it begins");
  return next;
}

const { readPublicKey: readKey } = cryptography;

/** Says yes by name alone. */
function said(run: PlanRun, yes: Pick<Yes, "step" | "by" | "at">): Approved {
  return approvedRun(run, { ...yes, login: "somebody", signer: null }, readKey);
}

function yes(run: PlanRun, by: string, at = now): PlanRun {
  const approved = said(run, { step: "spend", by, at });
  if (approved.kind === "refused") throw new Error(approved.because);
  return approved.run;
}

describe("a step that asks for approvals", () => {
  it("has them once enough people have said yes, none of them the one who runs the plan", () => {
    const run = asking();
    expect(askingSteps(run)).toEqual(["spend"]);
    expect(missingApprovals(run, "spend")).toBe(2);
    expect(missingApprovals(yes(run, "bob"), "spend")).toBe(1);
    expect(missingApprovals(yes(yes(run, "bob"), "carl"), "spend")).toBe(0);
    expect(said(run, { step: "spend", by: "ada", at: now })).toEqual({
      kind: "refused",
      because: "ada runs the plan, and cannot approve what it asks of others",
      mend: "let somebody else approve it",
    });
  });

  it("takes none of whoever went on with the run after it was begun", () => {
    const run = { ...asking(), alsoBy: ["bob"] };
    expect(said(run, { step: "spend", by: "bob", at: now })).toMatchObject({ kind: "refused" });
    expect(missingApprovals(yes(run, "carl"), "spend")).toBe(1);
  });

  it("keeps what somebody approved before they went on with the run, once its step is done", () => {
    const approved = yes(yes(asking(), "bob"), "carl");
    const done = { ...approved, alsoBy: ["bob"], steps: { spend: { kind: "done", at: now } } } as const;
    expect(doubtsIn(done, () => null)).toEqual([]);
    expect(doubtsIn({ ...approved, alsoBy: ["bob"] }, () => null)).toEqual([
      "bob runs the plan, and cannot approve what it asks of others",
    ]);
  });

  it("counts nobody twice", () => {
    expect(said(yes(asking(), "bob"), { step: "spend", by: "bob", at: now })).toEqual({
      kind: "refused",
      because: 'bob has approved step "spend" already',
      mend: "let somebody else approve it",
    });
  });

  it("takes none of a run that somebody has stopped, which will not go on", () => {
    const run = { ...asking(), stoppedBecause: "dora has stopped it" };
    expect(said(run, { step: "spend", by: "bob", at: now })).toEqual({
      kind: "refused",
      because: "the run does not go on: dora has stopped it",
    });
  });

  it("takes none that comes late, and none that a step does not ask for", () => {
    const late = { step: "spend", by: "bob", at: instantMs(now + within + 1) };
    expect(said(asking(), late)).toEqual({
      kind: "refused",
      because: 'the time in which step "spend" could be approved is over',
      mend: "let whoever runs it go on with --resume: the step asks anew, and is approved then",
    });
    expect(said(asking(), { ...late, at: instantMs(now + within) }).kind).toBe("approved");
    for (const name of ["warm", "route", "nothing"])
      expect(said(asking(), { step: name, by: "bob", at: now })).toEqual({
        kind: "refused",
        because: `step "${name}" does not ask for it now`,
      });
  });

  it("asks anew when it begins anew: what was said yes to before does not count", () => {
    const run = yes(asking(), "bob");
    const later = instantMs(now + 5_000);
    const standing: StepStanding = { kind: "under-way", attempt: 1, since: later };
    const again: PlanRun = { ...run, steps: { ...run.steps, spend: standing } };
    expect(missingApprovals(again, "spend")).toBe(2);
    expect(missingApprovals(yes(again, "bob", later), "spend")).toBe(1);
  });

  it("asks anew though its wall clock was set back meanwhile, and takes what is said by others that were not", () => {
    const run = yes(asking(), "bob");
    const asksTwice = stages.map((stage) => stage.map((step) => ({ ...step, attemptsMax: 2 })));
    const deed = { kind: "do", step: "spend", attempt: 1 } as const;
    const before = instantMs(now - 3_600_000);
    const result = { kind: "failed", because: "not enough people have said yes in time" } as const;
    const { next } = afterDeed(asksTwice, run, { deed, result, now: before });
    if (next === null) throw new Error("it asks anew");
    expect(missingApprovals(next, "spend")).toBe(2);
    expect(missingApprovals(yes(next, "carl", before), "spend")).toBe(1);
    expect(missingApprovals(yes(next, "carl", instantMs(now + 1_000)), "spend")).toBe(1);
  });

  it("asks after all that was said before when a person lets it go on, whatever its wall clock shows", () => {
    const run = {
      ...yes(asking(), "bob"),
      steps: { spend: { kind: "waiting" }, warm: { kind: "waiting" } },
    } as const;
    const { next } = decideRun(stages, run, instantMs(now - 3_600_000));
    if (next === null) throw new Error("it asks anew");
    expect(missingApprovals(next, "spend")).toBe(2);
  });
});

describe("a step whose approvers are declared", () => {
  const [bob, carl, dora, eve] = ["bob", "carl", "dora", "eve"].map(person) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const asks = { people: 2, approvers: declared([bob, carl, dora]), within };
  const guarded: Stages = [[runStep("spend", { asks })], [runStep("route")]];

  function askingRun(more: Partial<PlanRun> = {}): PlanRun {
    const { next } = decideRun(guarded, { ...runOf(guarded, newRun), ...more }, now);
    if (next === null) throw new Error("it begins");
    return next;
  }

  function signs(run: PlanRun, who: Person, more: Partial<Yes> = {}): Approved {
    return approvedRun(
      run,
      { step: "spend", by: null, login: "root", signer: who.signer, at: now, ...more },
      readKey,
    );
  }

  function signedBy(run: PlanRun, ...people: readonly Person[]): PlanRun {
    return people.reduce((before, who) => {
      const approved = signs(before, who);
      if (approved.kind === "refused") throw new Error(approved.because);
      return approved.run;
    }, run);
  }

  const because = (approved: Approved): string =>
    approved.kind === "refused" ? approved.because : "approved";
  const counted = (run: PlanRun): number =>
    2 - missingApprovals(believedRun(run, { spend: asks }, readKey), "spend");

  it("has them once enough of them have signed it, each by the name that the plan has for the key", () => {
    const run = signedBy(askingRun(), bob, carl);
    expect(run.approvals.map(({ by }) => by)).toEqual(["bob", "carl"]);
    expect(counted(run)).toBe(2);
    expect(doubtsIn(run, readKey)).toEqual([]);
  });

  it("takes no name alone, no key that is not declared, and no key under another's name", () => {
    const run = askingRun();
    expect(
      because(approvedRun(run, { step: "spend", by: "bob", login: "bob", signer: null, at: now }, readKey)),
    ).toBe("spend is approved by bob, carl, dora alone, each by a signature");
    expect(because(signs(run, eve))).toBe("this key is of none who may approve spend: bob, carl, dora");
    expect(because(signs(run, bob, { by: "carl" }))).toBe("this key is bob's, and not carl's");
    expect(because(signs(signedBy(run, bob), bob))).toBe('bob has approved step "spend" already');
    expect(because(signs(run, bob, { at: instantMs(now + within + 1) }))).toContain("is over");
  });

  it("is not approved by whoever runs the plan, by name or by key", () => {
    expect(because(signs(askingRun({ by: "bob" }), bob))).toContain("bob runs the plan");
    const runner = signRun({ plan: "", run: "", by: "ada", begunAt: now }, bob.signer);
    const run = askingRun({ runner });
    expect(because(signs(run, bob))).toBe("whoever runs the plan has bob's key, and cannot approve it");
    expect(because(signs(run, carl))).toBe("approved");
  });

  it("refuses a signature where nobody is declared, for it would prove nothing", () => {
    expect(because(signs(asking(), bob))).toContain("declares no approvers");
  });

  it("counts no approval that was written into the store, however it was made", () => {
    const run = askingRun();
    const [real] = signedBy(run, bob).approvals;
    const [early] = signedBy(askingRun({ id: "an earlier run" }), carl).approvals;
    const proof = real?.proof ?? null;
    if (real === undefined || proof === null || early === undefined) throw new Error("it is signed");
    const counts = (...approvals: readonly Approval[]): number => counted({ ...run, approvals });
    expect(counts(real)).toBe(1);
    const forged: Readonly<Record<string, Approval>> = {
      "without a signature": { ...real, proof: null },
      "of another run": early,
      "under another name": { ...real, by: "carl" },
      "under another name with that one's key": { ...real, by: "carl", proof: { ...proof, key: carl.key } },
      "at another time": { ...real, at: instantMs(now + 1) },
      "with more time": { ...real, proof: { ...proof, until: instantMs(proof.until + 1) } },
      "of another asking": {
        ...real,
        proof: { ...proof, askedAt: instantMs(now - 1), until: instantMs(now - 1 + within) },
      },
      "with a signature that is none": { ...real, proof: { ...proof, signature: "nonsense" } },
      "with a key that is none": { ...real, proof: { ...proof, key: "" } },
    };
    for (const [how, approval] of Object.entries(forged))
      expect({ how, counts: counts(approval) }).toEqual({ how, counts: 0 });
    expect(counts(real, { ...real, by: "carl" })).toBe(1);
    expect(counts(real, real)).toBe(1);
  });

  it("counts no true signature of somebody else, out of its time, or of the one who runs the plan", () => {
    const run = askingRun();
    const signedBySomebody = (who: Person, more: Partial<Approval & ApprovalProof> = {}): Approval => {
      const said = {
        step: "spend",
        by: "bob",
        at: now,
        askedAt: now,
        until: instantMs(now + within),
        ...more,
      };
      const { plan, id, epoch } = run;
      const { askedAt, until, ...rest } = said;
      const signed = signApproval({ plan, run: id, epoch, ...said }, who.signer);
      return {
        step: rest.step,
        by: rest.by,
        at: rest.at,
        proof: { askedAt, until, ...signed },
        withdrawn: null,
      };
    };
    const counts = (approval: Approval, of = run): number => counted({ ...of, approvals: [approval] });
    expect(counts(signedBySomebody(bob))).toBe(1);
    expect(counts(signedBySomebody(eve))).toBe(0);
    expect(counts(signedBySomebody(carl))).toBe(0);
    expect(counts(signedBySomebody(bob, { until: instantMs(now + within + 1) }))).toBe(0);
    expect(counts(signedBySomebody(bob, { at: instantMs(now + within + 1) }))).toBe(0);
    expect(counts(signedBySomebody(bob, { at: instantMs(now - 1) }))).toBe(0);
    expect(counts(signedBySomebody(bob), { ...run, by: "bob" })).toBe(0);
  });

  it("counts no signature over another plan, epoch or step", () => {
    const run = askingRun();
    const { approvals } = signedBy(run, bob, carl);
    expect(counted({ ...run, approvals })).toBe(2);
    for (const other of [{ plan: "sha256:cd" }, { epoch: 8 }, { id: "another run" }])
      expect({ other, counts: counted({ ...run, ...other, approvals }) }).toEqual({ other, counts: 0 });
    const moved = approvals.map((each) => ({ ...each, step: "other" }));
    const steps = { ...run.steps, other: run.steps["spend"] ?? { kind: "waiting" } };
    const both = { spend: asks, other: asks };
    expect(missingApprovals(believedRun({ ...run, steps, approvals: moved }, both, readKey), "other")).toBe(
      2,
    );
  });

  it("counts none of an earlier asking once it asks anew", () => {
    const run = signedBy(askingRun(), bob);
    const standing: StepStanding = { kind: "under-way", attempt: 1, since: instantMs(now + 10) };
    const again = { ...run, steps: { ...run.steps, spend: standing } };
    expect(counted(again)).toBe(0);
    expect(doubtsIn(again, readKey)).toEqual([
      "bob has approved spend when it asked before, and it asks anew",
    ]);
  });

  it("asks by what the plan says, whatever the store says of it", () => {
    const run = signedBy(askingRun(), bob);
    const lowered = { ...run, asks: { spend: { people: 1, approvers: [], within } } };
    expect(counted(lowered)).toBe(1);
  });

  it("is not done because the store says so: those who may approve it have signed that, together", () => {
    const done: StepStanding = { kind: "done", at: now };
    const unproven = (run: PlanRun): readonly string[] =>
      unprovenSteps({ ...run, steps: { ...run.steps, spend: done } }, { spend: asks }, readKey);
    const run = askingRun();
    expect(unproven(run)).toEqual(["spend"]);
    expect(unproven(signedBy(run, bob))).toEqual(["spend"]);
    expect(unproven(signedBy(run, bob, carl))).toEqual([]);
    const later = signedBy(
      { ...run, steps: { spend: { kind: "under-way", attempt: 1, since: instantMs(now - 9) } } },
      carl,
    );
    expect(unproven({ ...run, approvals: [...signedBy(run, bob).approvals, ...later.approvals] })).toEqual([
      "spend",
    ]);
    expect(unprovenSteps(run, { spend: asks }, readKey)).toEqual([]);
  });

  it("takes the yes of somebody whose clock is behind for one at the time at which it was asked", () => {
    const approved = signs(askingRun(), bob, { at: instantMs(now - 5_000) });
    expect(approved.kind === "approved" ? counted(approved.run) : 0).toBe(1);
  });
});
