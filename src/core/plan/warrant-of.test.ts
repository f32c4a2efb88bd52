import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import type { Entry } from "../evidence/evidence.ts";
import { instantMs, monotonicMs, seconds } from "../units/units.ts";
import { planSubject } from "./proofs.ts";
import { rehearse } from "./rehearsal.ts";
import { type GoneBy, warrantOf } from "./warrant-of.ts";

const day = 86_400_000;
const now = instantMs(100 * day);
const automation = { failover: "when-armed", proofValidFor: seconds(30 * 86_400) } as const;
const hash = (scenario: string): string => `sha256:${(scenario === "region-lost" ? "ab" : "cd").repeat(32)}`;

const cases: readonly GoneBy[] = ["region-lost", "region-frozen"].map((scenario) => {
  const foreseen = foreseenExample("lab", { plan: "region-failover", scenario });
  const drill = `holdfast drill run ${scenario === "region-lost" ? "region-loss" : "region-freeze"}`;
  return { foreseen, hash: hash(scenario), rehearsal: rehearse(foreseen.stages), drill };
});

let sequence = 0;

interface Told {
  readonly at: number;
  readonly of: string;
  readonly body: Entry["body"];
}

function entry(kind: string, { at, of, body }: Told): Entry {
  sequence += 1;
  const subjects = [planSubject("region-failover", of)];
  return {
    ...{ log: "drill", sequence, kind, body, subjects, anchors: [], previousRoot: "", software: "" },
    ...{ at: instantMs(at), monotonic: monotonicMs(0) },
  };
}

function started(scenario: string, at: number, of = hash(scenario)): Entry {
  return entry("drill-started", { at, of, body: { plan: "region-failover", scenario, drill: "" } });
}

function drill(
  scenario: string,
  at: number,
  { verdict = "met", of = hash(scenario) }: { readonly verdict?: string; readonly of?: string } = {},
): readonly Entry[] {
  return [started(scenario, at - 60_000, of), entry("drill-finished", { at, of, body: { verdict } })];
}

const warrant = (...entries: readonly Entry[]): ReturnType<typeof warrantOf> =>
  warrantOf(automation, cases, { entries, now });

describe("what lets controllers act without a person", () => {
  it("is a fresh drill that was met in every scenario that the plan covers, for as long as the oldest lasts", () => {
    const both = [...drill("region-lost", now - 10 * day), ...drill("region-frozen", now - day)];
    expect(warrant(...both)).toEqual({ kind: "armed", until: now + 20 * day });
  });

  it("is nothing where a drill is lacking, old, failed or of another plan, and says which drill to run", () => {
    const frozen = drill("region-frozen", now - day);
    const told = (...lost: readonly Entry[]): string => {
      const answer = warrant(...lost, ...frozen);
      return answer.kind === "held" ? answer.because : "armed";
    };
    const lead = "no fresh drill of region-failover against region-lost proves it (";
    const mend = "); run `holdfast drill run region-loss`";
    expect(told()).toBe(`${lead}nobody has carried it out: no drill, and no run${mend}`);
    expect(told(...drill("region-lost", now - 34 * day))).toMatch(
      /the drill of .* is older than 30 d\); run/,
    );
    expect(told(...drill("region-lost", now - day, { verdict: "missed" }))).toContain("did not end well");
    expect(told(...drill("region-lost", now - day, { of: hash("other") }))).toContain("it has changed since");
  });

  it("is the drill that is under way, of this very plan, for a while", () => {
    expect(warrant(started("region-lost", now - 1_000))).toEqual({ kind: "armed", until: now + 599_000 });
    expect(warrant(started("region-lost", now - 600_000)).kind).toBe("held");
    expect(warrant(started("region-lost", now - 1_000, hash("other"))).kind).toBe("held");
    const begun = started("region-lost", now - 1_000);
    const broken = entry("drill-broken-off", { at: now - 10, of: hash("region-lost"), body: {} });
    expect(warrant(begun, broken).kind).toBe("held");
  });

  it("is nothing where a step does not say what it needs, though every scenario was drilled and a drill is under way", () => {
    const verify = "- { phase: verify, journey: chat-completion, within: 1 s }";
    const page = "- { phase: notify, name: page, within: 5 s, by: { kind: exec, command: [page] } }";
    const of = (step: string): ReturnType<typeof warrantOf> => {
      const edits: readonly Edit[] = [
        ["failover: always", "failover: when-armed"],
        [verify, `${verify}\n    ${step}`],
      ];
      const unsaid = cases.map((each) => {
        const { plan, scenario } = each.foreseen;
        return { ...each, foreseen: foreseenExample("lab", { plan, scenario }, edits) };
      });
      const both = [...drill("region-lost", now - 10 * day), ...drill("region-frozen", now - day)];
      return warrantOf(automation, unsaid, { entries: [...both, started("region-lost", now - 1_000)], now });
    };
    expect(of(page)).toEqual({
      kind: "held",
      because:
        "region-failover does not go by itself against region-lost: nothing proves that no step needs what " +
        "region-lost takes: notify page does not say what it needs; mend: name under needs what notify page " +
        "cannot do without, or write needs: [] where that is nothing",
    });
    expect(of(page.replace("within", "needs: [], within")).kind).toBe("armed");
  });

  it("is asked for no proof where the plan goes in any case, and nothing where a person decides", () => {
    const of = (failover: "always" | "ask"): ReturnType<typeof warrantOf> =>
      warrantOf({ ...automation, failover }, cases, { entries: [], now });
    expect(of("always")).toEqual({ kind: "armed", until: null });
    const gates = [{ name: "room", wish: { kind: "slo", action: "drill", policy: null } }] as const;
    const lookedAt = { blocked: [], gates };
    const gated = cases.map((each) => ({ ...each, foreseen: { ...each.foreseen, lookedAt } }));
    expect(warrantOf({ ...automation, failover: "always" }, gated, { entries: [], now })).toEqual({
      kind: "held",
      because:
        "controllers do not look at room of region-failover; leave blocked and gates to plans that people run",
    });
    expect(of("ask")).toEqual({ kind: "held", because: "a person decides: automation.failover is ask" });
  });
});
