import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import { instantMs, seconds } from "../units/units.ts";
import type { Proof } from "./proofs.ts";
import { type Trust, type TrustGrounds, trustOf } from "./trust.ts";

const asked = { plan: "region-failover", scenario: "region-lost" };
const plan = foreseenExample("lab", asked);
const day = 86_400_000;
const now = instantMs(Date.parse("2026-11-28T12:00:00Z"));

function proof(of: Partial<Proof> = {}): Proof {
  const usual = { kind: "drill", ...asked, hash: "sha256:1", isPassed: true, entry: "drill/9" } as const;
  return { ...usual, at: instantMs(now - day), ...of };
}

function trusted(proofs: readonly Proof[], of: Partial<TrustGrounds> = {}, whole = plan): Trust {
  const rehearsal = { courses: 3, broken: [] };
  return trustOf(whole, {
    ...{ hash: "sha256:1", rehearsal, proofs, doubts: [], isDrillWhole: true },
    ...{ proofValidFor: seconds(30 * 86_400), now },
    ...of,
  });
}

describe("how far a plan is trusted", () => {
  it("is DECLARED alone while something would stop it", () => {
    const stopped = { ...plan, obstacles: [{ effect: "stops" as const, what: "nobody survives", mend: "" }] };
    expect(trusted([proof()], {}, stopped)).toEqual({
      ...{ state: "DECLARED", because: "nobody survives", proof: null, until: null },
    });
  });

  it("is CHECKED alone where it goes wrong on paper", () => {
    const rehearsal = { courses: 3, broken: ["it comes to no end when 1 run a fails"] };
    expect(trusted([proof()], { rehearsal })).toMatchObject({
      state: "CHECKED",
      because: "carried out on paper, it comes to no end when 1 run a fails",
    });
  });

  it("is SIMULATED while nothing proves it", () => {
    expect(trusted([])).toMatchObject({
      state: "SIMULATED",
      because: "nobody has carried it out: no drill, and no run",
    });
  });

  it("says what of the evidence proves nothing where that may be why it is no further, and nowhere else", () => {
    const doubts = ["lab/evidence: drill/3: the entry is missing"];
    expect(trusted([], { doubts }).because).toBe(
      "no evidence that holds shows that it was carried out: no drill, and no run; lab/evidence: drill/3: the entry is missing",
    );
    expect(trusted([proof({ isPassed: false })], { doubts }).because).toBe(
      "the drill of 2026-11-27 (drill/9) did not end well; lab/evidence: drill/3: the entry is missing",
    );
    expect(trusted([proof()], { doubts })).toMatchObject({ state: "ARMED", because: null });
  });

  it("is proven by a run alone where a drill does not carry out all of it", () => {
    const isDrillWhole = false;
    expect(trusted([proof()], { isDrillWhole })).toMatchObject({
      state: "SIMULATED",
      because: "nobody has carried it out: no run, and a drill carries out the failover engine's part alone",
    });
    const run = proof({ kind: "run", entry: "plan/4" });
    expect(trusted([run, proof({ isPassed: false })], { isDrillWhole })).toMatchObject({
      state: "ARMED",
      proof: run,
    });
  });

  it.each([
    ["it failed last", proof({ isPassed: false }), "the drill of 2026-11-27 (drill/9) did not end well"],
    ["it has changed", proof({ hash: "sha256:2" }), "it has changed since the drill of 2026-11-27 (drill/9)"],
    [
      "nobody wrote down which it was",
      proof({ hash: null }),
      "the drill of 2026-11-27 (drill/9) does not say which plan it carried out",
    ],
    [
      "the proof is as old as it may be",
      proof({ kind: "run", entry: "plan/4", at: instantMs(now - 30 * day) }),
      "the run of 2026-10-29 (plan/4) is older than 30 d",
    ],
  ])("falls back to SIMULATED when %s, whatever was proven before", (_, last, because) => {
    const before = proof({ at: instantMs(now - 40 * day), hash: last.hash });
    expect(trusted([before, last])).toEqual({ state: "SIMULATED", because, proof: null, until: null });
  });

  it("is ARMED while a proof of this very plan is fresh, and it goes by itself", () => {
    const fresh = proof({ at: instantMs(now - 30 * day + 1) });
    expect(trusted([proof({ isPassed: false }), fresh])).toEqual({
      ...{ state: "ARMED", because: null, proof: fresh },
      until: instantMs(now + 1),
    });
  });

  it("outlasts what was done with another version of the plan, well or not", () => {
    const own = proof({ at: instantMs(now - 2 * day) });
    const other = proof({ hash: "sha256:2", isPassed: false });
    expect(trusted([own, other])).toMatchObject({ state: "ARMED", proof: own });
  });

  const unsaid = "- { phase: notify, name: page, within: 5 s, by: { kind: exec, command: [page] } }";
  const verify = "- { phase: verify, journey: chat-completion, within: 1 s }";

  it.each(["always", "when-armed"])(
    "is SIMULATED alone while a step does not say what it needs, whatever was done, and automation is %s",
    (failover) => {
      const automation: Edit = ["failover: always", `failover: ${failover}`];
      const told = (step: string): Trust => {
        const edits: readonly Edit[] = [automation, [verify, `${verify}\n    ${step}`]];
        return trusted([proof(), proof({ kind: "run" })], {}, foreseenExample("lab", asked, edits));
      };
      expect(told(unsaid)).toEqual({
        state: "SIMULATED",
        because:
          "nothing proves that no step needs what region-lost takes: notify page does not say what it needs; " +
          "mend: name under needs what notify page cannot do without, or write needs: [] where that is nothing",
        ...{ proof: null, until: null },
      });
      expect(told(unsaid.replace("within", "needs: [], within")).state).toBe("ARMED");
    },
  );

  it("is DRILLED where a person decides", () => {
    const obstacles = [{ effect: "asks" as const, what: "a person decides", mend: "" }];
    expect(trusted([proof()], {}, { ...plan, obstacles })).toMatchObject({
      state: "DRILLED",
      because: "a person decides",
    });
  });
});
